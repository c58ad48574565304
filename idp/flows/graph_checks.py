"""Mistakes that show only when the steps of a flow are looked at together: edges, names, dead ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idp.config.findings import Finding
from idp.config.source import YamlDocument
from idp.config.suggest import did_you_mean
from idp.flows.definition import CONTINUE, STAY, Flow, Step


def check_edges(flow: Flow, document: YamlDocument) -> Iterator[Finding]:
    """`then` and `on_fail` lead somewhere, every step can be reached, and an account's address was proven first."""
    names = [step.name for step in flow.steps]
    for step in flow.steps:
        for key, target in (("then", step.then), ("on_fail", step.on_fail)):
            if target is not None and target not in names and not (key == "on_fail" and target in {CONTINUE, STAY}):
                hint = did_you_mean(target, (*names, CONTINUE, STAY))
                message = f"no step of this flow is called `{target}`"
                yield document.finding((*step.path, key), "F0108", message, suggestion=hint)
    yield from _ways_back(flow, document)
    yield from _duplicates(flow, document)
    yield from _unreachable(flow, document)
    yield from _unproven(flow, document)


def _ways_back(flow: Flow, document: YamlDocument) -> Iterator[Finding]:
    for at, step in enumerate(flow.steps):
        back = getattr(step.config, "back", None)
        earlier = [before.name for before in flow.steps[:at]]
        if back is not None and back not in earlier:
            message = f"no earlier step of this flow is called `{back}`"
            yield document.finding((*step.path, "back"), "F0108", message, suggestion=did_you_mean(back, earlier))


def _duplicates(flow: Flow, document: YamlDocument) -> Iterator[Finding]:
    seen: set[str] = set()
    for step in flow.steps:
        is_named = step.verb == "page" or ":" not in step.name
        if is_named and step.name in seen:
            message = f"two steps of this flow are called `{step.name}`"
            yield document.finding((*step.path, step.verb), "F0115", message)
        seen.add(step.name)


def _unreachable(flow: Flow, document: YamlDocument) -> Iterator[Finding]:
    targets = {target for step in flow.steps for target in (step.then, step.on_fail)}
    for before, step in zip(flow.steps, flow.steps[1:], strict=False):
        turns_off = before.then is not None and before.on_fail != CONTINUE
        leaves = before.when is None and (before.verb == "end" or turns_off)
        if leaves and step.name not in targets:
            yield document.finding((*step.path, step.verb), "F0117", "nobody ever comes to this step", key=True)


def _unproven(flow: Flow, document: YamlDocument) -> Iterator[Finding]:
    proven = False
    for step in _with_checks(flow.steps):
        if step.verb == "verify" and step.target in {"email", "identifier"} and step.when is None:
            proven = True
        if (step.verb, step.target) == ("create", "user") and not proven and not step.config.unproven:
            message = (
                "nobody has proven this account's address; verify it before, or say `unproven: true` with a reason"
            )
            yield document.finding((*step.path, step.verb), "F0121", message, key=True)


def _with_checks(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from getattr(step.config, "check", ())
