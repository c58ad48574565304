"""Grants and everything issued under them (port GrantStore; RFC 6749 §1.3, RFC 7009).

Put together from the verbs about codes, tokens and rotation; owns making and revoking the grants themselves.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from idp.domain.grant import AuthorizationCode, Grant
from idp.stores.codes import CodeVerbs
from idp.stores.db import atomic
from idp.stores.grant_rows import GRANTS
from idp.stores.rotation import RotationVerbs


class SqlGrantStore(CodeVerbs, RotationVerbs):
    """Port GrantStore."""

    @atomic
    def create(self, grant: Grant, code: AuthorizationCode | None) -> None:
        """Store a grant, with its code when there is one."""
        self._add_grant(grant)
        if code is not None:
            self._add_code(code)

    def get(self, grant_id: str) -> Grant | None:
        """The grant, revoked or not."""
        return self._load_grant(grant_id)

    def revoke(self, grant_id: str, now: datetime) -> bool:
        """Revoke a grant with all its tokens; False when it had been before."""
        return self._revoke(GRANTS.c.id == grant_id, now) > 0

    def revoke_for_subject(self, subject_id: str, now: datetime, *, but_session: str | None = None) -> int:
        """Revoke all grants of a subject, but those of one session; returns how many."""
        condition = GRANTS.c.subject_id == subject_id
        if but_session is not None:
            condition = sa.and_(condition, GRANTS.c.session_id.is_distinct_from(but_session))
        return self._revoke(condition, now)

    def revoke_for_session(self, session_id: str, now: datetime, *, keep_offline: bool) -> int:
        """Revoke a session's grants; `keep_offline` spares those with scope `offline_access`."""
        condition = GRANTS.c.session_id == session_id
        if keep_offline:
            condition = sa.and_(condition, GRANTS.c.is_offline.is_(False))
        return self._revoke(condition, now)

    def revoke_for_client(self, subject_id: str, client_id: str, now: datetime) -> int:
        """Revoke a subject's grants to one client."""
        return self._revoke(sa.and_(GRANTS.c.subject_id == subject_id, GRANTS.c.client_id == client_id), now)

    def _revoke(self, condition: sa.ColumnElement[bool], now: datetime) -> int:
        return self._database.write(
            sa.update(GRANTS).where(condition, GRANTS.c.revoked_at.is_(None)).values(revoked_at=now)
        )
