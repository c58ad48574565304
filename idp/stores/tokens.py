"""Access and refresh tokens, known by their digests (RFC 6749 §1.4, §1.5). Rotation is in `rotation.py`.

A refresh token that was used stays as a spent row until it would have expired, and so does a successor that a retry
replaced: that is how a replay is recognised.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from idp.domain.grant import AccessToken, Grant, RefreshToken
from idp.stores.db import METADATA, atomic
from idp.stores.grant_rows import GRANTS, NOW, GrantRows, is_live, to_grant
from idp.stores.types import AnyText, Json, Utc

ACCESS_TOKENS = sa.Table(
    "access_tokens",
    METADATA,
    sa.Column("digest", AnyText, primary_key=True),
    sa.Column("grant_id", sa.ForeignKey(GRANTS.c.id, ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("client_id", AnyText, nullable=False),
    sa.Column("subject_id", AnyText),
    sa.Column("scopes", Json, nullable=False),
    sa.Column("audience", AnyText),
    sa.Column("issued_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
)

REFRESH_TOKENS = sa.Table(
    "refresh_tokens",
    METADATA,
    sa.Column("digest", AnyText, primary_key=True),
    sa.Column("predecessor", AnyText),
    sa.Column("grant_id", sa.ForeignKey(GRANTS.c.id, ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("client_id", AnyText, nullable=False),
    sa.Column("scopes", Json, nullable=False),
    sa.Column("issued_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
    sa.Column("spent_at", Utc),
    sa.Column("replaced_at", Utc),
)
_NOT_REPLACED = REFRESH_TOKENS.c.replaced_at.is_(None)
# The database itself keeps a family from ever having two live leaves.
sa.Index(
    "uq_refresh_tokens_predecessor",
    REFRESH_TOKENS.c.predecessor,
    unique=True,
    sqlite_where=_NOT_REPLACED,
    postgresql_where=_NOT_REPLACED,
)


def _select_live(table: sa.Table) -> sa.Select[tuple[object, ...]]:
    own = [column.label(f"token_{column.name}") for column in table.c]
    return (
        sa.select(*own, *GRANTS.c)
        .join(GRANTS, GRANTS.c.id == table.c.grant_id)
        .where(table.c.digest == sa.bindparam("digest"), table.c.expires_at > NOW, is_live())
    )


_FIND_ACCESS = _select_live(ACCESS_TOKENS)
_FIND_REFRESH = _select_live(REFRESH_TOKENS).where(REFRESH_TOKENS.c.spent_at.is_(None), _NOT_REPLACED)
_DELETE_ACCESS = sa.delete(ACCESS_TOKENS).where(
    ACCESS_TOKENS.c.digest == sa.bindparam("digest"), ACCESS_TOKENS.c.client_id == sa.bindparam("client")
)
# RFC 7009 §2.1: every token of the grant goes with it, whichever of the family the client still knows.
_REVOKE_FAMILY = (
    sa.update(GRANTS)
    .where(
        GRANTS.c.id
        == sa.select(REFRESH_TOKENS.c.grant_id)
        .where(REFRESH_TOKENS.c.digest == sa.bindparam("digest"), REFRESH_TOKENS.c.client_id == sa.bindparam("client"))
        .scalar_subquery(),
        is_live(),
    )
    .values(revoked_at=NOW)
    .returning(GRANTS.c.id)
)


class TokenVerbs(GrantRows):
    """The verbs of GrantStore that are about tokens, but for rotation."""

    @atomic
    def save_tokens(self, access: AccessToken, refresh: RefreshToken | None) -> None:
        """Store tokens of a grant."""
        self._database.write(
            sa.insert(ACCESS_TOKENS),
            {
                "digest": access.digest,
                "grant_id": access.grant_id,
                "client_id": access.client_id,
                "subject_id": access.subject_id,
                "scopes": list(access.scopes),
                "audience": access.audience,
                "issued_at": access.issued_at,
                "expires_at": access.expires_at,
            },
        )
        if refresh is not None:
            self._add_refresh(refresh, predecessor=None)

    def find_access(self, digest: str, now: datetime) -> tuple[AccessToken, Grant] | None:
        """A live access token of a live grant."""
        rows = self._database.read(_FIND_ACCESS, {"digest": digest, "now": now})
        if not rows:
            return None
        row = rows[0]
        token = AccessToken(
            digest=row.token_digest,
            grant_id=row.token_grant_id,
            client_id=row.token_client_id,
            subject_id=row.token_subject_id,
            scopes=tuple(row.token_scopes),
            audience=row.token_audience,
            issued_at=row.token_issued_at,
            expires_at=row.token_expires_at,
        )
        return token, to_grant(row)

    def find_refresh(self, digest: str, now: datetime) -> tuple[RefreshToken, Grant] | None:
        """A live, unspent refresh token of a live grant (for introspection)."""
        rows = self._database.read(_FIND_REFRESH, {"digest": digest, "now": now})
        if not rows:
            return None
        row = rows[0]
        token = RefreshToken(
            digest=row.token_digest,
            grant_id=row.token_grant_id,
            client_id=row.token_client_id,
            scopes=tuple(row.token_scopes),
            issued_at=row.token_issued_at,
            expires_at=row.token_expires_at,
        )
        return token, to_grant(row)

    def revoke_access(self, digest: str, *, client_id: str) -> bool:
        """Revoke one access token of a client (RFC 7009 §2.1); False when it has none of that digest."""
        return self._database.write(_DELETE_ACCESS, {"digest": digest, "client": client_id}) > 0

    def revoke_family(self, digest: str, *, client_id: str, now: datetime) -> str | None:
        """Revoke the live grant of a client's refresh token, rotated or not; its id, or None when there is none."""
        revoked = self._database.returning(_REVOKE_FAMILY, {"digest": digest, "client": client_id, "now": now})
        return revoked[0].id if revoked else None

    def _add_refresh(self, token: RefreshToken, *, predecessor: str | None) -> None:
        self._database.write(
            sa.insert(REFRESH_TOKENS),
            {
                "digest": token.digest,
                "predecessor": predecessor,
                "grant_id": token.grant_id,
                "client_id": token.client_id,
                "scopes": list(token.scopes),
                "issued_at": token.issued_at,
                "expires_at": token.expires_at,
            },
        )
