"""The first shape of the tables.

Revision 0001, after nothing. Text everywhere for ids, times in UTC, JSON that no query looks into.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _make_accounts()
    _make_clients()
    _make_browsers()
    _make_journeys()
    _make_challenges()
    _make_grants()
    _make_tokens()
    _make_counters()
    _make_outboxes()
    _make_records()


def _text(name: str, *parts: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, *parts, **{"nullable": False, **options})


def _time(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), **{"nullable": False, **options})


def _json(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, **{"nullable": False, **options})


def _number(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, **{"nullable": False, **options})


def _flag(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean, **{"nullable": False, **options})


def _owner(name: str, table: str, **options: Any) -> sa.Column[Any]:
    return _text(name, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), **options)


def _partial_index(name: str, table: str, *columns: str, where: str, unique: bool) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _make_accounts() -> None:
    op.create_table(
        "subjects",
        _text("id", primary_key=True),
        _text("status"),
        _text("email"),
        _time("email_verified_at", nullable=True),
        _time("created_at"),
        _time("updated_at"),
        _json("attributes"),
    )
    op.create_table(
        "identifiers",
        _text("realm", primary_key=True),
        _text("kind", primary_key=True),
        _text("folded", primary_key=True),
        _text("value"),
        _owner("subject_id", "subjects", index=True),
        _time("verified_at", nullable=True),
    )
    op.create_table(
        "phones",
        _owner("subject_id", "subjects", primary_key=True),
        _text("number", primary_key=True, index=True),
        _time("verified_at"),
    )
    op.create_table(
        "sign_ins",
        _owner("subject_id", "subjects", primary_key=True),
        _text("client_id", primary_key=True),
        _time("first_at"),
        _time("last_at"),
    )
    op.create_table(
        "passwords",
        _owner("subject_id", "subjects", primary_key=True),
        _text("encoded"),
        _time("changed_at"),
    )


def _make_clients() -> None:
    op.create_table("clients", _text("id", primary_key=True), _json("registration"), _time("created_at"))
    op.create_table(
        "consents",
        _text("subject_id", primary_key=True),
        _text("client_id", primary_key=True),
        _text("scope", primary_key=True),
        _time("given_at"),
    )


def _make_browsers() -> None:
    op.create_table(
        "sessions",
        _text("id", primary_key=True),
        _text("sid", unique=True),
        _text("token_digest", unique=True),
        _text("subject_id", index=True),
        _json("events"),
        _time("created_at"),
        _time("last_seen_at"),
        _time("expires_at", index=True),
        _text("journey_id", nullable=True, index=True),
        _time("ended_at", nullable=True),
    )
    op.create_table(
        "session_clients",
        _owner("session_id", "sessions", primary_key=True),
        _text("client_id", primary_key=True),
    )
    op.create_table(
        "interactions",
        _text("id", primary_key=True),
        _json("request"),
        _text("browser_digest"),
        _time("started_at"),
        _time("expires_at", index=True),
        _text("journey_id", nullable=True),
        _text("asked"),
        _time("finished_at", nullable=True),
    )


def _make_journeys() -> None:
    op.create_table(
        "journeys",
        _text("id", primary_key=True),
        _text("flow"),
        _text("flow_version", index=True),
        _text("client_id"),
        _text("browser_digest"),
        _number("state_no"),
        _json("state"),
        _time("created_at"),
        _time("expires_at", index=True),
        _text("interaction_id", nullable=True),
        _text("session_id", nullable=True),
        _text("return_to", nullable=True),
        _text("locale"),
        _json("outcome", nullable=True),
    )
    op.create_table("flow_versions", _text("version", primary_key=True), _json("source"), _time("kept_at"))


def _make_challenges() -> None:
    op.create_table(
        "challenges",
        _text("id", primary_key=True),
        _text("journey_id"),
        _text("purpose"),
        _text("channel"),
        _text("address"),
        _text("secret_digest", index=True),
        _flag("is_link"),
        _time("created_at"),
        _time("expires_at", index=True),
        _number("max_tries"),
        _number("tries"),
        _flag("matches", nullable=True),
        _json("reply", nullable=True),
        _time("spent_at", nullable=True),
        _time("replaced_at", nullable=True),
    )
    _partial_index(
        "uq_challenges_journey_id_purpose",
        "challenges",
        "journey_id",
        "purpose",
        where="spent_at IS NULL AND replaced_at IS NULL",
        unique=True,
    )


def _make_grants() -> None:
    op.create_table(
        "grants",
        _text("id", primary_key=True),
        _text("client_id"),
        _text("subject_id", nullable=True, index=True),
        _text("session_id", nullable=True, index=True),
        _text("sid", nullable=True),
        _json("scopes"),
        _flag("is_offline"),
        _json("context", nullable=True),
        _json("claims"),
        _time("created_at"),
        _time("expires_at", index=True),
        _time("revoked_at", nullable=True),
    )
    op.create_table(
        "authorization_codes",
        _text("digest", primary_key=True),
        _owner("grant_id", "grants", index=True),
        _text("client_id"),
        _text("redirect_uri"),
        _text("code_challenge", nullable=True),
        _text("nonce", nullable=True),
        _time("expires_at", index=True),
        _time("redeemed_at", nullable=True),
    )


def _make_tokens() -> None:
    op.create_table(
        "access_tokens",
        _text("digest", primary_key=True),
        _owner("grant_id", "grants", index=True),
        _text("client_id"),
        _text("subject_id", nullable=True),
        _json("scopes"),
        _text("audience", nullable=True),
        _time("issued_at"),
        _time("expires_at", index=True),
    )
    op.create_table(
        "refresh_tokens",
        _text("digest", primary_key=True),
        _text("predecessor", nullable=True),
        _owner("grant_id", "grants", index=True),
        _text("client_id"),
        _json("scopes"),
        _time("issued_at"),
        _time("expires_at", index=True),
        _time("spent_at", nullable=True),
        _time("replaced_at", nullable=True),
    )
    _partial_index(
        "uq_refresh_tokens_predecessor",
        "refresh_tokens",
        "predecessor",
        where="replaced_at IS NULL",
        unique=True,
    )


def _make_counters() -> None:
    op.create_table(
        "budgets",
        _text("key", primary_key=True),
        _number("window_seconds", primary_key=True),
        _number("used"),
        _time("started_at"),
        _time("expires_at", index=True),
    )
    op.create_table("replays", _text("key", primary_key=True), _time("expires_at", index=True))


def _make_outboxes() -> None:
    op.create_table(
        "outbox",
        _text("id", primary_key=True),
        _text("kind"),
        _text("payload", nullable=True),
        _time("due_at"),
        _time("expires_at", index=True),
        _number("attempts"),
        _text("reason", nullable=True),
    )
    _partial_index("ix_outbox_due_at", "outbox", "due_at", where="payload IS NOT NULL", unique=False)
    op.create_table(
        "dev_outbox",
        _text("id", primary_key=True),
        _text("recipient", index=True),
        _time("sent_at", index=True),
        _text("sealed"),
    )


def _make_records() -> None:
    op.create_table(
        "audit_events",
        _text("id", primary_key=True),
        _text("kind"),
        _time("at", index=True),
        _text("actor"),
        _text("subject_id", nullable=True, index=True),
        _text("client_id", nullable=True),
        _json("detail"),
    )
