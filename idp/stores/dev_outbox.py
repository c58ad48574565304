"""The development outbox (port DevOutboxStore): its own sealed copy of every message, for the page that shows them.

Recipients are found by a fingerprint; nothing is ever dropped, because it exists in development only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from idp.domain.challenge import Channel
from idp.domain.outbox import DeliveredMessage, Message
from idp.domain.ports import Sealer
from idp.stores.db import METADATA, Database, Store
from idp.stores.mapping import to_json
from idp.stores.types import AnyText, Utc, fingerprint, fold

DEV_OUTBOX = sa.Table(
    "dev_outbox",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("recipient", AnyText, nullable=False, index=True),
    sa.Column("sent_at", Utc, nullable=False, index=True),
    sa.Column("sealed", AnyText, nullable=False),
)


class SqlDevOutboxStore(Store):
    """Port DevOutboxStore."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        super().__init__(database)
        self._sealer = sealer

    def add(self, delivered: DeliveredMessage) -> None:
        """Keep a message; harmless when its id is there."""
        message = delivered.message
        row = {
            "id": message.id,
            "recipient": _fingerprint(message.to),
            "sent_at": delivered.sent_at,
            "sealed": self._sealer.seal(_purpose(message.id), json.dumps(to_json(message))),
        }
        self._database.write(self._database.insert(DEV_OUTBOX).on_conflict_do_nothing(), row)

    def list(self, to: str | None = None) -> Sequence[DeliveredMessage]:
        """Newest first, nothing dropped."""
        query = sa.select(DEV_OUTBOX).order_by(DEV_OUTBOX.c.sent_at.desc(), DEV_OUTBOX.c.id.desc())
        if to is not None:
            query = query.where(DEV_OUTBOX.c.recipient == _fingerprint(to))
        return [self._open(row) for row in self._database.read(query)]

    def _open(self, row: Row[Any]) -> DeliveredMessage:
        stored = json.loads(self._sealer.open(_purpose(row.id), row.sealed))
        message = Message(**{**stored, "channel": Channel(stored["channel"])})
        return DeliveredMessage(message=message, sent_at=row.sent_at)


def _purpose(message_id: str) -> str:
    return f"dev_outbox:{message_id}"


def _fingerprint(recipient: str) -> str:
    return fingerprint(fold(recipient))
