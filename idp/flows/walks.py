"""All ways through a flow and its parts: what may have been shown and typed when somebody comes to a step.

A may-analysis: whatever one way gives counts for all of them, conditions are not looked at, and a step type that is
not the engine's own may give anything. So what it says never happens does never happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from idp.domain.session import FACTOR_OF
from idp.flows.definition import CONTINUE, STAY, Flow, Step

Known = frozenset[str]
"""Factors that may have been shown, and the words below."""

FACTORS: Known = frozenset(FACTOR_OF.values())
SESSION = "session"
"""A session was carried in, with whatever it has shown."""
ADDRESS, MAYBE_ADDRESS = "address", "maybe an address"
_SHOWS: Mapping[tuple[str, str], Known] = {
    ("verify", "password"): frozenset({"knowledge"}),
    ("verify", "email"): frozenset({"mailbox", ADDRESS}),
    ("verify", "phone"): frozenset({"phone"}),
    ("verify", "identifier"): frozenset({"login", "mailbox", "phone"}),
    ("enroll", "phone"): frozenset({"phone"}),
    ("create", "user"): frozenset({"knowledge"}),
    ("update", "password"): frozenset({"knowledge"}),
}
NEEDS_CREDENTIAL = frozenset({("update", "user"), ("update", "password"), ("enroll", "phone"), ("consent", "client")})
"""Steps that do nothing for somebody who has shown nothing."""
_SILENT = frozenset({"find", "update", "call", "send", "require", "consent", "end", "run", "page", "set"})


def has_credential(known: Known) -> bool:
    """Somebody may have shown who they are."""
    return not known.isdisjoint({*FACTORS, SESSION})


def needs_credential(step: Step) -> bool:
    """The step changes or binds an account."""
    return (step.verb, step.target) in NEEDS_CREDENTIAL


@dataclass(slots=True)
class Walks:
    """What may be known at each step that somebody comes to: by flow and position, and at the end of each flow."""

    flows: Mapping[str, Flow]
    at: dict[tuple[str, int], Known] = field(default_factory=dict)
    ends: dict[str, Known] = field(default_factory=dict)

    def steps(self) -> Iterator[tuple[Flow, Step, Known]]:
        """Every step that somebody comes to, those of pages' checks included, with what may be known before it."""
        for (name, at), known in sorted(self.at.items()):
            flow = self.flows[name]
            if at < len(flow.steps):
                step = flow.steps[at]
                yield flow, step, known
                inside = known | _typed(step)
                for check in checks_of(step):
                    yield flow, check, inside
                    inside |= gained(check, inside)


def walk(flows: Mapping[str, Flow], entry: str, carried: Known = frozenset()) -> Walks:
    """All ways from the beginning of `entry`."""
    walks = Walks(flows)
    _come(walks, entry, 0, carried)
    while _round(walks):
        pass
    return walks


def _round(walks: Walks) -> bool:
    """Every step reached so far, once; True when something new came of it."""
    before = (dict(walks.at), dict(walks.ends))
    for (name, at), known in list(walks.at.items()):
        flow = walks.flows[name]
        if at >= len(flow.steps):
            _end(walks, name, known)
        else:
            _pass(walks, flow, at, known)
    return before != (walks.at, walks.ends)


def _pass(walks: Walks, flow: Flow, at: int, known: Known) -> None:
    step = flow.steps[at]
    after = known | _learned(step, known)
    _pass_by(walks, flow, at, known)
    for part in parts_of(step):
        if part in walks.flows:
            _come(walks, part, 0, after)
            known |= walks.ends.get(part, frozenset())
    if step.verb != "run":  # the page is looked at again
        _come(walks, flow.name, at, known)
    for earlier in _ways_back(flow, at):
        _come(walks, flow.name, earlier, known)
    if step.verb == "end":
        if step.config.target != "declined":
            _end(walks, flow.name, known)
    elif step.verb != "run" or step.target in walks.ends or step.target not in walks.flows:
        _come(walks, flow.name, at + 1 if step.then is None else _index(flow, step.then), after | known)


def _pass_by(walks: Walks, flow: Flow, at: int, known: Known) -> None:
    """Without the step: its condition does not hold, or it fails."""
    step = flow.steps[at]
    if step.when is not None or step.on_fail == CONTINUE:
        _come(walks, flow.name, at + 1, known)
    if step.on_fail not in {None, STAY, CONTINUE}:
        _come(walks, flow.name, _index(flow, step.on_fail), known)


def _come(walks: Walks, name: str, at: int, known: Known) -> None:
    walks.at[name, at] = walks.at.get((name, at), frozenset()) | known


def _end(walks: Walks, name: str, known: Known) -> None:
    walks.ends[name] = walks.ends.get(name, frozenset()) | known


def _index(flow: Flow, name: str | None) -> int:
    at = None if name is None else flow.index_of(name)
    return len(flow.steps) if at is None else at


def parts_of(step: Step) -> tuple[str, ...]:
    """The flows that a step leads into: of `run`, of a page's links, of `verify: identifier`."""
    match step.verb, step.target:
        case "run", part:
            return (part,)
        case "page", _:
            return tuple(link.flow for link in step.config.links.values())
        case "verify", "identifier":
            return (step.config.sign_in,)
        case _:
            return ()


def checks_of(step: Step) -> tuple[Step, ...]:
    """The steps under a page's `check`."""
    checks: tuple[Step, ...] = step.config.check if step.verb == "page" else ()
    return checks


def _ways_back(flow: Flow, at: int) -> Iterator[int]:
    """The earlier pages that buttons of this one may lead to."""
    config = flow.steps[at].config
    may_go_back = getattr(config, "back", None) is not None or getattr(config, "show", ()) == "fields"
    may_go_back = may_go_back or getattr(config, "by", None) == "link"
    if may_go_back:
        yield from (earlier for earlier in range(at) if flow.steps[earlier].verb in {"page", "verify", "enroll"})


def _learned(step: Step, known: Known) -> Known:
    found = gained(step, known) | _typed(step)
    for check in checks_of(step):
        found |= gained(check, known | found)
    return found


def gained(step: Step, known: Known) -> Known:
    """What the step itself may add."""
    if needs_credential(step) and not has_credential(known):
        return frozenset()
    if (step.verb, step.target) in _SHOWS:
        return _SHOWS[step.verb, step.target]
    if step.verb == "set" and "email" in step.config.target:
        return frozenset({ADDRESS})
    return frozenset() if step.verb in _SILENT else frozenset({*FACTORS, ADDRESS})


def _typed(step: Step) -> Known:
    fields = step.config.fields if step.verb == "page" else ()
    return frozenset({ADDRESS} if "email!" in fields else {MAYBE_ADDRESS} if "email" in fields else ())
