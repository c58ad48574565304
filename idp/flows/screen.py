"""What a page shows, before anyone knows how it looks.

A step returns a `Screen`; `web/render.py` turns it into HTML. Texts are keys here and words only there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from idp.domain.values import Json


class ScreenKind(StrEnum):
    """One template each."""

    FORM = "form"  # fields and one primary button
    CODE = "code"  # a code was sent; type it here
    PHONE = "phone"  # a masked number (or a field for one) and the ways to send a code
    MAIL_SENT = "mail_sent"  # a link was mailed; what to look for
    LINK = "link"  # the page a mailed link opens
    SUMMARY = "summary"  # read-only summary with change links, to be confirmed
    MESSAGE = "message"  # says something; leads on
    DONE = "done"  # the end of something, with the seal
    CONSENT = "consent"  # the permit


class FieldType(StrEnum):
    """How a field is typed in and checked."""

    TEXT = "text"
    TEXTAREA = "textarea"
    EMAIL = "email"
    PASSWORD = "password"
    NEW_PASSWORD = "new_password"
    PHONE = "phone"
    IDENTIFIER = "identifier"
    CODE = "code"
    DATE = "date"
    SELECT = "select"
    RADIO = "radio"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a select or radio field; its label per language."""

    value: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input. `parts` holds year, month and day of a date as typed; `value` is empty for secrets.

    `labels` come from `attributes.yaml`; a page text `pages.<page>.fields.<name>` wins over them.
    `mark` says whether the page marks required and optional fields.
    """

    name: str
    type: FieldType
    required: bool
    labels: Mapping[str, str]
    hints: Mapping[str, str] = dataclasses.field(default_factory=dict)
    value: str = ""
    parts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    options: tuple[Option, ...] = ()
    autocomplete: str = ""
    max_length: int | None = None
    half_width: bool = False
    readonly: bool = False
    rules: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A fact the page states. `is_proven` adds the tick; `change` is the button value that leads to its field."""

    name: str
    value: str
    labels: Mapping[str, str]
    type: FieldType = FieldType.TEXT
    options: tuple[Option, ...] = ()
    is_proven: bool = False
    change: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A submit button. `action` is its value; `style` is primary, plain, quiet or way; the first one is primary.

    `why` is the text key of the hint under it, `disabled` needs one.
    """

    action: str
    text: str
    style: str = "plain"
    disabled: bool = False
    formnovalidate: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong, e.g. `code.wrong`, at a field or for the whole page; `params` fill the text's placeholders."""

    message: str
    field: str | None = None
    params: Mapping[str, Json] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Good news or plain information, e.g. `code.sent_again`."""

    message: str
    params: Mapping[str, Json] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the person is on the road: text keys `progress.<flow>.<name>` and the index of the current one."""

    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One page. `page` and `flow` become `data-page` and `data-flow`; `params` fill placeholders of its texts.

    `params` values that are times are ISO 8601 text in UTC; the renderer says them in the site's zone.
    """

    kind: ScreenKind
    page: str
    flow: str
    fields: tuple[Field, ...] = ()
    shown: tuple[Shown, ...] = ()
    buttons: tuple[Button, ...] = ()
    problems: tuple[Problem, ...] = ()
    notices: tuple[Notice, ...] = ()
    progress: Progress | None = None
    params: Mapping[str, Json] = dataclasses.field(default_factory=dict)
    scopes: tuple[str, ...] = ()
