"""One person's walk through a flow, as it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from idp.domain.values import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A durable journey.

    `flow_version` is the content hash of the flow set it began with. `state` belongs to the flow engine (JSON).
    `state_no` rises by one with every saved change; a writer that brings an older number loses.
    `browser_digest` binds it to one browser. `subject_id` is the person as far as known. `outcome` is set once, when
    the journey ends.
    """

    id: str
    flow: str
    flow_version: str
    client_id: str
    browser_digest: str
    state_no: int
    state: JsonObject
    created_at: datetime
    expires_at: datetime
    interaction_id: str | None = None
    session_id: str | None = None
    return_to: str | None = None
    subject_id: str | None = None
    locale: str = "en"
    outcome: JsonObject | None = field(default=None)
