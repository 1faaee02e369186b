"""What shows a task beside its cards: messages of people, drafts, reactions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "chat",
        sa.Column("reaction", sa.String(length=64), server_default="", nullable=False),
    )
    op.create_table(
        "source",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("message", sa.String(length=128), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_source_account_id"),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_source_chat_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_source_task_id"),
        sa.PrimaryKeyConstraint("account_id", "chat_id", "message", "place", name="pk_source"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_source_chat_id", "source", ["chat_id"])
    op.create_index("ix_source_task_id", "source", ["task_id"])
    op.create_index("ix_source_way_made_at", "source", ["way", "made_at"])
    op.create_table(
        "draft",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("line", sa.String(length=200), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name="fk_draft_identity_id"),
        sa.PrimaryKeyConstraint("identity_id", "line", name="pk_draft"),
    )
    op.create_index("ix_draft_kept_at", "draft", ["kept_at"])
