"""Notes and search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core import search_tables

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("task", sa.Column("notes", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "note",
        sa.Column("id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_note_account_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_note_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sa.UniqueConstraint("task_id", "place", name="uq_note_task_id_place"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_note_account_id", "note", ["account_id"])
    search_tables.create(op.get_bind())
