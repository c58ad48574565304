"""What `attributes.yaml` declares: each attribute's type, label, checks, claim and scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AttributeType(StrEnum):
    """What a value is and how it is typed in."""

    TEXT = "text"
    TEXTAREA = "textarea"
    EMAIL = "email"
    PHONE = "phone"
    IDENTIFIER = "identifier"  # an e-mail address or a phone number
    PASSWORD = "password"
    NEW_PASSWORD = "new_password"
    DATE = "date"
    SELECT = "select"
    RADIO = "radio"
    POSTCODE = "postcode"
    KANA = "kana"
    YEAR = "year"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a select or radio attribute, with its label per language."""

    value: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute. Lengths are in characters, ages in years, `years` is the range a date or year may fall into.

    `claim` and `scope` say how clients see it; `editable` is false for what only hooks may write.
    """

    name: str
    type: AttributeType
    labels: Mapping[str, str]
    hints: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    min_length: int = 0
    max_length: int = 200
    pattern: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    years: tuple[int, int] | None = None  # relative to this year, e.g. (-100, 0)
    autocomplete: str = ""
    half_width: bool = False
    claim: str | None = None
    scope: str | None = None
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Attributes:
    """All attributes of a site, by name."""

    by_name: Mapping[str, Attribute]

    def get(self, name: str) -> Attribute | None:
        """The attribute, or None."""
        return self.by_name.get(name)
