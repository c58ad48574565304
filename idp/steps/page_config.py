"""What `page` may say in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from idp.flows.configured import step_config
from idp.flows.definition import Step


@step_config
class Link:
    """A way off the page into a part; `when` says who sees it."""

    flow: str
    when: str | None = None


def _read_link(raw: Any) -> Any:
    return {"flow": raw} if isinstance(raw, str) else raw


@step_config
class Page:
    """`fields` are attribute names, `!` marks required ones. `show` lists facts, or `fields` for all that was typed.

    `prefill` names where first values come from (`reply` or `user`). `check` steps run when the page is submitted.
    `kind: done` puts the seal on the page; `back` names the page that the person may go back to.
    `bot_check: true` adds an input that people do not see; whoever fills it in gets no further. `tries` is how often
    the checks may refuse within an hour what one person or one proven address types.
    """

    target: str
    fields: tuple[str, ...] = ()
    show: tuple[str, ...] | Literal["fields"] = ()
    prefill: Literal["reply", "user"] | None = None
    check: tuple[Step, ...] = ()
    links: Mapping[str, Annotated[Link, BeforeValidator(_read_link)]] = field(default_factory=dict)
    kind: Literal["done"] | None = None
    back: str | None = None
    bot_check: bool = False
    tries: Annotated[int, Field(ge=1, le=100)] | None = None

    @property
    def field_names(self) -> tuple[tuple[str, bool], ...]:
        """Each field's attribute and whether it is required."""
        return tuple((name.removesuffix("!"), name.endswith("!")) for name in self.fields)
