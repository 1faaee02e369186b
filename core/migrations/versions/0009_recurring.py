"""Recurrences, labels and nagging."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("rule", 200), ("occurrence", 16), ("labels", 420)):
        text = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("task", text)
    op.add_column("task", sa.Column("nag", sa.Integer()))
