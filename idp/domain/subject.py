"""The person known to us: identifiers name a subject, credentials prove it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from idp.domain.values import JsonObject


class SubjectStatus(StrEnum):
    """What a subject may do."""

    ACTIVE = "active"
    DISABLED = "disabled"


class IdentifierKind(StrEnum):
    """What kind of address an identifier is."""

    EMAIL = "email"
    PHONE = "phone"


ACCOUNT_REALM = "account"
"""The realm of the identifiers that name the account itself (its one e-mail address)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An address that names one subject within a realm.

    `value` is canonical (e-mail: local part as stored, domain lower case, compared case-blind; phone: E.164).
    Realm `account` is the account's own address; any other realm is a client's log-in (for example `wallet`).
    """

    realm: str
    kind: IdentifierKind
    value: str
    verified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone number that is a second factor of a subject. `number` is E.164."""

    number: str
    verified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One account. `id` is the `sub` of its tokens and is never used again.

    `email_verified_at` is None while nobody has proven the address. `attributes` holds what
    `attributes.yaml` declares, by name, dates as ISO 8601 text; e-mail and phones are not in it.
    """

    id: str
    status: SubjectStatus
    email: str
    email_verified_at: datetime | None
    created_at: datetime
    updated_at: datetime
    attributes: JsonObject = field(default_factory=dict)
    phones: tuple[Phone, ...] = ()
    logins: tuple[Identifier, ...] = ()

    @property
    def is_active(self) -> bool:
        """True when the subject may sign in and hold tokens."""
        return self.status is SubjectStatus.ACTIVE
