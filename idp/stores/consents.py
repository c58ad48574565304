"""Remembered consents (port ConsentStore), one row a scope, so that two answers at once add up."""

from __future__ import annotations

import sqlalchemy as sa

from idp.domain.grant import Consent
from idp.stores.db import METADATA, Database, Store, atomic
from idp.stores.types import AnyText, Utc

CONSENTS = sa.Table(
    "consents",
    METADATA,
    sa.Column("subject_id", AnyText, primary_key=True),
    sa.Column("client_id", AnyText, primary_key=True),
    sa.Column("scope", AnyText, primary_key=True),
    sa.Column("given_at", Utc, nullable=False),
)

_NO_SCOPE = ""  # a row of its own keeps a consent to a request without scopes (RFC 6749 §3.3)


class SqlConsentStore(Store):
    """Port ConsentStore."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        insert = database.insert(CONSENTS)
        self._remember = insert.on_conflict_do_update(
            index_elements=[CONSENTS.c.subject_id, CONSENTS.c.client_id, CONSENTS.c.scope],
            set_={"given_at": insert.excluded.given_at},
        )

    def get(self, subject_id: str, client_id: str) -> Consent | None:
        """The remembered consent, or None; `given_at` is the newest answer."""
        rows = self._database.read(sa.select(CONSENTS).where(_is_between(subject_id, client_id)))
        if not rows:
            return None
        return Consent(
            subject_id=subject_id,
            client_id=client_id,
            scopes=frozenset(row.scope for row in rows) - {_NO_SCOPE},
            given_at=max(row.given_at for row in rows),
        )

    @atomic
    def remember(self, consent: Consent) -> None:
        """Store; the scopes are added to those remembered before."""
        for scope in sorted({_NO_SCOPE, *consent.scopes}):
            self._database.write(
                self._remember,
                {
                    "subject_id": consent.subject_id,
                    "client_id": consent.client_id,
                    "scope": scope,
                    "given_at": consent.given_at,
                },
            )

    def revoke(self, subject_id: str, client_id: str) -> bool:
        """Forget; False when there was none."""
        return self._database.write(sa.delete(CONSENTS).where(_is_between(subject_id, client_id))) > 0


def _is_between(subject_id: str, client_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(CONSENTS.c.subject_id == subject_id, CONSENTS.c.client_id == client_id)
