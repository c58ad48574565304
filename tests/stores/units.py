"""Units that fail on purpose."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from idp.stores import Stores


class Boom(Exception):
    """A bug, as it were."""


@contextlib.contextmanager
def rolled_back(stores: Stores) -> Iterator[None]:
    """A unit whose block raises at its end; the exception is swallowed outside of it."""
    with contextlib.suppress(Boom), stores.transactions.unit():
        yield
        raise Boom
