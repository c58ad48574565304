"""Where the texts of a page are looked for.

`flows.<flow>.<page>` wins over `pages.<page>`, and that over `kinds.<kind>`; at each of them a special form (`lead_sms`
on a page whose code travels by SMS, `heading_field` on a phone page with a field) wins over the plain name.
"""

from __future__ import annotations

from dataclasses import dataclass

from idp.flows.screen import Field, FieldType, Screen, ScreenKind

_CHOSEN = frozenset({FieldType.SELECT, FieldType.RADIO, FieldType.DATE})


@dataclass(frozen=True, slots=True)
class PageKeys:
    """The text keys of one screen."""

    screen: Screen

    def of(self, rest: str) -> tuple[str, ...]:
        """Where a text of this page may stand, most special first."""
        screen = self.screen
        places = (f"flows.{screen.flow}.{screen.page}", f"pages.{screen.page}", f"kinds.{screen.kind.value}")
        return tuple(f"{place}.{name}" for place in places for name in self._forms(rest))

    def message(self, message: str, item: Field | None = None, channel: str | None = None) -> tuple[str, ...]:
        """Where the words of a problem or notice may stand; those of a field come before the general ones.

        `channel` is what the problem itself is about, when it says so.
        """
        choice = [f"{message}_choice"] if item is not None and item.type in _CHOSEN else []
        names = (*choice, *([f"{message}_{channel}"] if channel else []), *self._forms(message))
        own = [key for name in names for key in self.of(f"messages.{name}")]
        at_field = [] if item is None else [f"fields.{item.name}.messages.{name}" for name in names]
        return (*own, *at_field, *(f"messages.{name}" for name in names))

    def _forms(self, rest: str) -> tuple[str, ...]:
        screen = self.screen
        channel = screen.params.get("channel")
        asks = screen.kind is ScreenKind.PHONE and bool(screen.fields)
        return (*((f"{rest}_{channel}",) if channel else ()), *((f"{rest}_field",) if asks else ()), rest)
