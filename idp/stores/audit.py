"""The record of events (port Audit): only ever appended to, never purged.

Ids sort by time of making; no secret, code or full address is in it.
"""

from __future__ import annotations

import sqlalchemy as sa

from idp.domain.audit import AuditEvent
from idp.domain.ports import Secrets
from idp.stores.db import METADATA, Database, Store
from idp.stores.mapping import plain
from idp.stores.types import AnyText, Json, Utc

AUDIT_EVENTS = sa.Table(
    "audit_events",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("kind", AnyText, nullable=False),
    sa.Column("at", Utc, nullable=False, index=True),
    sa.Column("actor", AnyText, nullable=False),
    sa.Column("subject_id", AnyText, index=True),
    sa.Column("client_id", AnyText),
    sa.Column("detail", Json, nullable=False),
)


class SqlAudit(Store):
    """Port Audit."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        super().__init__(database)
        self._secrets = secrets

    def record(self, event: AuditEvent) -> None:
        """Append an event in the caller's unit."""
        self._database.write(
            sa.insert(AUDIT_EVENTS),
            {
                "id": self._secrets.identifier(),
                "kind": event.kind.value,
                "at": event.at,
                "actor": event.actor,
                "subject_id": event.subject_id,
                "client_id": event.client_id,
                "detail": plain(event.detail),
            },
        )
