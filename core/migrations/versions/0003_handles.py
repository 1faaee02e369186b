"""When somebody last wrote with their handle. Unknown for those who are there already, until they
write again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identity", sa.Column("handle_seen_at", sa.DateTime(timezone=True)))
