"""Several processes on one database: their leases, their shared pace, whose answer is whose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name="pk_lease"),
    )
    op.create_table(
        "pace",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("held", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_pace"),
    )
    op.add_column(
        "message_key",
        sa.Column("process", sa.String(length=80), server_default="local", nullable=False),
    )
