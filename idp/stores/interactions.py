"""Authorization requests that wait for a journey (port InteractionStore).

The request is stored as the frozen value it was parsed to, so it is never parsed or checked a second time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from idp.domain.authorization import AuthorizationRequest, Interaction, Prompt, ResponseMode, TrustedRedirect
from idp.stores.db import METADATA, Store
from idp.stores.mapping import Readers, read_fields, to_json
from idp.stores.types import AnyText, Json, Utc

INTERACTIONS = sa.Table(
    "interactions",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("request", Json, nullable=False),
    sa.Column("browser_digest", AnyText, nullable=False),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
    sa.Column("journey_id", AnyText),
    sa.Column("asked", AnyText, nullable=False),
    sa.Column("finished_at", Utc),
)

_READERS: Readers = {
    "redirect_uri": TrustedRedirect,
    "scopes": tuple,
    "response_mode": ResponseMode,
    "prompts": lambda stored: frozenset(map(Prompt, stored)),
    "ui_locales": tuple,
}


class SqlInteractionStore(Store):
    """Port InteractionStore."""

    def create(self, interaction: Interaction) -> None:
        """Store a new one."""
        self._database.write(
            sa.insert(INTERACTIONS),
            {
                "id": interaction.id,
                "request": to_json(interaction.request),
                "browser_digest": interaction.browser_digest,
                "started_at": interaction.started_at,
                "expires_at": interaction.expires_at,
                "journey_id": interaction.journey_id,
                "asked": "".join(map(_to_line, interaction.asked)),
                "finished_at": interaction.finished_at,
            },
        )

    def get(self, interaction_id: str, now: datetime) -> Interaction | None:
        """The interaction, or None when unknown or expired."""
        query = sa.select(INTERACTIONS).where(INTERACTIONS.c.id == interaction_id, INTERACTIONS.c.expires_at > now)
        rows = self._database.read(query)
        if not rows:
            return None
        row = rows[0]
        return Interaction(
            id=row.id,
            request=_to_request(row.request),
            browser_digest=row.browser_digest,
            started_at=row.started_at,
            expires_at=row.expires_at,
            journey_id=row.journey_id,
            asked=tuple(row.asked.split("\n")[:-1]),
            finished_at=row.finished_at,
        )

    def asked(self, interaction_id: str, journey_id: str, reason: str) -> None:
        """Record that a journey was begun for it, and why; two tabs that do so at once are both recorded."""
        statement = sa.update(INTERACTIONS).where(INTERACTIONS.c.id == interaction_id)
        line = _to_line(reason)
        self._database.write(statement.values(journey_id=journey_id, asked=INTERACTIONS.c.asked.concat(line)))

    def finish(self, interaction_id: str, now: datetime) -> bool:
        """Mark it answered; False when it had been before."""
        statement = sa.update(INTERACTIONS).where(
            INTERACTIONS.c.id == interaction_id, INTERACTIONS.c.finished_at.is_(None)
        )
        return self._database.write(statement.values(finished_at=now)) > 0


def _to_line(reason: str) -> str:
    return f"{reason}\n"


def _to_request(stored: dict[str, Any]) -> AuthorizationRequest:
    return AuthorizationRequest(**read_fields(AuthorizationRequest, stored, _READERS))
