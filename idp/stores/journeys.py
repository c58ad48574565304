"""Journeys in progress and the sources of the flows they began with (ports JourneyStore, FlowVersionStore).

A journey is saved by comparing and setting its state number, so a double submit, a second tab or a second worker
cannot move it twice. What is in `state` belongs to the flow engine.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from idp.domain.journey import Journey
from idp.domain.values import JsonObject
from idp.stores.db import METADATA, Store
from idp.stores.mapping import plain
from idp.stores.types import AnyText, Json, Utc

JOURNEYS = sa.Table(
    "journeys",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("flow", AnyText, nullable=False),
    sa.Column("flow_version", AnyText, nullable=False, index=True),
    sa.Column("client_id", AnyText, nullable=False),
    sa.Column("browser_digest", AnyText, nullable=False),
    sa.Column("state_no", sa.Integer, nullable=False),
    sa.Column("state", Json, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
    sa.Column("interaction_id", AnyText),
    sa.Column("session_id", AnyText),
    sa.Column("return_to", AnyText),
    sa.Column("subject_id", AnyText, index=True),
    sa.Column("locale", AnyText, nullable=False),
    sa.Column("outcome", Json),
)

FLOW_VERSIONS = sa.Table(
    "flow_versions",
    METADATA,
    sa.Column("version", AnyText, primary_key=True),
    sa.Column("source", Json, nullable=False),
    sa.Column("kept_at", Utc, nullable=False),
)


class SqlJourneyStore(Store):
    """Port JourneyStore."""

    def create(self, journey: Journey) -> None:
        """Store a new one."""
        row = {"id": journey.id, "flow_version": journey.flow_version, "state_no": journey.state_no}
        self._database.write(sa.insert(JOURNEYS), {**row, **_changeable(journey)})

    def get(self, journey_id: str) -> Journey | None:
        """The journey, expired or not, or None."""
        rows = self._database.read(sa.select(JOURNEYS).where(JOURNEYS.c.id == journey_id))
        return Journey(**rows[0]._asdict()) if rows else None

    def save(self, journey: Journey, *, expected_state_no: int) -> bool:
        """Compare and set: stores everything but id and flow version, only if the stored number is the expected one.

        The stored number is then one higher, whatever the journey brings along.
        """
        statement = (
            sa.update(JOURNEYS)
            .where(JOURNEYS.c.id == journey.id, JOURNEYS.c.state_no == expected_state_no)
            .values(state_no=expected_state_no + 1, **_changeable(journey))
        )
        return self._database.write(statement) > 0

    def end_all(self, subject_id: str, now: datetime, *, but: str | None) -> int:
        """Expire a subject's journeys, but one; a request that is half-way through one of them loses. How many."""
        live = (JOURNEYS.c.subject_id == subject_id, JOURNEYS.c.id != (but or ""), JOURNEYS.c.expires_at > now)
        ended = sa.update(JOURNEYS).where(*live).values(expires_at=now, state_no=JOURNEYS.c.state_no + 1)
        return self._database.write(ended)

    def live_versions(self, now: datetime) -> frozenset[str]:
        """Flow versions that a live journey still needs, an ended one too: its last page may be asked for again."""
        query = sa.select(JOURNEYS.c.flow_version).where(JOURNEYS.c.expires_at > now).distinct()
        return frozenset(row.flow_version for row in self._database.read(query))


class SqlFlowVersionStore(Store):
    """Port FlowVersionStore."""

    def keep(self, version: str, source: JsonObject, now: datetime) -> None:
        """Store the source of a version; harmless when it is there."""
        statement = self._database.insert(FLOW_VERSIONS).on_conflict_do_nothing()
        self._database.write(statement, {"version": version, "source": plain(source), "kept_at": now})

    def get(self, version: str) -> JsonObject | None:
        """The source, or None."""
        rows = self._database.read(sa.select(FLOW_VERSIONS.c.source).where(FLOW_VERSIONS.c.version == version))
        return dict(rows[0].source) if rows else None

    def purge(self, keep: frozenset[str]) -> None:
        """Delete all versions but these."""
        self._database.write(sa.delete(FLOW_VERSIONS).where(FLOW_VERSIONS.c.version.not_in(sorted(keep))))


def _changeable(journey: Journey) -> dict[str, object]:
    return {
        "flow": journey.flow,
        "client_id": journey.client_id,
        "browser_digest": journey.browser_digest,
        "state": plain(journey.state),
        "created_at": journey.created_at,
        "expires_at": journey.expires_at,
        "interaction_id": journey.interaction_id,
        "session_id": journey.session_id,
        "return_to": journey.return_to,
        "subject_id": journey.subject_id,
        "locale": journey.locale,
        "outcome": None if journey.outcome is None else plain(journey.outcome),
    }
