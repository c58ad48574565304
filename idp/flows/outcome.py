"""How a journey ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from idp.domain.session import AuthenticationEvent, Method
from idp.domain.values import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticated:
    """Somebody showed who they are. `events` are all that count now, those of the session carried in included."""

    subject_id: str
    events: tuple[AuthenticationEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The person, or the flow, said no; `error` is what the client is told (RFC 6749 §4.1.2.1)."""

    error: str = "access_denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The work is done and the browser goes back, without a session."""


Outcome = Authenticated | Declined | Returned


def events_to_json(events: Sequence[AuthenticationEvent]) -> list[Json]:
    """Events as JSON, for journeys and sessions."""
    return [{"method": event.method.value, "at": event.at.isoformat(), "address": event.address} for event in events]


def events_from_json(raw: Json) -> tuple[AuthenticationEvent, ...]:
    """The inverse of `events_to_json`."""
    items = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else ()
    return tuple(
        AuthenticationEvent(
            method=Method(str(item["method"])),
            at=datetime.fromisoformat(str(item["at"])),
            address=None if item.get("address") is None else str(item["address"]),
        )
        for item in items
        if isinstance(item, Mapping)
    )


def outcome_to_json(outcome: Outcome) -> JsonObject:
    """An outcome as a journey stores it."""
    match outcome:
        case Authenticated():
            return {
                "is": "authenticated",
                "subject_id": outcome.subject_id,
                "events": events_to_json(outcome.events),
            }
        case Declined():
            return {"is": "declined", "error": outcome.error}
        case Returned():
            return {"is": "returned"}


def outcome_from_json(raw: JsonObject | None) -> Outcome | None:
    """The stored outcome; None while the journey goes on."""
    if raw is None:
        return None
    match raw["is"]:
        case "authenticated":
            return Authenticated(subject_id=str(raw["subject_id"]), events=events_from_json(raw["events"]))
        case "declined":
            return Declined(error=str(raw["error"]))
        case _:
            return Returned()
