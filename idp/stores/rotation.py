"""Refresh token rotation with reuse detection (RFC 9700 §4.14.2, RFC 6749 §10.4).

A token is spent by one conditional UPDATE. A lost answer may be asked for again with the spent token for a short
while, until the successor has been used: the unused successor then gives way to a new one, so a family never has two
live leaves. A successor that gave way is refused at first and a sign of theft later: two holders have each had one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from idp.domain.grant import RefreshReplayed, RefreshToken, Rotated, RotateResult, UnknownRefreshToken
from idp.stores.db import atomic
from idp.stores.grant_rows import GRANTS, NOW, has_live_grant, is_live
from idp.stores.tokens import REFRESH_TOKENS, TokenVerbs

_TOKEN = REFRESH_TOKENS.c
_IS_THIS_CLIENTS = sa.and_(_TOKEN.digest == sa.bindparam("used"), _TOKEN.client_id == sa.bindparam("client"))
_IS_UNUSED = sa.and_(_TOKEN.spent_at.is_(None), _TOKEN.replaced_at.is_(None))

_SPEND = (
    sa.update(REFRESH_TOKENS)
    .where(_IS_THIS_CLIENTS, _IS_UNUSED, _TOKEN.expires_at > NOW, has_live_grant(REFRESH_TOKENS))
    .values(spent_at=NOW)
    .returning(_TOKEN.grant_id, _TOKEN.scopes)
)
# The lock makes retries of one token wait for each other; without it they would be refused, never doubled.
_LOOK_CLOSER = (
    sa.select(_TOKEN.grant_id, _TOKEN.scopes, _TOKEN.spent_at, _TOKEN.replaced_at)
    .join(GRANTS, GRANTS.c.id == _TOKEN.grant_id)
    .where(_IS_THIS_CLIENTS, is_live())
    .with_for_update(of=REFRESH_TOKENS)
)
_REPLACE_SUCCESSOR = (
    sa.update(REFRESH_TOKENS)
    .where(_TOKEN.predecessor == sa.bindparam("used"), _IS_UNUSED)
    .values(replaced_at=NOW)
    .returning(_TOKEN.digest)
)


class RotationVerbs(TokenVerbs):
    """The verb of GrantStore that rotates."""

    @atomic
    def rotate(
        self, digest: str, *, successor: RefreshToken, client_id: str, now: datetime, retry: timedelta
    ) -> RotateResult:
        """Spend a refresh token and store its successor (whose `grant_id` and `scopes` are taken from the old one).

        The successor never outlives the grant. A spent token may be used again within `retry` of its spending while
        its successor is unused: the unused successor is then replaced. Anything later is `RefreshReplayed`.
        """
        values = {"used": digest, "client": client_id, "now": now}
        spent = self._database.returning(_SPEND, values)
        if spent:
            return self._follow(spent[0], digest, successor)
        # RFC 9700 §4.14.2: find out whether this is a lost answer, a stranger's guess, or a stolen token.
        rows = self._database.read(_LOOK_CLOSER, values)
        if not rows:
            return UnknownRefreshToken()
        row = rows[0]
        if row.spent_at is not None and row.spent_at >= now - retry:
            is_unused = bool(self._database.returning(_REPLACE_SUCCESSOR, {"used": digest, "now": now}))
            return self._follow(row, digest, successor) if is_unused else RefreshReplayed(row.grant_id)
        if row.spent_at is not None or _gave_way_before(row, now - retry):
            return RefreshReplayed(row.grant_id)
        return UnknownRefreshToken()

    def _follow(self, old: Row[Any], digest: str, successor: RefreshToken) -> RotateResult:
        grant = self._load_grant(old.grant_id)
        if grant is None:
            return UnknownRefreshToken()
        scopes = tuple(old.scopes)
        end = min(successor.expires_at, grant.expires_at)
        self._add_refresh(
            replace(successor, grant_id=grant.id, client_id=grant.client_id, scopes=scopes, expires_at=end),
            predecessor=digest,
        )
        return Rotated(grant, scopes)


def _gave_way_before(row: Row[Any], moment: datetime) -> bool:
    """Answers that crossed on the way are forgiven as long as a lost one is."""
    return row.replaced_at is not None and row.replaced_at < moment
