"""Home tabs, and an index for what somebody completed lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
DONE = sa.text("completed_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "home",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("seen_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name="fk_home_identity_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", name="pk_home"),
    )
    op.create_index("ix_home_due_at", "home", ["due_at"])
    op.create_index(
        "ix_task_completed",
        "task",
        ["completed_by", "completed_at"],
        sqlite_where=DONE,
        postgresql_where=DONE,
    )
