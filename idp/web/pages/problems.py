"""Problems in words, each placed once: at its field, in the summary, or above the form.

Each has exactly one element with role=alert, so that it is read aloud once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from idp.config.site import PasswordPolicy
from idp.flows.screen import Field, FieldType, Problem, Screen
from idp.web.pages.fields import field_label, own_label
from idp.web.pages.keys import PageKeys
from idp.web.pages.speech import Param, Speech

LONG_PAGE = 4
"""A page with more fields than this gets a summary from the first problem on."""

_TONES = {
    "password.wrong": "bad",
    "phone.no_sms": "wait",
    "call.failed": "wait",
    "code.wait": "wait",
    "code.send_first": "wait",
    "send.limit": "wait",
    "busy": "wait",
    "try_later": "wait",
    "password.wait": "wait",
    "phone.none": "wait",
    "moved_on": "wait",
}
"""Problems that stand above the form even when they name a field, and how urgent they look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """One problem in words. `id` names its text for the field's `aria-describedby`; `tone` is set above the form."""

    message: str
    field: str | None
    lines: tuple[Markup, ...]
    id: str
    tone: str | None
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """All problems of a page by their place. What is in the summary is said at its field as well, but not aloud."""

    every: tuple[ProblemView, ...]
    above: tuple[ProblemView, ...]
    summary: tuple[ProblemView, ...]

    def at(self, name: str) -> tuple[ProblemView, ...]:
        """Problems said at a field."""
        return tuple(problem for problem in self.every if problem.field == name and not problem.tone)

    def ids(self, name: str) -> tuple[str, ...]:
        """The ids of all texts that say what is wrong with a field, wherever they stand."""
        return tuple(problem.id for problem in self.every if problem.field == name)

    @property
    def focus(self) -> str | None:
        """The first wrong field, when no summary takes the focus."""
        wrong = (problem.field for problem in self.every if problem.field and not problem.tone)
        return None if self.summary else next(wrong, None)


def build_problems(screen: Screen, keys: PageKeys, speech: Speech, policy: PasswordPolicy) -> Problems:
    """Say and place the screen's problems; one that is there twice is said once."""
    unique: dict[tuple[str, str | None], Problem] = {}
    for problem in screen.problems:
        unique.setdefault((problem.message, problem.field), problem)
    ids = _ids(list(unique.values()))
    views = tuple(
        _build_problem(problem, screen=screen, keys=keys, speech=speech.with_params(_limits(policy)), name=name)
        for problem, name in zip(unique.values(), ids, strict=True)
    )
    at_fields = tuple(problem for problem in views if not problem.tone)
    listed = len(at_fields) > 1 or (bool(at_fields) and len(screen.fields) > LONG_PAGE)
    above = tuple(problem for problem in views if problem.tone)
    return Problems(every=views, above=above, summary=at_fields if listed else ())


def _limits(policy: PasswordPolicy) -> dict[str, Param]:
    return {"min": policy.min_length, "max": policy.max_length}


def _ids(problems: Sequence[Problem]) -> list[str]:
    """`<field>-error`, with a number from the second one on."""
    found: list[str] = []
    for problem in problems:
        name = f"{problem.field or 'page'}-error"
        same = sum(other == name or other.startswith(f"{name}-") for other in found)
        found.append(f"{name}-{same + 1}" if same else name)
    return found


def _build_problem(problem: Problem, *, screen: Screen, keys: PageKeys, speech: Speech, name: str) -> ProblemView:
    item = next((item for item in screen.fields if item.name == problem.field), None)
    at_field = item is not None and not item.readonly and problem.message not in _TONES
    channel = problem.params.get("channel")
    texts = (*keys.message(problem.message, item, None if channel is None else str(channel)), "messages.other")
    return ProblemView(
        message=problem.message,
        field=problem.field,
        lines=speech.lines(texts, **{"label": _label(item, keys, speech), **problem.params}),
        id=name,
        tone=None if at_field else _TONES.get(problem.message, "bad"),
        anchor="" if item is None else f"{item.name}-year" if item.type is FieldType.DATE else item.name,
    )


def _label(item: Field | None, keys: PageKeys, speech: Speech) -> Markup:
    """The short name: what the attribute is called anywhere, before what this page calls it."""
    if item is None:
        return Markup()
    return own_label(item.labels, speech) or field_label(item, speech, keys.of(f"fields.{item.name}.label"))
