"""The transactional outbox (port OutboxStore): work written with its cause, done by the worker.

A worker takes a job by moving its due time to the end of a lease, so what a killed worker held comes back by itself.
Payloads are sealed, each to its own row, and erased once the job is over; the row stays a week for the record.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from idp.domain.outbox import Job, JobKind
from idp.domain.ports import Sealer
from idp.stores.db import METADATA, Database, Store
from idp.stores.mapping import plain
from idp.stores.types import AnyText, Utc

_log = logging.getLogger(__name__)

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("kind", AnyText, nullable=False),
    sa.Column("payload", AnyText),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("reason", AnyText),
)
_IS_WAITING = OUTBOX.c.payload.is_not(None)  # erased means over
sa.Index("ix_outbox_due_at", OUTBOX.c.due_at, sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING)

_UNREADABLE = "the payload cannot be opened with the keys at hand"


class SqlOutboxStore(Store):
    """Port OutboxStore."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        super().__init__(database)
        self._sealer = sealer

    def add(self, job: Job) -> None:
        """Write a job in the caller's unit."""
        self._database.write(
            sa.insert(OUTBOX),
            {
                "id": job.id,
                "kind": job.kind.value,
                "payload": self._sealer.seal(_purpose(job.id), json.dumps(plain(job.payload))),
                "due_at": job.due_at,
                "expires_at": job.expires_at,
                "attempts": job.attempts,
            },
        )

    def claim(
        self, now: datetime, *, lease: timedelta, limit: int, kinds: Collection[JobKind] = tuple(JobKind)
    ) -> Sequence[Job]:
        """Take due jobs of `kinds`, oldest due first, by moving `due_at` to the end of the lease.

        No two workers get the same one. `attempts` counts this one. With nothing due it only reads.
        Expired jobs are handed out too: the worker says why it gives up.
        """
        is_due = sa.and_(_IS_WAITING, OUTBOX.c.due_at <= now, OUTBOX.c.kind.in_([kind.value for kind in kinds]))
        if not self._database.read(sa.select(OUTBOX.c.id).where(is_due).limit(1)):
            return ()
        oldest = sa.select(OUTBOX.c.id, OUTBOX.c.due_at).where(is_due).order_by(OUTBOX.c.due_at, OUTBOX.c.id)
        # The lock only keeps workers out of each other's way; the condition sees to it that one of them gets the job.
        picked = oldest.limit(limit).with_for_update(skip_locked=True).cte("picked")
        due = sa.select(picked.c.due_at).where(picked.c.id == OUTBOX.c.id).correlate(OUTBOX).scalar_subquery()
        statement = (
            sa.update(OUTBOX)
            .where(OUTBOX.c.id.in_(sa.select(picked.c.id)), is_due)
            .values(due_at=now + lease, attempts=OUTBOX.c.attempts + 1)
            .returning(OUTBOX, due.label("was_due_at"))
        )
        rows = sorted(self._database.returning(statement), key=lambda row: (row.was_due_at, row.id))
        jobs = (self._open(row, now) for row in rows)
        return [job for job in jobs if job is not None]

    def done(self, job_id: str) -> None:
        """Delivered: the payload is erased."""
        self._finish(job_id, None)

    def retry(self, job_id: str, due_at: datetime) -> None:
        """Failed for now."""
        is_it = sa.and_(OUTBOX.c.id == job_id, _IS_WAITING)
        self._database.write(sa.update(OUTBOX).where(is_it).values(due_at=due_at))

    def give_up(self, job_id: str, reason: str) -> None:
        """Failed for good: the payload is erased, the reason kept."""
        self._finish(job_id, reason)

    def _finish(self, job_id: str, reason: str | None) -> None:
        is_it = sa.and_(OUTBOX.c.id == job_id, _IS_WAITING)
        self._database.write(sa.update(OUTBOX).where(is_it).values(payload=None, reason=reason))

    def _open(self, row: Row[Any], now: datetime) -> Job | None:
        """The job, or None when its payload cannot be opened: it waits for its key until it expires."""
        try:
            payload = json.loads(self._sealer.open(_purpose(row.id), row.payload))
        except ValueError:
            _log.error("outbox job %s: %s", row.id, _UNREADABLE)
            if row.expires_at <= now:
                self.give_up(row.id, _UNREADABLE)
            return None
        return Job(
            id=row.id,
            kind=JobKind(row.kind),
            payload=payload,
            due_at=row.due_at,
            expires_at=row.expires_at,
            attempts=row.attempts,
        )


def _purpose(job_id: str) -> str:
    return f"outbox:{job_id}"
