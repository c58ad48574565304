"""What `attributes.yaml` declares: each attribute's type, label, checks, claim and scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    `claim` and `scope` say how clients see it.
    `stored` is false for what is typed but never kept on the account.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A scope that gives claims, with the words the consent page has for it."""

    name: str
    labels: Mapping[str, str]
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attributes:
    """All attributes of a site, by name, and the scopes its file declares (`openid` and `offline_access` are ours)."""

    by_name: Mapping[str, Attribute]
    scopes: Mapping[str, Scope] = field(default_factory=dict)

    def get(self, name: str) -> Attribute | None:
        """The attribute, or None."""
        return self.by_name.get(name)

    def of_scopes(self, scopes: Iterable[str]) -> tuple[Attribute, ...]:
        """The attributes that any of the scopes gives as a claim, in the order of the file."""
        given = frozenset(scopes)
        return tuple(item for item in self.by_name.values() if item.claim is not None and item.scope in given)
