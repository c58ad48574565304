"""The table of grants, and how its rows become `Grant`s. Codes and tokens are in `codes.py` and `tokens.py`.

A grant is live until it is revoked or its absolute end; codes and tokens are only ever as alive as their grant, so
revoking is one UPDATE and nothing issued meanwhile survives it (RFC 7009 §2.1).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from idp.domain.grant import Grant
from idp.domain.session import AuthenticationContext
from idp.stores.db import METADATA, Store
from idp.stores.mapping import plain, to_json
from idp.stores.types import AnyText, Json, Utc

GRANTS = sa.Table(
    "grants",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("client_id", AnyText, nullable=False),
    sa.Column("subject_id", AnyText, index=True),
    sa.Column("session_id", AnyText, index=True),
    sa.Column("sid", AnyText),
    sa.Column("scopes", Json, nullable=False),
    sa.Column("is_offline", sa.Boolean, nullable=False),
    sa.Column("context", Json),
    sa.Column("claims", Json, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
    sa.Column("revoked_at", Utc),
)

NOW = sa.bindparam("now", type_=Utc)
_BY_ID = sa.select(GRANTS).where(GRANTS.c.id == sa.bindparam("id"))


def is_live() -> sa.ColumnElement[bool]:
    """The condition that a joined grant is live at `:now`."""
    return sa.and_(GRANTS.c.revoked_at.is_(None), GRANTS.c.expires_at > NOW)


def has_live_grant(table: sa.Table) -> sa.ColumnElement[bool]:
    """The condition that the grant of a code's or token's row is live at `:now`."""
    return sa.exists().where(GRANTS.c.id == table.c.grant_id, is_live()).correlate(table)


class GrantRows(Store):
    """Reads and writes rows of grants."""

    def _add_grant(self, grant: Grant) -> None:
        self._database.write(sa.insert(GRANTS), _to_row(grant))

    def _load_grant(self, grant_id: str) -> Grant | None:
        rows = self._database.read(_BY_ID, {"id": grant_id})
        return to_grant(rows[0]) if rows else None


def to_grant(row: Row[Any]) -> Grant:
    """The grant of a row that holds the grant's columns."""
    return Grant(
        id=row.id,
        client_id=row.client_id,
        subject_id=row.subject_id,
        session_id=row.session_id,
        sid=row.sid,
        scopes=tuple(row.scopes),
        context=_to_context(row.context),
        claims=row.claims,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def _to_row(grant: Grant) -> dict[str, object]:
    return {
        "id": grant.id,
        "client_id": grant.client_id,
        "subject_id": grant.subject_id,
        "session_id": grant.session_id,
        "sid": grant.sid,
        "scopes": list(grant.scopes),
        # OpenID Connect Core §11: what was granted for use while the person is away outlives the session.
        "is_offline": "offline_access" in grant.scopes,
        "context": to_json(grant.context) if grant.context else None,
        "claims": plain(grant.claims),
        "created_at": grant.created_at,
        "expires_at": grant.expires_at,
        "revoked_at": grant.revoked_at,
    }


def _to_context(stored: dict[str, Any] | None) -> AuthenticationContext | None:
    if stored is None:
        return None
    return AuthenticationContext(
        acr=stored["acr"], amr=tuple(stored["amr"]), auth_time=datetime.fromisoformat(stored["auth_time"])
    )
