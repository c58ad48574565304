"""Housekeeping: deletes what has expired, in small batches, and flow versions no journey can need any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from idp.domain.ports import Clock, FlowVersionStore, JourneyStore, Purger, Transactions

BATCH = 200
MOST_BATCHES = 50
_LATE = timedelta(days=1)
"""Whoever comes late to a journey still gets its page, for as long as the journey itself is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekeeping:
    """What is tidied, and with what. `current_versions` are those that new journeys begin with."""

    clock: Clock
    transactions: Transactions
    purger: Purger
    journeys: JourneyStore
    flow_versions: FlowVersionStore
    current_versions: Callable[[], frozenset[str]]

    def tidy(self, is_enough: Callable[[], bool]) -> int:
        """Delete until nothing is left or it is enough for now; returns how many rows went."""
        gone = 0
        for _ in range(MOST_BATCHES):
            went = self.purger.purge(self.clock.now(), limit=BATCH)
            gone += went
            if went < BATCH or is_enough():
                break
        with self.transactions.unit():
            needed = self.journeys.live_versions(self.clock.now() - _LATE)
            self.flow_versions.purge(needed | self.current_versions())
        return gone
