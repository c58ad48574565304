"""Loops that nobody stops: steps that lead round without a page, parts that run themselves or nest too deep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from idp.config.findings import Finding
from idp.config.source import YamlDocument
from idp.flows.definition import CONTINUE, STAY, Flow, Step
from idp.flows.engine import MAX_FRAMES
from idp.flows.step import Registry

Edges = Mapping[int, frozenset[int]]


def check_loops(
    flows: Mapping[str, Flow], documents: Mapping[str, YamlDocument], registry: Registry
) -> Iterator[Finding]:
    """Every way round has a page in it, where a person decides to go on."""
    waiting = _waiting_flows(flows, registry)
    for name, flow in flows.items():
        edges = {at: _hurried(flow, at, waiting, registry) for at in range(len(flow.steps))}
        for at, step in enumerate(flow.steps):
            for key, target in (("then", step.then), ("on_fail", step.on_fail)):
                to = None if target is None else flow.index_of(target)
                if to is not None and to in edges[at] and at in _reach(to, edges):
                    message = f"`{target}` leads back here without a page on the way: the journey would never stop"
                    yield documents[name].finding((*step.path, key), "F0124", message)


def check_runs(flows: Mapping[str, Flow], documents: Mapping[str, YamlDocument]) -> Iterator[Finding]:
    """No flow runs itself, directly or through others, and parts do not nest deeper than a journey can hold."""
    for name, flow in flows.items():
        for step in flow.steps:
            if step.verb != "run":
                continue
            where = (*step.path, "run")
            if name in _reached(step.target, flows):
                yield documents[name].finding(where, "F0118", f"`{name}` would run itself for ever")
            elif _depth(step.target, flows) == MAX_FRAMES:
                message = f"parts nest {MAX_FRAMES} deep at most; `{step.target}` is one more"
                yield documents[name].finding(where, "F0125", message)


def _waiting_flows(flows: Mapping[str, Flow], registry: Registry) -> frozenset[str]:
    """The flows in which a person is asked something."""
    found: set[str] = set()
    for _ in flows:
        found |= {name for name, flow in flows.items() if any(_waits(step, found, registry) for step in flow.steps)}
    return frozenset(found)


def _waits(step: Step, waiting: set[str] | frozenset[str], registry: Registry) -> bool:
    if step.verb == "run":
        return step.target in waiting
    if step.verb == "require" and step.on_fail not in {None, STAY}:
        return False
    kind = registry.find(step.verb, step.target)
    return kind is not None and kind.is_page


def _hurried(flow: Flow, at: int, waiting: frozenset[str], registry: Registry) -> frozenset[int]:
    """The steps that may follow without anybody having been asked."""
    step = flow.steps[at]
    found = set() if step.on_fail is None or step.verb == "page" else _named(flow, at, step.on_fail)
    if not _waits(step, waiting, registry):
        found |= set() if step.verb == "end" else _named(flow, at, step.then)
        found |= {at + 1} if step.when is not None else set()
    return frozenset(to for to in found if to < len(flow.steps))


def _named(flow: Flow, at: int, target: str | None) -> set[int]:
    if target == STAY:
        return set()
    to = at + 1 if target in {None, CONTINUE} else flow.index_of(str(target))
    return set() if to is None else {to}


def _reach(start: int, edges: Edges) -> frozenset[int]:
    found: set[int] = set()
    ahead = [start]
    while ahead:
        here = ahead.pop()
        if here not in found:
            found.add(here)
            ahead += edges[here]
    return frozenset(found)


def _reached(name: str, flows: Mapping[str, Flow]) -> frozenset[str]:
    found: set[str] = set()
    ahead = [name]
    while ahead:
        here = ahead.pop()
        if here not in found and here in flows:
            found.add(here)
            ahead += [step.target for step in flows[here].steps if step.verb == "run"]
    return frozenset(found)


def _depth(name: str, flows: Mapping[str, Flow], above: frozenset[str] = frozenset()) -> int:
    """How many flows stand on each other when this one runs."""
    if name in above or name not in flows:
        return 0
    parts = {step.target for step in flows[name].steps if step.verb == "run"}
    return 1 + max((_depth(part, flows, above | {name}) for part in parts), default=0)
