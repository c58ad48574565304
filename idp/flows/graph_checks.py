"""Mistakes that show only when the steps of a flow are looked at together: edges, names, dead ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idp.config.findings import Finding
from idp.config.source import YamlDocument
from idp.config.suggest import did_you_mean
from idp.flows.definition import CONTINUE, STAY, Flow, Step
from idp.flows.walks import checks_of


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
    yield from _idle_words(flow, document)
    yield from _progress(flow, document)
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


def _idle_words(flow: Flow, document: YamlDocument) -> Iterator[Finding]:
    """`then` and `on_fail` where nothing ever follows them."""
    for step in flow.steps:
        if step.verb == "page" and step.on_fail is not None:
            message = "a page does not fail: what is wrong with its form is said on the page"
            yield document.finding((*step.path, "on_fail"), "F0131", message, key=True)
        for check in checks_of(step):
            if check.then is not None:
                message = "a check leads nowhere: the page goes on when all its checks have passed"
                yield document.finding((*check.path, "then"), "F0131", message, key=True)
            if check.on_fail not in {None, STAY, CONTINUE}:
                message = "a check that fails stays on its page; `on_fail` may be `continue` here"
                yield document.finding((*check.path, "on_fail"), "F0131", message)


def _progress(flow: Flow, document: YamlDocument) -> Iterator[Finding]:
    pages = [name for step in flow.steps for name in _pages_of(step)]
    for at, name in enumerate(flow.progress):
        if name not in pages:
            message = f"this flow has no page `{name}`"
            yield document.finding(("progress", at), "F0108", message, suggestion=did_you_mean(name, pages))


def _pages_of(step: Step) -> tuple[str, ...]:
    named = [getattr(step.config, key, None) for key in ("page", "code_page")]
    link = "mail_sent" if getattr(step.config, "by", None) == "link" else None
    return (step.name, *(name for name in (*named, link) if name))


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
        yield from checks_of(step)
