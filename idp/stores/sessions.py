"""Signed-in browsers (port SessionStore), and which clients got tokens in them.

The cookie's secret is known by its digest only; a session that ended stays until it would have expired, so that
logout notices can still be told whom to go to (OpenID Connect Back-Channel Logout §2.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from idp.domain.session import AuthenticationEvent, Method, Session
from idp.stores.db import METADATA, Store
from idp.stores.mapping import plain
from idp.stores.types import AnyText, Json, Utc

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("sid", AnyText, nullable=False, unique=True),
    sa.Column("token_digest", AnyText, nullable=False, unique=True),
    sa.Column("subject_id", AnyText, nullable=False, index=True),
    sa.Column("events", Json, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("last_seen_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
    sa.Column("journey_id", AnyText, index=True),
    sa.Column("ended_at", Utc),
)

SESSION_CLIENTS = sa.Table(
    "session_clients",
    METADATA,
    sa.Column("session_id", sa.ForeignKey(SESSIONS.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("client_id", AnyText, primary_key=True),
)

_NOW = sa.bindparam("now", type_=Utc)
_HAS_NOT_ENDED = SESSIONS.c.ended_at.is_(None)
_IS_LIVE = sa.and_(_HAS_NOT_ENDED, SESSIONS.c.expires_at > _NOW)
_FIND = sa.select(SESSIONS).where(SESSIONS.c.token_digest == sa.bindparam("digest"), _IS_LIVE)


class SqlSessionStore(Store):
    """Port SessionStore."""

    def create(self, session: Session) -> None:
        """Store a new session."""
        self._database.write(
            sa.insert(SESSIONS),
            {
                "id": session.id,
                "sid": session.sid,
                "token_digest": session.token_digest,
                "subject_id": session.subject_id,
                "events": plain(session.events),
                "created_at": session.created_at,
                "last_seen_at": session.last_seen_at,
                "expires_at": session.expires_at,
                "journey_id": session.journey_id,
                "ended_at": session.ended_at,
            },
        )

    def find(self, token_digest: str, now: datetime) -> Session | None:
        """The live session of a cookie."""
        return _first(self._database.read(_FIND, {"digest": token_digest, "now": now}))

    def get(self, session_id: str) -> Session | None:
        """The session, ended or not."""
        return _first(self._database.read(sa.select(SESSIONS).where(SESSIONS.c.id == session_id)))

    def find_by_journey(self, journey_id: str) -> Session | None:
        """The session that a journey made or raised and that has not ended; `expires_at` is for the caller to see."""
        query = sa.select(SESSIONS).where(SESSIONS.c.journey_id == journey_id, _HAS_NOT_ENDED)
        return _first(self._database.read(query.order_by(SESSIONS.c.created_at.desc()).limit(1)))

    def raise_to(
        self,
        session_id: str,
        *,
        token_digest: str,
        events: tuple[AuthenticationEvent, ...],
        journey_id: str | None,
        now: datetime,
        expires_at: datetime,
    ) -> bool:
        """Replace the cookie's secret and the events after a step-up; False when the session has ended."""
        values = {
            "token_digest": token_digest,
            "events": plain(events),
            "journey_id": journey_id,
            "last_seen_at": now,
            "expires_at": expires_at,
        }
        statement = sa.update(SESSIONS).where(SESSIONS.c.id == session_id, _IS_LIVE).values(values)
        return self._database.write(statement, {"now": now}) > 0

    def touch(self, session_id: str, now: datetime, expires_at: datetime) -> None:
        """Move the idle end of a live session; one that has ended stays as it is."""
        statement = sa.update(SESSIONS).where(SESSIONS.c.id == session_id, _IS_LIVE)
        self._database.write(statement.values(last_seen_at=now, expires_at=expires_at), {"now": now})

    def end(self, session_id: str, now: datetime) -> bool:
        """End one; False when it had ended before."""
        statement = sa.update(SESSIONS).where(SESSIONS.c.id == session_id, _HAS_NOT_ENDED).values(ended_at=now)
        return self._database.write(statement) > 0

    def end_all(self, subject_id: str, now: datetime, *, but: str | None = None) -> Sequence[Session]:
        """End all live sessions of a subject, but one; returns those that were ended."""
        statement = sa.update(SESSIONS).where(SESSIONS.c.subject_id == subject_id, _IS_LIVE).values(ended_at=now)
        if but is not None:
            statement = statement.where(SESSIONS.c.id != but)
        rows = self._database.returning(statement.returning(*SESSIONS.c), {"now": now})
        return [_to_session(row) for row in rows]

    def live(self, subject_id: str, now: datetime) -> Sequence[Session]:
        """The subject's live sessions, newest first."""
        query = sa.select(SESSIONS).where(SESSIONS.c.subject_id == subject_id, _IS_LIVE)
        rows = self._database.read(query.order_by(SESSIONS.c.created_at.desc(), SESSIONS.c.id.desc()), {"now": now})
        return [_to_session(row) for row in rows]

    def add_client(self, session_id: str, client_id: str) -> None:
        """Remember that a client got tokens in this session (for logout notices)."""
        statement = self._database.insert(SESSION_CLIENTS).on_conflict_do_nothing()
        self._database.write(statement, {"session_id": session_id, "client_id": client_id})

    def clients(self, session_id: str) -> Sequence[str]:
        """Ids of the clients that got tokens in this session."""
        query = sa.select(SESSION_CLIENTS.c.client_id).where(SESSION_CLIENTS.c.session_id == session_id)
        return sorted(row.client_id for row in self._database.read(query))


def _first(rows: Sequence[Row[Any]]) -> Session | None:
    return _to_session(rows[0]) if rows else None


def _to_session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        sid=row.sid,
        token_digest=row.token_digest,
        subject_id=row.subject_id,
        events=tuple(_to_event(stored) for stored in row.events),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        journey_id=row.journey_id,
        ended_at=row.ended_at,
    )


def _to_event(stored: dict[str, Any]) -> AuthenticationEvent:
    return AuthenticationEvent(
        method=Method(stored["method"]), at=datetime.fromisoformat(stored["at"]), address=stored.get("address")
    )
