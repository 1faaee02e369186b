"""The messages that show a link attempt. Of attempts under way the messages are not known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "prompt",
        sa.Column("attempt", sa.String(length=16), nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("message", sa.String(length=128), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_prompt_chat_id"),
        sa.PrimaryKeyConstraint("attempt", "chat_id", "message", name="pk_prompt"),
    )
    op.create_index("ix_prompt_chat_id", "prompt", ["chat_id"])
    op.create_index("ix_prompt_asked_at", "prompt", ["asked_at"])
