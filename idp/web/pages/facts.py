"""Facts that a page states: what is proven, where a code went, until when it lives, what was entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from idp.config.wording import say_number
from idp.flows.screen import FieldType, Option, Screen, ScreenKind, Shown
from idp.web.pages.fields import option_label, own_label
from idp.web.pages.keys import PageKeys
from idp.web.pages.speech import EMPTY, Speech

_EXTRA: Mapping[ScreenKind, tuple[str, ...]] = {
    ScreenKind.CODE: ("expires_at",),
    ScreenKind.MAIL_SENT: ("sender", "subject", "expires_at"),
    ScreenKind.MESSAGE: ("identifier",),
    ScreenKind.DONE: ("mail",),
}
"""What a kind of page states besides `Screen.shown`, where its params are known."""
_CSS = {
    FieldType.EMAIL: "address",
    FieldType.PHONE: "num nowrap",
    FieldType.POSTCODE: "num",
}
_EXTRA_CSS = {"expires_at": "num", "subject": "phrase", "mail": "phrase", "identifier": "num"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One stated fact. `css` is the class of its first line; `change` is the button value that corrects it."""

    name: str
    label: Markup
    lines: tuple[Markup, ...]
    css: str = ""
    is_proven: bool = False
    hints: tuple[Markup, ...] = ()
    change: str | None = None
    change_label: Markup = EMPTY

    @property
    def change_id(self) -> str:
        """The id of the button that corrects it."""
        return f"action-{(self.change or '').replace(':', '-')}"


def build_facts(screen: Screen, keys: PageKeys, speech: Speech, home: str) -> tuple[FactView, ...]:
    """The screen's own facts, then those of its kind. `home` is the country whose numbers are said the short way."""
    own = {shown.name for shown in screen.shown}
    shown = [_build_shown(item, keys, speech, home) for item in screen.shown]
    extra = [_build_extra(name, keys, speech) for name in _EXTRA.get(screen.kind, ()) if name not in own]
    return tuple(fact for fact in (*shown, *extra) if fact is not None)


def _build_extra(name: str, keys: PageKeys, speech: Speech) -> FactView | None:
    lines = speech.lines((*keys.of(f"shown.{name}.value"), f"shown.{name}.value"))
    label = speech.say((*keys.of(f"shown.{name}.label"), f"shown.{name}.label"))
    hints = speech.lines(keys.of(f"shown.{name}.hint"))
    if not label or not any(line.striptags() for line in lines):
        return None
    return FactView(name=name, label=label, lines=lines, css=_EXTRA_CSS.get(name, ""), hints=hints)


def _build_shown(item: Shown, keys: PageKeys, speech: Speech, home: str) -> FactView:
    name = item.name
    own = speech.say(keys.of(f"shown.{name}.label")) or own_label(item.labels, speech)
    label = own or speech.say((f"shown.{name}.label", f"fields.{name}.label")) or escape(name)
    return FactView(
        name=name,
        label=label,
        lines=tuple(
            _say(item, line, keys=keys, speech=speech, home=home) for line in item.value.splitlines() if line.strip()
        ),
        css=_CSS.get(item.type, ""),
        is_proven=item.is_proven,
        hints=speech.lines(keys.of(f"shown.{name}.hint")),
        change=item.change,
        change_label=speech.say((*keys.of(f"shown.{name}.change"), "buttons.change")),
    )


def _say(item: Shown, value: str, *, keys: PageKeys, speech: Speech, home: str) -> Markup:
    match item.type:
        case FieldType.PHONE | FieldType.IDENTIFIER:
            return escape(say_number(value, home))
        case FieldType.DATE:
            return speech.value(value, "date")
        case FieldType.SELECT | FieldType.RADIO:
            option = next((option for option in item.options if option.value == value), None)
            pattern = keys.of(f"fields.{item.name}.option")
            return option_label(option or Option(value=value, labels={}), speech, item.name, pattern)
        case _:
            return escape(value)
