"""What can be wrong with a `page` in YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable

from idp.config.suggest import did_you_mean
from idp.flows.conditions import ValueType
from idp.flows.mistakes import Expression, Mistake, Names
from idp.steps.fields import SECRET_TYPES
from idp.steps.page_config import Page

NAME = re.compile("[a-z][a-z0-9_]*")


def page_expressions(config: Page) -> Iterable[Expression]:
    """The conditions of the page's links."""
    for name, link in config.links.items():
        if link.when is not None:
            yield Expression(text=link.when, path=("links", name, "when"), expected=ValueType.BOOL)


def page_mistakes(config: Page, names: Names) -> Iterable[Mistake]:
    """Unknown fields, facts or flows; secrets that nobody would look at."""
    if not NAME.fullmatch(config.target):
        message = "a page's name has small letters, digits and _ only: texts are found by it"
        yield Mistake(code="F0105", message=message)
    yield from _unknown(config, names)
    for name, link in config.links.items():
        if link.flow not in names.flows:
            hint = did_you_mean(link.flow, names.flows)
            yield Mistake(
                code="F0104", message=f"no flow is called `{link.flow}`", path=("links", name), suggestion=hint
            )
    yield from _checked_fields(config, names)
    yield from _twice(config)
    secrets = [name for name, _ in config.field_names if _is_secret(names, name)]
    if secrets and not config.check:
        message = f"`{secrets[0]}` is kept for this page only, but no `check` looks at it"
        yield Mistake(code="F0112", message=message, path=("fields", _index(config, secrets[0])))


def _unknown(config: Page, names: Names) -> Iterable[Mistake]:
    known = names.attributes.by_name
    for at, (name, _) in enumerate(config.field_names):
        if name not in known:
            yield _no_attribute(name, known, ("fields", at))
    for at, name in enumerate(() if config.show == "fields" else config.show):
        if name not in known:
            yield _no_attribute(name, known, ("show", at))


def _checked_fields(config: Page, names: Names) -> Iterable[Mistake]:
    """A check of a secret that the page does not ask for can never pass: secrets live for one page only."""
    asked = [name for name, _ in config.field_names]
    for at, step in enumerate(config.check):
        if (step.verb, step.target) not in {("verify", "password"), ("update", "password")}:
            continue
        name = getattr(step.config, "password", "new_password")
        if name not in asked and names.attributes.get(name) is not None:
            path = ("check", at, "password" if step.verb == "verify" and name != "password" else step.verb)
            message = f"`{step.verb}: password` looks at `{name}`, and this page has no such field"
            yield Mistake(code="F0130", message=message, path=path, suggestion=did_you_mean(name, asked))


def _twice(config: Page) -> Iterable[Mistake]:
    seen: set[str] = set()
    for at, (name, _) in enumerate(config.field_names):
        if name in seen:
            yield Mistake(code="F0132", message=f"`{name}` is on this page already", path=("fields", at))
        seen.add(name)


def _no_attribute(name: str, known: Iterable[str], path: tuple[str | int, ...]) -> Mistake:
    message = f"`attributes.yaml` declares no `{name}`"
    return Mistake(code="F0103", message=message, path=path, suggestion=did_you_mean(name, known))


def _is_secret(names: Names, name: str) -> bool:
    attribute = names.attributes.get(name)
    return attribute is not None and attribute.type in SECRET_TYPES


def _index(config: Page, name: str) -> int:
    return [field for field, _ in config.field_names].index(name)
