"""Buttons in words: label, the hint that says what will happen, and when a closed one opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from idp.flows.screen import Button, Screen
from idp.web.pages.keys import PageKeys
from idp.web.pages.speech import Speech

_STYLES = {"link:forgot": "quiet", "link:passkey": "other"}
"""Links that are not for newcomers: one stands quietly under the password, the other is another way in."""
_ASIDE = frozenset({"back", "cancel", "deny", "resend"})
"""Not ways forward: what stands in the fields does not matter to them."""
_ALWAYS_EXPLAINED = frozenset({"sms", "call", "resend"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonView:
    """One button. `opens_in` is in how many seconds a closed one opens by itself."""

    action: str
    id: str
    label: Markup
    hint: Markup
    style: str
    is_disabled: bool
    skips_checks: bool
    opens_in: int | None

    @property
    def hint_id(self) -> str:
        """The id of its hint."""
        return f"{self.id}-hint"


def build_buttons(screen: Screen, keys: PageKeys, speech: Speech, now: datetime) -> tuple[ButtonView, ...]:
    """All buttons, in order."""
    return tuple(_build_button(button, screen=screen, keys=keys, speech=speech, now=now) for button in screen.buttons)


def _build_button(button: Button, *, screen: Screen, keys: PageKeys, speech: Speech, now: datetime) -> ButtonView:
    action = button.action
    opens_in = _opens_in(button, screen, speech, now)
    urged = [f"buttons.for_problem.{problem.message}.{action}" for problem in screen.problems]
    is_urged = any(speech.has(key) for key in urged)
    label = speech.say((*urged, *keys.of(f"buttons.{action}"), f"buttons.{button.text}", f"buttons.{action}"))
    return ButtonView(
        action=action,
        id=f"action-{action.replace(':', '-')}",
        label=label or escape(action.removeprefix("link:")),
        hint=Markup("<br>").join(speech.lines(_hint_keys(button, screen, keys, is_waiting=opens_in is not None))),
        style="plain" if is_urged else _STYLES.get(action, button.style),
        is_disabled=button.disabled,
        skips_checks=button.formnovalidate or action in _ASIDE or action.startswith("link:"),
        opens_in=opens_in,
    )


def _hint_keys(button: Button, screen: Screen, keys: PageKeys, *, is_waiting: bool) -> tuple[str, ...]:
    action = button.action
    found = [f"hints.for_problem.{problem.message}.{action}" for problem in screen.problems]
    if is_waiting:
        found += [*keys.of(f"hints.{action}_wait"), f"hints.{action}_wait"]
    found += [*keys.of(f"hints.{action}")]
    if button.why is not None:
        found += [*keys.of(f"hints.{button.why}"), f"hints.{button.why}"]
    if button.why is not None or button.disabled or action in _ALWAYS_EXPLAINED:
        found += [f"hints.{action}"]
    return tuple(found)


def _opens_in(button: Button, screen: Screen, speech: Speech, now: datetime) -> int | None:
    until = speech.wording.instant(screen.params.get("until"))
    if not button.disabled or until is None:
        return None
    return max(1, int((until - now).total_seconds()) + 1)
