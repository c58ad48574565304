"""What a journey has sent is found by its id: the pause between two messages is read from there.

Revision 0002, after 0001.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Index the challenges of a journey."""
    op.create_index("ix_challenges_journey_id", "challenges", ["journey_id"])
