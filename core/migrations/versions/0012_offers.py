"""Offers of tasks and who takes none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whoever does a task already was not asked, and need not be.
    offer = sa.Column("offer", sa.String(length=8), nullable=False, server_default="")
    op.add_column("task", offer)
    op.add_column("task", sa.Column("offers", sa.Integer(), nullable=False, server_default="0"))
    yes = sa.text("true")
    op.add_column(
        "account", sa.Column("takes_tasks", sa.Boolean(), nullable=False, server_default=yes)
    )
