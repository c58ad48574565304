"""Accounts (port SubjectStore): made, found and changed; passwords are in `credentials.py`.

An address is taken by one INSERT that does nothing when somebody has it, so two people who sign up at once, in
whatever spelling, never both get it. The mail goes to the stored spelling, which stays as it was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from idp.domain.subject import ACCOUNT_REALM, Identifier, IdentifierKind, Subject, SubjectStatus
from idp.domain.values import Json
from idp.stores.db import atomic
from idp.stores.mapping import plain
from idp.stores.subject_rows import IDENTIFIERS, PHONES, SIGN_INS, SUBJECTS, SubjectRows
from idp.stores.types import fold

_HOLD = sa.select(SUBJECTS.c.id).where(SUBJECTS.c.id == sa.bindparam("id")).with_for_update()


class SqlSubjectStore(SubjectRows):
    """Port SubjectStore."""

    def get(self, subject_id: str) -> Subject | None:
        """The subject with phones and log-ins, or None."""
        return next(iter(self._load(SUBJECTS.c.id == subject_id)), None)

    def hold(self, subject_id: str) -> None:
        """Keep everybody else who holds this account waiting until the unit of work ends; what is read then is true."""
        self._database.begin()
        self._database.read(_HOLD, {"id": subject_id})

    def find(self, realm: str, kind: IdentifierKind, value: str) -> Subject | None:
        """The one subject that the identifier names in the realm; ASCII case does not matter."""
        named = sa.select(IDENTIFIERS.c.subject_id).where(_is_identifier(realm, kind, value))
        return next(iter(self._load(SUBJECTS.c.id.in_(named))), None)

    def find_by_phone(self, number: str) -> Sequence[Subject]:
        """Every subject that has the number as second factor."""
        return self._load(SUBJECTS.c.id.in_(sa.select(PHONES.c.subject_id).where(PHONES.c.number == number)))

    def list(self, *, after: str = "", limit: int = 100) -> Sequence[Subject]:
        """Subjects in order of id."""
        page = sa.select(SUBJECTS.c.id).where(SUBJECTS.c.id > after).order_by(SUBJECTS.c.id).limit(limit)
        return self._load(SUBJECTS.c.id.in_(page))

    @atomic
    def create(self, subject: Subject) -> bool:
        """Store a new subject with its identifiers and phones; False (and nothing stored) when one is taken."""
        if not self._database.write(self._database.insert(SUBJECTS).on_conflict_do_nothing(), _to_row(subject)):
            return False
        is_claimed = self._claim_address(subject.id, subject.email, subject.email_verified_at)
        if not (is_claimed and all(self.add_login(subject.id, login) for login in subject.logins)):
            self._database.write(sa.delete(SUBJECTS).where(SUBJECTS.c.id == subject.id))
            return False
        for phone in subject.phones:
            self.add_phone(subject.id, phone.number, phone.verified_at)
        return True

    @atomic
    def set_attributes(self, subject_id: str, changes: Mapping[str, Json], now: datetime) -> None:
        """Merge attribute values; None removes one."""
        self._database.begin()
        is_subject = SUBJECTS.c.id == subject_id
        rows = self._database.read(sa.select(SUBJECTS.c.attributes).where(is_subject).with_for_update())
        if not rows:
            return
        merged = {**rows[0].attributes, **changes}
        kept = {name: plain(value) for name, value in merged.items() if value is not None}
        self._database.write(sa.update(SUBJECTS).where(is_subject).values(attributes=kept, updated_at=now))

    def set_status(self, subject_id: str, status: SubjectStatus, now: datetime) -> None:
        """Disable or enable."""
        statement = sa.update(SUBJECTS).where(SUBJECTS.c.id == subject_id)
        self._database.write(statement.values(status=status.value, updated_at=now))

    @atomic
    def set_email(self, subject_id: str, email: str, verified_at: datetime, now: datetime) -> bool:
        """Give the account another address; False when it is taken."""
        if not self._claim_address(subject_id, email, verified_at):
            return False
        is_old = sa.and_(
            IDENTIFIERS.c.subject_id == subject_id,
            IDENTIFIERS.c.realm == ACCOUNT_REALM,
            IDENTIFIERS.c.folded != fold(email),
        )
        self._database.write(sa.delete(IDENTIFIERS).where(is_old))
        statement = sa.update(SUBJECTS).where(SUBJECTS.c.id == subject_id)
        self._database.write(statement.values(email=email, email_verified_at=verified_at, updated_at=now))
        return True

    @atomic
    def mark_email_verified(self, subject_id: str, email: str, now: datetime) -> None:
        """Record that `email` was proven, if it still is the subject's address."""
        is_own = sa.and_(
            _is_identifier(ACCOUNT_REALM, IdentifierKind.EMAIL, email), IDENTIFIERS.c.subject_id == subject_id
        )
        if self._database.write(sa.update(IDENTIFIERS).where(is_own).values(verified_at=now)):
            statement = sa.update(SUBJECTS).where(SUBJECTS.c.id == subject_id)
            self._database.write(statement.values(email_verified_at=now, updated_at=now))

    def add_phone(self, subject_id: str, number: str, now: datetime) -> None:
        """Add a second-factor number; harmless when it is there already."""
        statement = self._database.insert(PHONES).on_conflict_do_nothing()
        self._database.write(statement, {"subject_id": subject_id, "number": number, "verified_at": now})

    def remove_phone(self, subject_id: str, number: str) -> bool:
        """Remove a second-factor number; False when it was not there."""
        is_it = sa.and_(PHONES.c.subject_id == subject_id, PHONES.c.number == number)
        return self._database.write(sa.delete(PHONES).where(is_it)) > 0

    def add_login(self, subject_id: str, identifier: Identifier) -> bool:
        """Make an identifier a log-in; True when it is this subject's afterwards, False when another's.

        Raises ValueError for the realm of the accounts: `set_email` changes that address.
        """
        if identifier.realm == ACCOUNT_REALM:
            raise ValueError("an account's own address is no log-in")
        claim = {"realm": identifier.realm, "kind": identifier.kind.value, "value": identifier.value}
        return self._claim({"subject_id": subject_id, **claim, "verified_at": identifier.verified_at})

    def has_signed_in(self, subject_id: str, client_id: str) -> bool:
        """True once the subject has signed in at the client."""
        query = sa.select(SIGN_INS.c.first_at).where(
            SIGN_INS.c.subject_id == subject_id, SIGN_INS.c.client_id == client_id
        )
        return bool(self._database.read(query))

    def record_sign_in(self, subject_id: str, client_id: str, now: datetime) -> None:
        """Remember a sign-in at a client."""
        statement = self._database.insert(SIGN_INS).on_conflict_do_update(
            index_elements=[SIGN_INS.c.subject_id, SIGN_INS.c.client_id], set_={"last_at": now}
        )
        row = {"subject_id": subject_id, "client_id": client_id, "first_at": now}
        self._database.write(statement.values(row | {"last_at": now}))

    def _claim_address(self, subject_id: str, email: str, verified_at: datetime | None) -> bool:
        claim = {"realm": ACCOUNT_REALM, "kind": IdentifierKind.EMAIL.value, "value": email}
        return self._claim({"subject_id": subject_id, **claim, "verified_at": verified_at})

    def _claim(self, claim: Mapping[str, object]) -> bool:
        """Make an identifier the subject's, unless it is another's; one statement, so it has one owner at any time."""
        insert = self._database.insert(IDENTIFIERS)
        statement = insert.on_conflict_do_update(
            index_elements=[IDENTIFIERS.c.realm, IDENTIFIERS.c.kind, IDENTIFIERS.c.folded],
            set_={"value": insert.excluded.value, "verified_at": insert.excluded.verified_at},
            where=IDENTIFIERS.c.subject_id == insert.excluded.subject_id,
        ).returning(IDENTIFIERS.c.folded)
        return bool(self._database.returning(statement, {**claim, "folded": fold(str(claim["value"]))}))


def _is_identifier(realm: str, kind: IdentifierKind, value: str) -> sa.ColumnElement[bool]:
    column = IDENTIFIERS.c
    return sa.and_(column.realm == realm, column.kind == kind.value, column.folded == fold(value))


def _to_row(subject: Subject) -> dict[str, object]:
    return {
        "id": subject.id,
        "status": subject.status.value,
        "email": subject.email,
        "email_verified_at": subject.email_verified_at,
        "created_at": subject.created_at,
        "updated_at": subject.updated_at,
        "attributes": plain(subject.attributes),
    }
