"""Counters with a limit in a window of time (port BudgetStore; NIST SP 800-63B §3.2.2).

The first hit opens a window, and one upsert counts and compares, so hits at once never pass the limit together.
One key may have windows of several lengths. Keys hold addresses and numbers: only their SHA-256 is stored.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from idp.stores.db import METADATA, Database, Store
from idp.stores.types import AnyText, Utc, fingerprint

BUDGETS = sa.Table(
    "budgets",
    METADATA,
    sa.Column("key", AnyText, primary_key=True),
    sa.Column("window_seconds", sa.Integer, primary_key=True),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
)


class SqlBudgetStore(Store):
    """Port BudgetStore."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        insert = database.insert(BUDGETS)
        new = insert.excluded
        is_over = BUDGETS.c.expires_at <= new.started_at
        self._spend = insert.on_conflict_do_update(
            index_elements=[BUDGETS.c.key, BUDGETS.c.window_seconds],
            set_={
                "used": sa.case((is_over, 1), else_=BUDGETS.c.used + 1),
                "started_at": sa.case((is_over, new.started_at), else_=BUDGETS.c.started_at),
                "expires_at": sa.case((is_over, new.expires_at), else_=BUDGETS.c.expires_at),
            },
            where=sa.or_(is_over, BUDGETS.c.used < sa.bindparam("most", type_=sa.Integer)),
        ).returning(BUDGETS.c.used)

    def spend(self, key: str, *, limit: int, window: timedelta, now: datetime) -> bool:
        """Count one, atomically; False (nothing counted) when the limit is reached within the window."""
        if limit < 1:
            return False
        row = {"used": 1, "started_at": now, "expires_at": now + window, "most": limit}
        return bool(self._database.returning(self._spend, {**_identify(key, window), **row}))

    def used(self, key: str, *, window: timedelta, now: datetime) -> int:
        """How many were counted in the running window."""
        query = sa.select(BUDGETS.c.used).where(BUDGETS.c.expires_at > now)
        for name, value in _identify(key, window).items():
            query = query.where(BUDGETS.c[name] == value)
        rows = self._database.read(query)
        return int(rows[0].used) if rows else 0

    def clear(self, key: str) -> None:
        """Forget a counter (after a success), whatever its windows."""
        self._database.write(sa.delete(BUDGETS).where(BUDGETS.c.key == fingerprint(key)))


def _identify(key: str, window: timedelta) -> dict[str, object]:
    return {"key": fingerprint(key), "window_seconds": int(window.total_seconds())}
