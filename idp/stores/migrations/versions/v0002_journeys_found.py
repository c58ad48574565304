"""Journeys are found by their subject, to end them with the sessions, and what they sent by the journey.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the subject of a journey, and two indexes."""
    op.add_column("journeys", sa.Column("subject_id", sa.Text, nullable=True))
    op.create_index("ix_journeys_subject_id", "journeys", ["subject_id"])
    op.create_index("ix_challenges_journey_id", "challenges", ["journey_id"])
