"""A one-time code or link on its way to an address, waiting to be given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idp.domain.values import JsonObject


class Channel(StrEnum):
    """How a message travels."""

    MAIL = "mail"
    SMS = "sms"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One code or link of one journey, known only by a keyed digest.

    `purpose` names what is proven in the journey (for example `email`, `phone`, `identifier`): a new challenge of the
    same journey and purpose ends the older one. `matches` is None until the worker has found out whether the address
    may be let in, False for a ghost: then nothing that is typed ever matches. `reply` is what a hook said about an
    address that has no account.
    """

    id: str
    journey_id: str
    purpose: str
    channel: Channel
    address: str
    secret_digest: str
    is_link: bool
    created_at: datetime
    expires_at: datetime
    max_tries: int = 5
    tries: int = 0
    matches: bool | None = True
    reply: JsonObject | None = None
    spent_at: datetime | None = None
    replaced_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """True while the right answer would be taken."""
        is_live = self.spent_at is None and self.replaced_at is None and now < self.expires_at
        return is_live and (self.is_link or self.tries < self.max_tries)


@dataclass(frozen=True, slots=True)
class Passed:
    """The right answer, in time, for the first time."""

    challenge: Challenge


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer was counted; `tries_left` may be 0."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The challenge is over without an answer having been compared."""

    reason: str  # "expired" | "too_many" | "spent" | "replaced" | "unknown"


AttemptResult = Passed | Wrong | Lapsed
