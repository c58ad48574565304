"""Where one person is in a flow and what is known so far: JSON-safe, bounded in size.

Passwords and codes never get in here: what is typed into secret fields lives for one request only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from idp.domain.session import AuthenticationEvent, Method
from idp.domain.values import Json, JsonObject, as_text
from idp.flows.facts import Fact, Facts, Proof, Source
from idp.flows.outcome import events_from_json, events_to_json
from idp.flows.screen import Notice, Problem

EMPTY: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A place in one flow. `local` is what its step remembers while the person is there; None before it was entered.

    `waits` is true while a page is shown; it is false again when a part that was run from here has come back.
    """

    flow: str
    at: int = 0
    local: JsonObject | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyState:
    """The whole state of a journey; the last frame is where the person is, those below wait for it to end.

    `typed` is what stood in the fields of a refused page (secrets left out), `problems` and `notices` what the page
    says next time. `events` are the authentication events that count; `subject_id` the person as far as known.
    `ghost` is the address of somebody looked up in vain: the journey goes on as if there were somebody.
    """

    frames: tuple[Frame, ...]
    facts: Facts = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()
    events: tuple[AuthenticationEvent, ...] = ()
    subject_id: str | None = None
    ghost: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notices: tuple[Notice, ...] = ()
    wanted_acr: str | None = None
    request: JsonObject = field(default_factory=dict)

    @property
    def here(self) -> Frame:
        """The frame the person is in."""
        return self.frames[-1]

    def stand(self, frame: Frame) -> JourneyState:
        """The same journey with another top frame."""
        return replace(self, frames=(*self.frames[:-1], frame))

    def value(self, name: str) -> Json:
        """A fact's value, None when it is not known."""
        fact = self.facts.get(name)
        return None if fact is None else fact.value

    def text(self, name: str) -> str:
        """A fact's value as text, empty when it is not known."""
        return as_text(self.value(name))


def state_to_json(state: JourneyState) -> JsonObject:
    """The state as it is stored."""
    return {
        "frames": [{"flow": f.flow, "at": f.at, "local": f.local, "waits": f.waits} for f in state.frames],
        "facts": {
            n: {"value": f.value, "source": f.source.value, "at": f.at.isoformat()} for n, f in state.facts.items()
        },
        "proofs": [{"value": p.value, "method": p.method.value, "at": p.at.isoformat()} for p in state.proofs],
        "events": events_to_json(state.events),
        "subject_id": state.subject_id,
        "ghost": state.ghost,
        "typed": dict(state.typed),
        "problems": [{"message": p.message, "field": p.field, "params": dict(p.params)} for p in state.problems],
        "notices": [{"message": n.message, "params": dict(n.params)} for n in state.notices],
        "wanted_acr": state.wanted_acr,
        "request": state.request,
    }


def _moment(raw: Json) -> datetime:
    return datetime.fromisoformat(str(raw))


def _optional(raw: Json) -> str | None:
    return None if raw is None else str(raw)


def state_from_json(raw: JsonObject) -> JourneyState:
    """The inverse of `state_to_json`."""
    data: dict[str, list[dict[str, Json]]] = {k: raw[k] for k in ("frames", "proofs", "problems", "notices")}  # type: ignore[misc]
    facts: Mapping[str, JsonObject] = raw["facts"]  # type: ignore[assignment]
    typed: Mapping[str, str] = raw["typed"]  # type: ignore[assignment]
    request: JsonObject = raw["request"]  # type: ignore[assignment]
    return JourneyState(
        frames=tuple(
            Frame(flow=str(f["flow"]), at=int(str(f["at"])), local=f["local"], waits=f["waits"] is True)  # type: ignore[arg-type]
            for f in data["frames"]
        ),
        facts={
            n: Fact(value=f["value"], source=Source(str(f["source"])), at=_moment(f["at"])) for n, f in facts.items()
        },
        proofs=tuple(
            Proof(value=str(p["value"]), method=Method(str(p["method"])), at=_moment(p["at"])) for p in data["proofs"]
        ),
        events=events_from_json(raw["events"]),
        subject_id=_optional(raw["subject_id"]),
        ghost=_optional(raw.get("ghost")),
        typed=dict(typed),
        problems=tuple(
            Problem(message=str(p["message"]), field=_optional(p["field"]), params=p["params"])  # type: ignore[arg-type]
            for p in data["problems"]
        ),
        notices=tuple(Notice(message=str(n["message"]), params=n["params"]) for n in data["notices"]),  # type: ignore[arg-type]
        wanted_acr=_optional(raw["wanted_acr"]),
        request=request,
    )
