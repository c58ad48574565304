"""Fields of pages: how an attribute is shown, and how what was typed becomes a value or a problem."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from idp.config.attributes import Attribute, AttributeType
from idp.config.site import Site
from idp.domain.values import Json
from idp.flows.asking import full_years
from idp.flows.screen import Field, FieldType, Option, Problem
from idp.steps.emails import BadEmail, parse_email
from idp.steps.passwords import rule_names
from idp.steps.phones import BadNumber, parse_phone

DATE_PARTS = ("year", "month", "day")
_KANA = re.compile("[\u30a1-\u30fa\u30fc\u30fb \u3000]+")
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_FIELD_TYPES: Mapping[AttributeType, FieldType] = {
    AttributeType.TEXT: FieldType.TEXT,
    AttributeType.TEXTAREA: FieldType.TEXTAREA,
    AttributeType.EMAIL: FieldType.EMAIL,
    AttributeType.PHONE: FieldType.PHONE,
    AttributeType.IDENTIFIER: FieldType.IDENTIFIER,
    AttributeType.PASSWORD: FieldType.PASSWORD,
    AttributeType.NEW_PASSWORD: FieldType.NEW_PASSWORD,
    AttributeType.DATE: FieldType.DATE,
    AttributeType.SELECT: FieldType.SELECT,
    AttributeType.RADIO: FieldType.RADIO,
    AttributeType.POSTCODE: FieldType.POSTCODE,
    AttributeType.KANA: FieldType.TEXT,
    AttributeType.YEAR: FieldType.SELECT,
    AttributeType.BOOLEAN: FieldType.RADIO,
}
TRUTH: Mapping[str, Json] = {"true": True, "false": False}
SECRET_TYPES = frozenset({AttributeType.PASSWORD, AttributeType.NEW_PASSWORD})


def is_secret(attribute: Attribute) -> bool:
    """True for what must live for one request only."""
    return attribute.type in SECRET_TYPES


def build_field(
    attribute: Attribute, *, required: bool, value: str, typed: Mapping[str, str], now: datetime, site: Site
) -> Field:
    """The field as the page shows it: what was typed and refused wins over `value`."""
    name = attribute.name
    shown = "" if is_secret(attribute) else typed.get(name, value)
    return Field(
        name=name,
        type=_FIELD_TYPES[attribute.type],
        required=required,
        labels=attribute.labels,
        hints=attribute.hints,
        value=shown,
        parts=_parts(attribute, value, typed) if attribute.type is AttributeType.DATE else {},
        options=_options(attribute, now, site),
        autocomplete=attribute.autocomplete,
        max_length=attribute.max_length,
        half_width=attribute.half_width,
        rules=rule_names(site.password) if _shows_rules(attribute) else (),
        years=_years(attribute, now, site) if attribute.type is AttributeType.DATE else (),
    )


def _shows_rules(attribute: Attribute) -> bool:
    """The field to type a password once more needs no rules of its own."""
    return attribute.type is AttributeType.NEW_PASSWORD and not attribute.name.endswith("_confirm")


def _parts(attribute: Attribute, value: str, typed: Mapping[str, str]) -> Mapping[str, str]:
    known = dict(zip(DATE_PARTS, (part.lstrip("0") for part in value.split("-")), strict=False))
    return {part: typed.get(f"{attribute.name}-{part}", known.get(part, "")) for part in DATE_PARTS}


def _years(attribute: Attribute, now: datetime, site: Site) -> tuple[int, ...]:
    first, last = attribute.years or (-100, 0)
    year = _today(now, site).year
    return tuple(range(year + last, year + first - 1, -1))


def _today(now: datetime, site: Site) -> date:
    return now.astimezone(ZoneInfo(site.zone)).date()


def _options(attribute: Attribute, now: datetime, site: Site) -> tuple[Option, ...]:
    if attribute.type is AttributeType.YEAR:
        return tuple(Option(value=str(year), labels={}) for year in _years(attribute, now, site))
    if attribute.type is AttributeType.BOOLEAN:
        return tuple(Option(value=value, labels={}) for value in TRUTH)
    return tuple(Option(value=choice.value, labels=choice.labels) for choice in attribute.choices)


def typed_of(attribute: Attribute, form: Mapping[str, str]) -> Mapping[str, str]:
    """What stood in the attribute's inputs, to be shown again; nothing for secrets."""
    if is_secret(attribute):
        return {}
    names = (
        [f"{attribute.name}-{part}" for part in DATE_PARTS]
        if attribute.type is AttributeType.DATE
        else [attribute.name]
    )
    limit = max(attribute.max_length, 8) * 2
    return {name: form[name][:limit] for name in names if name in form}


def parse_value(
    attribute: Attribute, form: Mapping[str, str], *, required: bool, now: datetime, site: Site
) -> Json | Problem:
    """What the journey and the account keep of what was typed: `parse_field`, with booleans as truth or None."""
    parsed = parse_field(attribute, form, required=required, now=now, site=site)
    if attribute.type is not AttributeType.BOOLEAN or isinstance(parsed, Problem):
        return parsed
    return TRUTH.get(parsed)


def parse_field(
    attribute: Attribute, form: Mapping[str, str], *, required: bool, now: datetime, site: Site
) -> str | Problem:
    """The canonical value of what was typed (dates ISO 8601, phones E.164; empty when optional), or the problem."""
    if attribute.type is AttributeType.DATE:
        return _parse_date(attribute, form, required=required, now=now, site=site)
    raw = form.get(attribute.name, "")
    if is_secret(attribute):
        return raw if raw or not required else Problem(message="required", field=attribute.name)
    text = _clean(attribute, raw)
    if not text:
        return Problem(message="required", field=attribute.name) if required else ""
    if not _is_printable(attribute, text):
        return Problem(message="text.invalid", field=attribute.name)
    if len(text) > attribute.max_length:
        return Problem(message="text.too_long", field=attribute.name, params={"max": attribute.max_length})
    is_chosen = attribute.type in _CHOICE_TYPES
    parse = _PARSERS.get(attribute.type, _parse_text)
    return _parse_choice(attribute, text, now, site) if is_chosen else parse(attribute, text, site)


def _clean(attribute: Attribute, raw: str) -> str:
    text = unicodedata.normalize("NFKC" if attribute.half_width else "NFC", raw.replace("\r\n", "\n")).strip()
    return text if attribute.type is AttributeType.TEXTAREA else re.sub("[\u3000 ]+", " ", text)


def _is_printable(attribute: Attribute, text: str) -> bool:
    visible = text.replace("\n", " ") if attribute.type is AttributeType.TEXTAREA else text
    return all(c.isprintable() for c in visible)


def _parse_text(attribute: Attribute, text: str, site: Site) -> str | Problem:  # noqa: ARG001
    if len(text) < attribute.min_length or (attribute.pattern and not re.fullmatch(attribute.pattern, text)):
        return Problem(message="text.invalid", field=attribute.name)
    return text


def _parse_email(attribute: Attribute, text: str, site: Site) -> str | Problem:  # noqa: ARG001
    result = parse_email(text)
    return Problem(message=result.message, field=attribute.name) if isinstance(result, BadEmail) else result.address


def _parse_phone(attribute: Attribute, text: str, site: Site) -> str | Problem:
    result = parse_phone(text, countries=site.countries)
    return Problem(message=result.message, field=attribute.name) if isinstance(result, BadNumber) else result.e164


def _parse_identifier(attribute: Attribute, text: str, site: Site) -> str | Problem:
    if "@" in unicodedata.normalize("NFKC", text):
        return _parse_email(attribute, text, site)
    result = parse_phone(text, countries=site.countries)
    if isinstance(result, BadNumber):
        message = "identifier.invalid" if result.message == "phone.invalid" else result.message
        return Problem(message=message, field=attribute.name)
    return result.e164


def _parse_choice(attribute: Attribute, text: str, now: datetime, site: Site) -> str | Problem:
    """One of the options that the page offers."""
    value = unicodedata.normalize("NFKC", text) if attribute.type is AttributeType.YEAR else text
    is_offered = any(option.value == value for option in _options(attribute, now, site))
    return value if is_offered else Problem(message="choice.invalid", field=attribute.name)


def _parse_kana(attribute: Attribute, text: str, site: Site) -> str | Problem:  # noqa: ARG001
    katakana = unicodedata.normalize("NFKC", text).translate(_HIRAGANA)
    return katakana if _KANA.fullmatch(katakana) else Problem(message="kana.invalid", field=attribute.name)


def _parse_postcode(attribute: Attribute, text: str, site: Site) -> str | Problem:  # noqa: ARG001
    digits = re.sub("[^0-9]", "", unicodedata.normalize("NFKC", text))
    if len(digits) != 7 or re.search("[^0-9\\s\\-〒\u2010-\u2015\u2212\u30fc]", unicodedata.normalize("NFKC", text)):  # noqa: PLR2004
        return Problem(message="postcode.invalid", field=attribute.name)
    return f"{digits[:3]}-{digits[3:]}"


_CHOICE_TYPES = frozenset({AttributeType.SELECT, AttributeType.RADIO, AttributeType.YEAR, AttributeType.BOOLEAN})
_PARSERS: Mapping[AttributeType, Callable[[Attribute, str, Site], str | Problem]] = {
    AttributeType.EMAIL: _parse_email,
    AttributeType.PHONE: _parse_phone,
    AttributeType.IDENTIFIER: _parse_identifier,
    AttributeType.KANA: _parse_kana,
    AttributeType.POSTCODE: _parse_postcode,
}


def _parse_date(
    attribute: Attribute, form: Mapping[str, str], *, required: bool, now: datetime, site: Site
) -> str | Problem:
    parts = [unicodedata.normalize("NFKC", form.get(f"{attribute.name}-{part}", "")).strip() for part in DATE_PARTS]
    if not any(parts):
        return Problem(message="required", field=attribute.name) if required else ""
    if not all(re.fullmatch("[0-9]{1,4}", part) for part in parts):
        return Problem(message="date.invalid", field=attribute.name)
    try:
        day = date(*(int(part) for part in parts))
    except ValueError:
        return Problem(message="date.invalid", field=attribute.name)
    today = _today(now, site)
    first, last = attribute.years or (-130, 0)
    if day > today and last <= 0:
        return Problem(message="date.future", field=attribute.name)
    if not today.year + first <= day.year <= today.year + max(last, 0):
        return Problem(message="date.invalid", field=attribute.name)
    return _age_problem(attribute, full_years(day, today)) or day.isoformat()


def _age_problem(attribute: Attribute, age: int) -> Problem | None:
    if attribute.min_age is not None and age < attribute.min_age:
        return Problem(message="age.too_young", field=attribute.name, params={"min": attribute.min_age})
    if attribute.max_age is not None and age > attribute.max_age:
        return Problem(message="age.too_old", field=attribute.name, params={"max": attribute.max_age})
    return None
