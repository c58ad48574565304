"""One input as a template draws it: names, hints, tokens and states worked out, nothing left to decide.

Owns `autocomplete` and `inputmode` per type, option labels and the ids that labels, hints and errors share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import phonenumbers
from markupsafe import Markup, escape

from idp.config.site import PasswordPolicy
from idp.config.wording import say_number
from idp.flows.screen import Field, FieldType, Option
from idp.web.pages.speech import EMPTY, Speech

DATE_PARTS = ("year", "month", "day")
_TRUTH = {"true": "fields.yes", "false": "fields.no"}

_INPUT_TYPES = {
    FieldType.EMAIL: "email",
    FieldType.PASSWORD: "password",
    FieldType.NEW_PASSWORD: "password",
    FieldType.PHONE: "tel",
}
_INPUT_MODES = {
    FieldType.EMAIL: "email",
    FieldType.PHONE: "tel",
    FieldType.CODE: "numeric",
    FieldType.POSTCODE: "numeric",
}
_AUTOCOMPLETE = {
    FieldType.EMAIL: "email",
    FieldType.PASSWORD: "current-password",
    FieldType.NEW_PASSWORD: "new-password",
    FieldType.PHONE: "tel",
    FieldType.IDENTIFIER: "username",
    FieldType.CODE: "one-time-code",
    FieldType.POSTCODE: "postal-code",
}
_LETTERS = frozenset({FieldType.EMAIL, FieldType.TEXT})
_PASSWORD_RULES = {"lower": "lower", "upper": "upper", "digit": "digit", "symbol": "special"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a select or radio field."""

    id: str
    value: str
    label: Markup
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePart:
    """One select of a date. `unit` stands after it, `choose` is what it says while nothing is chosen."""

    id: str
    label: Markup
    unit: Markup
    choose: Markup
    autocomplete: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the password's checklist; `limit` is what a rule counts."""

    name: str
    text: Markup
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One input. `described_by` lists ids, errors first; `marks` are the words beside the label."""

    name: str
    type: FieldType
    label: Markup
    hint: Markup
    value: str
    input_type: str
    input_mode: str
    autocomplete: str
    described_by: str
    is_required: bool
    is_readonly: bool
    is_bad: bool
    is_focused: bool
    max_length: int | None
    marks: tuple[tuple[str, Markup], ...] = ()
    choices: tuple[Choice, ...] = ()
    choose: Markup = EMPTY
    parts: tuple[DatePart, ...] = ()
    rules: tuple[Rule, ...] = ()
    password_rules: str = ""
    min_length: int | None = None
    css: str = ""

    @property
    def anchor(self) -> str:
        """The id a link in the summary leads to."""
        return f"{self.name}-year" if self.type is FieldType.DATE else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSetting:
    """What surrounds a field on its page. `error_ids` are the ids of the texts that say what is wrong with it.

    Numbers of the country `home` are shown the short way.
    """

    speech: Speech
    types: frozenset[FieldType]
    policy: PasswordPolicy
    has_marks: bool
    has_passkey: bool
    asks_for_code: bool
    error_ids: Mapping[str, Sequence[str]]
    wrong: frozenset[str]
    focus: str | None
    home: str


def build_field_view(item: Field, setting: FieldSetting, keys: Mapping[str, tuple[str, ...]]) -> FieldView:
    """The view of one field. `keys` maps label, hint, choose and option to the text keys to look for."""
    speech = setting.speech
    hint = speech.say(keys["hint"]) or _own(item.hints, speech)
    errors = setting.error_ids.get(item.name, ())
    described = [*errors, *([f"{item.name}-hint"] if hint else []), *([f"{item.name}-rules"] if item.rules else [])]
    return FieldView(
        name=item.name,
        type=item.type,
        label=field_label(item, speech, keys["label"]),
        hint=hint,
        value=say_number(item.value, setting.home) if item.type is FieldType.PHONE else item.value,
        input_type=_INPUT_TYPES.get(item.type, "text"),
        input_mode=_INPUT_MODES.get(item.type, ""),
        autocomplete=_autocomplete(item, setting),
        described_by=" ".join(described),
        is_required=item.required,
        is_readonly=item.readonly,
        is_bad=item.name in setting.wrong,
        is_focused=setting.focus == item.name,
        max_length=_max_length(item),
        marks=_marks(item, setting),
        choices=_choices(item, speech, keys["option"]),
        choose=Markup() if item.name == "country" and item.value else speech.say((*keys["choose"], "fields.choose")),
        parts=_date_parts(item, speech),
        rules=_rules(item, setting),
        password_rules=_password_rules(item, setting.policy),
        min_length=setting.policy.min_length if item.rules else None,
        css=_css(item),
    )


def field_label(item: Field, speech: Speech, keys: Sequence[str]) -> Markup:
    """The page's label, else the attribute's, else the engine's, else the bare name."""
    return speech.say(keys) or _own(item.labels, speech) or speech.say(f"fields.{item.name}.label") or escape(item.name)


def own_label(labels: Mapping[str, str], speech: Speech) -> Markup:
    """What an attribute itself says, in this language."""
    return _own(labels, speech)


def option_label(option: Option, speech: Speech, name: str, keys: Sequence[str]) -> Markup:
    """A country by its name, else the option's own label, the page's pattern (`{value}年度`), yes or no, the value."""
    if name == "country":
        return _country(option.value, speech)
    own = _own(option.labels, speech)
    if own:
        return own
    said = speech.say(keys, value=option.value)
    return said or speech.say(_TRUTH.get(option.value, ())) or escape(option.value)


def _own(labels: Mapping[str, str], speech: Speech) -> Markup:
    text = labels.get(speech.wording.locale) or labels.get("en") or next(iter(labels.values()), "")
    return speech.typeset(str(escape(text)))


def _country(region: str, speech: Speech) -> Markup:
    name = speech.say(f"countries.{region}") or escape(region)
    code = phonenumbers.country_code_for_region(region)
    return speech.say("formats.country", name=name, code=str(code)) if code else name


def _autocomplete(item: Field, setting: FieldSetting) -> str:
    if item.type is FieldType.EMAIL:
        if FieldType.PASSWORD in setting.types:
            return "username webauthn" if setting.has_passkey else "username"
        if FieldType.NEW_PASSWORD in setting.types or setting.asks_for_code:
            return "username"
    return item.autocomplete or _AUTOCOMPLETE.get(item.type, "")


def _max_length(item: Field) -> int | None:
    """Only where cutting cannot hurt: a pasted password or address must never lose its end unseen."""
    if item.type is FieldType.CODE:
        return item.max_length or 12
    return item.max_length if item.type is FieldType.TEXTAREA else None


def _marks(item: Field, setting: FieldSetting) -> tuple[tuple[str, Markup], ...]:
    if not setting.has_marks or item.readonly:
        return ()
    speech = setting.speech
    first = ("", speech.say("fields.required")) if item.required else ("may", speech.say("fields.optional"))
    return (first, ("may", speech.say("fields.half_width"))) if item.half_width and item.type in _LETTERS else (first,)


def _choices(item: Field, speech: Speech, keys: Sequence[str]) -> tuple[Choice, ...]:
    options = item.options
    if item.type is FieldType.RADIO and not item.required and all(option.value for option in options):
        options = (*options, Option(value="", labels={speech.wording.locale: str(speech.plain("fields.no_answer"))}))
    return tuple(
        Choice(
            id=item.name if position == 0 else f"{item.name}-{option.value or 'none'}",
            value=option.value,
            label=option_label(option, speech, item.name, keys),
            is_chosen=option.value == item.value and (bool(item.value) or not item.required),
        )
        for position, option in enumerate(options)
    )


def _date_parts(item: Field, speech: Speech) -> tuple[DatePart, ...]:
    if item.type is not FieldType.DATE:
        return ()
    return tuple(_date_part(item, speech, part) for part in DATE_PARTS)


def _date_part(item: Field, speech: Speech, part: str) -> DatePart:
    numbers = {"year": item.years, "month": range(1, 13), "day": range(1, 32)}[part]
    months = speech.lines("formats.months")
    chosen = item.parts.get(part, "").strip().lstrip("0")
    return DatePart(
        id=f"{item.name}-{part}",
        label=speech.say(f"fields.{part}"),
        unit=speech.say(f"fields.{part}") if speech.plain("fields.date_units") == "after" else EMPTY,
        choose=speech.say(f"fields.{part}_choose"),
        autocomplete=f"bday-{part}" if "birth" in item.name else "",
        choices=tuple(
            Choice(
                id=f"{item.name}-{part}-{number}",
                value=str(number),
                label=months[number - 1] if part == "month" else escape(number),
                is_chosen=chosen == str(number),
            )
            for number in numbers
        ),
    )


def _rules(item: Field, setting: FieldSetting) -> tuple[Rule, ...]:
    limits = {"length": setting.policy.min_length}
    return tuple(
        Rule(name=name, text=setting.speech.say(f"rules.{name}", min=limits.get(name)), limit=limits.get(name))
        for name in item.rules
    )


def _password_rules(item: Field, policy: PasswordPolicy) -> str:
    """What password managers read when they make one up (WICG change-password, `passwordrules`)."""
    if item.type is not FieldType.NEW_PASSWORD or not item.rules:
        return ""
    wanted = [f"minlength: {policy.min_length};", f"maxlength: {policy.max_length};"]
    wanted += [f"required: {_PASSWORD_RULES[name]};" for name in item.rules if name in _PASSWORD_RULES]
    return " ".join(wanted)


def _css(item: Field) -> str:
    match item.type:
        case FieldType.CODE:
            return "code"
        case FieldType.PHONE:
            return "num"
        case FieldType.POSTCODE:
            return "short num"
        case FieldType.SELECT if item.options and all(option.value.isdigit() for option in item.options):
            return "short"
        case _:
            return ""
