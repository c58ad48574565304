"""How fast the worker works: lanes, pauses between tries, leases. Pure values and one pure rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from idp.domain.outbox import JobKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Threads that do one kind of job, so that no kind waits for another. `poll` is in seconds."""

    kind: JobKind
    threads: int = 1
    poll: float = 0.2


LANES = (
    Lane(kind=JobKind.MESSAGE, threads=2),
    Lane(kind=JobKind.CHALLENGE, threads=2),
    Lane(kind=JobKind.LOGOUT),
    Lane(kind=JobKind.HOOK, poll=0.5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`lease` is longer than any job takes: whoever holds a job that long is taken for dead."""

    lease: timedelta
    first_pause: timedelta = timedelta(seconds=1)
    longest_pause: timedelta = timedelta(minutes=10)

    def pause(self, tries: int, chance: float) -> timedelta:
        """How long to wait after so many failed tries: doubling, give or take a quarter by `chance` (0 to 1)."""
        doublings = min(max(tries - 1, 0), 20)
        steady = min(self.first_pause * (1 << doublings), self.longest_pause)
        return steady * (0.75 + chance / 2)


def lease_for(longest_hook: timedelta, *, is_development: bool) -> timedelta:
    """A lease no living worker outlasts: the slowest hook, or a mail server that is slow to answer each command."""
    return longest_hook + timedelta(seconds=5 if is_development else 60)
