"""The keys of a chat by their time: whether something is on its way to a chat is asked with each
reply in it, and read all keys of a busy group."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_message_key_chat_id_received_at", "message_key", ["chat_id", "received_at"])
    op.drop_index("ix_message_key_chat_id", "message_key")
