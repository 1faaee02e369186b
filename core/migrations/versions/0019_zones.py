"""A chat of somebody's may have a time zone of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    zone = sa.Column("timezone", sa.String(64), nullable=False, server_default="")
    op.add_column("identity", zone)
