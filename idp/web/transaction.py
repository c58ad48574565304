"""One transaction a request, for endpoints that want it.

A refusal by rule commits, so that a spent code stays spent and a revoked family revoked; a bug rolls everything back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from idp.domain.ports import Transactions
from idp.protocol.errors import Refusal

T = TypeVar("T")


def run_in_unit(transactions: Transactions, work: Callable[[], T]) -> T:
    """What `work` returns, with all it stored committed. Raises its Refusal after the commit."""
    with transactions.unit():
        try:
            return work()
        except Refusal as refusal:
            refused = refusal
    raise refused
