"""Stores of what people are in the middle of: requests, journeys, codes on their way, counters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.authorization import Interaction
from idp.domain.challenge import AttemptResult, Challenge, Channel
from idp.domain.journey import Journey
from idp.domain.values import JsonObject


class InteractionStore(Protocol):
    """Authorization requests that wait for a journey."""

    def create(self, interaction: Interaction) -> None:
        """Store a new one."""

    def get(self, interaction_id: str, now: datetime) -> Interaction | None:
        """The interaction, or None when unknown or expired."""

    def asked(self, interaction_id: str, journey_id: str, reason: str) -> None:
        """Record that a journey was begun for it, and why."""

    def finish(self, interaction_id: str, now: datetime) -> bool:
        """Mark it answered; False when it had been before."""


class JourneyStore(Protocol):
    """Journeys in progress."""

    def create(self, journey: Journey) -> None:
        """Store a new one."""

    def get(self, journey_id: str) -> Journey | None:
        """The journey, expired or not, or None."""

    def save(self, journey: Journey, *, expected_state_no: int) -> bool:
        """Compare and set: stores everything but id and flow version, only if the stored number is the expected one."""

    def end_all(self, subject_id: str, now: datetime, *, but: str | None) -> int:
        """Expire a subject's journeys, but one; a request that is half-way through one of them loses. How many."""

    def live_versions(self, now: datetime) -> frozenset[str]:
        """Flow versions that a live journey still needs."""


class FlowVersionStore(Protocol):
    """Sources of flow sets, kept until their last journey ends."""

    def keep(self, version: str, source: JsonObject, now: datetime) -> None:
        """Store the source of a version; harmless when it is there."""

    def get(self, version: str) -> JsonObject | None:
        """The source, or None."""

    def purge(self, keep: frozenset[str]) -> None:
        """Delete all versions but these."""


class ChallengeStore(Protocol):
    """One-time codes and links."""

    def create(self, challenge: Challenge) -> None:
        """Store a new one and end the live ones of the same journey and purpose."""

    def get(self, challenge_id: str) -> Challenge | None:
        """The challenge, or None."""

    def find_link(self, secret_digest: str) -> Challenge | None:
        """The challenge of a link."""

    def sent(self, journey_id: str, *, purpose: str, channel: Channel, address: str) -> Sequence[Challenge]:
        """What one journey sent to one address for one purpose, oldest first, until it is purged."""

    def end_for(self, addresses: Iterable[str], now: datetime, *, but_journey: str | None) -> None:
        """End what waits to be given back for these addresses and numbers, but in one journey."""

    def attempt(self, challenge_id: str, secret_digest: str, now: datetime) -> AttemptResult:
        """Compare an answer, counting it: at most `max_tries` comparisons, at most one success, ever."""

    def resolve(self, challenge_id: str, *, matches: bool, reply: JsonObject | None) -> None:
        """Record what the worker found out about the address."""


class BudgetStore(Protocol):
    """Counters with a limit in a window of time."""

    def spend(self, key: str, *, limit: int, window: timedelta, now: datetime) -> bool:
        """Count one, atomically; False (nothing counted) when the limit is reached within the window."""

    def used(self, key: str, *, window: timedelta, now: datetime) -> int:
        """How many were counted in the running window."""

    def clear(self, key: str) -> None:
        """Forget a counter (after a success)."""
