"""One-time identifiers of signed assertions (port ReplayStore; RFC 7523 §3, item 7).

Stored as a fingerprint: the identifier is the caller's text, of any length and content.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from idp.stores.db import METADATA, Database, Store
from idp.stores.types import AnyText, Utc, fingerprint

REPLAYS = sa.Table(
    "replays",
    METADATA,
    sa.Column("key", AnyText, primary_key=True),
    sa.Column("expires_at", Utc, nullable=False, index=True),
)


class SqlReplayStore(Store):
    """Port ReplayStore."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        insert = database.insert(REPLAYS)
        self._use = insert.on_conflict_do_update(
            index_elements=[REPLAYS.c.key],
            set_={"expires_at": insert.excluded.expires_at},
            where=REPLAYS.c.expires_at <= sa.bindparam("now", type_=Utc),
        ).returning(REPLAYS.c.key)

    def first_use(self, issuer: str, jti: str, expires_at: datetime, now: datetime) -> bool:
        """True the first time, False ever after (until it has expired anyway)."""
        values = {"key": fingerprint(issuer, jti), "expires_at": expires_at, "now": now}
        return bool(self._database.returning(self._use, values))
