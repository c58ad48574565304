"""Deletes what has expired (port Purger), in small batches so that nobody waits long for the writer.

Journeys and challenges stay a day longer, so that whoever comes late is told so; what a worker has finished stays a
week. Accounts, consents, clients and the audit record do not expire.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from idp.stores.challenges import CHALLENGES
from idp.stores.codes import CODES
from idp.stores.db import Store
from idp.stores.grant_rows import GRANTS
from idp.stores.interactions import INTERACTIONS
from idp.stores.journeys import JOURNEYS
from idp.stores.outbox import OUTBOX
from idp.stores.replay import REPLAYS
from idp.stores.sessions import SESSIONS
from idp.stores.throttle import BUDGETS
from idp.stores.tokens import ACCESS_TOKENS, REFRESH_TOKENS

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Kind:
    table: sa.Table
    grace: timedelta = timedelta()
    condition: sa.ColumnElement[bool] | None = None


_KINDS = (
    _Kind(ACCESS_TOKENS),
    _Kind(REFRESH_TOKENS),
    _Kind(CODES, condition=CODES.c.redeemed_at.is_(None)),  # spent ones go with their grant
    _Kind(GRANTS),
    _Kind(SESSIONS),
    _Kind(INTERACTIONS, grace=_DAY),
    _Kind(JOURNEYS, grace=_DAY),
    _Kind(CHALLENGES, grace=_DAY),
    _Kind(BUDGETS),
    _Kind(REPLAYS),
    _Kind(OUTBOX, grace=7 * _DAY, condition=OUTBOX.c.payload.is_(None)),
)


class SqlPurger(Store):
    """Port Purger."""

    def purge(self, now: datetime, *, limit: int) -> int:
        """Delete up to `limit` expired rows of each kind; returns how many went."""
        return sum(self._database.write(_build_statement(kind, now, limit)) for kind in _KINDS)


def _build_statement(kind: _Kind, now: datetime, limit: int) -> sa.Delete:
    key = tuple(kind.table.primary_key)
    expired = sa.select(*key).where(kind.table.c.expires_at <= now - kind.grace).limit(limit)
    if kind.condition is not None:
        expired = expired.where(kind.condition)
    chosen = key[0] if len(key) == 1 else sa.tuple_(*key)
    return sa.delete(kind.table).where(chosen.in_(expired))
