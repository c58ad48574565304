"""Password hashes (port PasswordStore): one a subject, already hashed when they come in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from idp.stores.db import METADATA, Store
from idp.stores.subject_rows import SUBJECTS
from idp.stores.types import AnyText, Utc

PASSWORDS = sa.Table(
    "passwords",
    METADATA,
    sa.Column("subject_id", sa.ForeignKey(SUBJECTS.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("encoded", AnyText, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
)


class SqlPasswordStore(Store):
    """Port PasswordStore."""

    def get(self, subject_id: str) -> str | None:
        """The encoded argon2id hash, or None while no password is set."""
        query = sa.select(PASSWORDS.c.encoded).where(PASSWORDS.c.subject_id == subject_id)
        return next((row.encoded for row in self._database.read(query)), None)

    def set(self, subject_id: str, encoded: str, now: datetime) -> None:
        """Set or replace the hash."""
        change = {"encoded": encoded, "changed_at": now}
        statement = self._database.insert(PASSWORDS).values(subject_id=subject_id, **change)
        self._database.write(statement.on_conflict_do_update(index_elements=[PASSWORDS.c.subject_id], set_=change))

    def changed_at(self, subject_id: str) -> datetime | None:
        """When the password was last set."""
        query = sa.select(PASSWORDS.c.changed_at).where(PASSWORDS.c.subject_id == subject_id)
        return next((row.changed_at for row in self._database.read(query)), None)
