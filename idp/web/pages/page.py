"""One `Screen` in one language: what its template asks for, worked out once and only when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from idp.config.site import Site
from idp.flows.screen import Field, FieldType, Screen, ScreenKind
from idp.web.pages.buttons import ButtonView, build_buttons
from idp.web.pages.context import PageContext
from idp.web.pages.facts import FactView, build_facts
from idp.web.pages.fields import FieldSetting, FieldView, build_field_view, field_label
from idp.web.pages.keys import PageKeys
from idp.web.pages.problems import Problems, build_problems
from idp.web.pages.speech import Param, Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One post of the progress road. `state` is done, now or ahead; `number` counts from 1."""

    name: Markup
    number: int
    state: str

    @property
    def breakable(self) -> Markup:
        """The name with a possible break after its colon."""
        return Markup(str(self.name).replace(":", ":<wbr>"))  # noqa: S704 -- escaped already


@dataclass(frozen=True)
class PageView:
    """The page of a screen."""

    screen: Screen
    context: PageContext
    site: Site
    speech: Speech

    @cached_property
    def keys(self) -> PageKeys:
        """Where its texts are looked for."""
        return PageKeys(self.screen)

    def text(self, rest: str, **params: Param) -> Markup:
        """A text of this page; empty without one."""
        return self.speech.say(self.keys.of(rest), **params)

    def lines(self, rest: str) -> tuple[Markup, ...]:
        """A text of this page, line by line."""
        return self.speech.lines(self.keys.of(rest))

    @cached_property
    def heading(self) -> Markup:
        """The heading; a page without one takes its fields' labels."""
        return self.text("heading", labels=self.speech.say("fields.join").join(self._labels()))

    @cached_property
    def title(self) -> str:
        """The document's title, which says first when something is wrong."""
        own = self.speech.plain(self.keys.of("title")) or str(self.heading.striptags())
        return f"{self.speech.plain('frame.error')}{own}" if self.problems.every else own

    @cached_property
    def lead(self) -> tuple[Markup, ...]:
        """What stands under the heading; left out where good news says the same."""
        said = Markup().join(line for notice in self.notices for line in notice)
        return tuple(line for line in self.lines("lead") if line != said)

    @cached_property
    def notices(self) -> tuple[tuple[Markup, ...], ...]:
        """Good news, each as its lines; a page that is good news itself says so when nothing else does."""
        found = (
            self.speech.lines(self.keys.message(notice.message), **notice.params) for notice in self.screen.notices
        )
        return tuple(dict.fromkeys(lines for lines in (*found, self.lines("notice")) if lines))

    @cached_property
    def problems(self) -> Problems:
        """What is wrong, by place."""
        return build_problems(self.screen, self.keys, self.speech, self.site.password)

    @cached_property
    def buttons(self) -> tuple[ButtonView, ...]:
        """All buttons, in order."""
        return build_buttons(self.screen, self.keys, self.speech, self.context.now)

    @cached_property
    def facts(self) -> tuple[FactView, ...]:
        """What the page states, but what it shows as a read-only field already."""
        readonly = {item.name for item in self.screen.fields if item.readonly}
        facts = build_facts(self.screen, self.keys, self.speech, self._home)
        return tuple(fact for fact in facts if fact.name not in readonly)

    @cached_property
    def fields(self) -> tuple[FieldView, ...]:
        """The inputs, in order."""
        screen = self.screen
        setting = FieldSetting(
            speech=self.speech,
            types=frozenset(item.type for item in screen.fields),
            policy=self.site.password,
            has_marks=self._has_marks,
            has_passkey=any(button.action == "link:passkey" for button in screen.buttons),
            asks_for_code=any(button.action == "send_code" for button in screen.buttons),
            error_ids={item.name: self.problems.ids(item.name) for item in screen.fields},
            wrong=frozenset(item.name for item in screen.fields if self.problems.at(item.name)),
            home=self._home,
            focus=self.problems.focus or ("code" if screen.kind is ScreenKind.CODE else None),
        )
        return tuple(build_field_view(item, setting, self._field_keys(item)) for item in screen.fields)

    @cached_property
    def steps(self) -> tuple[StepView, ...]:
        """The progress road; empty without one."""
        progress = self.screen.progress
        if progress is None:
            return ()
        flow, at = self.screen.flow, progress.at
        return tuple(
            StepView(
                name=self.speech.say((f"progress.{flow}.{name}", f"progress.{name}", name, f"pages.{name}.heading")),
                number=number,
                state="done" if number <= at else "now" if number == at + 1 else "ahead",
            )
            for number, name in enumerate(progress.names, 1)
        )

    @property
    def username(self) -> str | None:
        """The address that a password manager stores a new password for, when no visible field holds it."""
        types = {item.type for item in self.screen.fields}
        if FieldType.NEW_PASSWORD not in types or FieldType.EMAIL in types:
            return None
        return next((item.value for item in self.screen.shown if item.type is FieldType.EMAIL), None)

    @property
    def _home(self) -> str:
        return next(iter(self.site.countries), "")

    @property
    def _has_marks(self) -> bool:
        """Pages say what is required on roads with progress, and where a field is optional."""
        screen = self.screen
        is_form = screen.kind is ScreenKind.FORM
        is_mixed = any(not item.required for item in screen.fields if not item.readonly)
        return is_form and (screen.progress is not None or is_mixed)

    def _field_keys(self, item: Field) -> Mapping[str, tuple[str, ...]]:
        keys = {name: self.keys.of(f"fields.{item.name}.{name}") for name in ("label", "hint", "choose", "option")}
        return keys if item.hints else {**keys, "hint": (*keys["hint"], f"fields.{item.name}.hint")}

    def _labels(self) -> list[Markup]:
        return [
            field_label(item, self.speech, self.keys.of(f"fields.{item.name}.label")) for item in self.screen.fields
        ]
