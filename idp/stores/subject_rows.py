"""The tables of accounts, and how their rows become `Subject`s, each read with one statement.

Every address that names an account is one row of `identifiers`, unique within its realm whatever its case; the
account's own address is in realm `account`, and its spelling as the person gave it stays in `subjects.email`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from idp.domain.subject import ACCOUNT_REALM, Identifier, IdentifierKind, Phone, Subject, SubjectStatus
from idp.stores.db import METADATA, Store
from idp.stores.types import AnyText, Json, Utc

SUBJECTS = sa.Table(
    "subjects",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("status", AnyText, nullable=False),
    sa.Column("email", AnyText, nullable=False),
    sa.Column("email_verified_at", Utc),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
    sa.Column("attributes", Json, nullable=False),
)


def _subject_key(**options: Any) -> sa.Column[Any]:
    return sa.Column("subject_id", sa.ForeignKey(SUBJECTS.c.id, ondelete="CASCADE"), nullable=False, **options)


IDENTIFIERS = sa.Table(
    "identifiers",
    METADATA,
    sa.Column("realm", AnyText, primary_key=True),
    sa.Column("kind", AnyText, primary_key=True),
    sa.Column("folded", AnyText, primary_key=True),
    sa.Column("value", AnyText, nullable=False),
    _subject_key(index=True),
    sa.Column("verified_at", Utc),
)

PHONES = sa.Table(
    "phones",
    METADATA,
    _subject_key(primary_key=True),
    sa.Column("number", AnyText, primary_key=True, index=True),
    sa.Column("verified_at", Utc, nullable=False),
)

SIGN_INS = sa.Table(
    "sign_ins",
    METADATA,
    _subject_key(primary_key=True),
    sa.Column("client_id", AnyText, primary_key=True),
    sa.Column("first_at", Utc, nullable=False),
    sa.Column("last_at", Utc, nullable=False),
)

_LOGINS = sa.and_(IDENTIFIERS.c.subject_id == SUBJECTS.c.id, IDENTIFIERS.c.realm != ACCOUNT_REALM)
_WITH_ALL = (
    sa.select(
        SUBJECTS,
        PHONES.c.number.label("phone"),
        PHONES.c.verified_at.label("phone_verified_at"),
        IDENTIFIERS.c.realm.label("login_realm"),
        IDENTIFIERS.c.kind.label("login_kind"),
        IDENTIFIERS.c.value.label("login"),
        IDENTIFIERS.c.verified_at.label("login_verified_at"),
    )
    .join(PHONES, PHONES.c.subject_id == SUBJECTS.c.id, isouter=True)
    .join(IDENTIFIERS, _LOGINS, isouter=True)
    .order_by(SUBJECTS.c.id, PHONES.c.verified_at, PHONES.c.number, IDENTIFIERS.c.realm, IDENTIFIERS.c.folded)
)


class SubjectRows(Store):
    """Reads accounts."""

    def _load(self, condition: sa.ColumnElement[bool]) -> Sequence[Subject]:
        """The subjects that meet a condition on their row, in order of id."""
        groups: dict[str, list[Row[Any]]] = {}
        for row in self._database.read(_WITH_ALL.where(condition)):
            groups.setdefault(row.id, []).append(row)
        return [_to_subject(rows) for rows in groups.values()]


def _to_subject(rows: Sequence[Row[Any]]) -> Subject:
    """One subject of its rows, one for each pair of phone and log-in."""
    row = rows[0]
    phones = {each.phone: Phone(number=each.phone, verified_at=each.phone_verified_at) for each in rows if each.phone}
    logins = dict.fromkeys(_to_login(each) for each in rows if each.login)
    return Subject(
        id=row.id,
        status=SubjectStatus(row.status),
        email=row.email,
        email_verified_at=row.email_verified_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        attributes=row.attributes,
        phones=tuple(phones.values()),
        logins=tuple(logins),
    )


def _to_login(row: Row[Any]) -> Identifier:
    return Identifier(
        realm=row.login_realm,
        kind=IdentifierKind(row.login_kind),
        value=row.login,
        verified_at=row.login_verified_at,
    )
