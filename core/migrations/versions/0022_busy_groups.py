"""What is asked with each message in a group is found at once in a busy one: the keys of a chat by
their time (whether something is on its way there), and its cards by their message (what a message
replies to). Both read all that the chat ever had."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("message_key", "received_at"), ("card", "message")):
        # Dropped first: a message that has read the table is waited for then. While an index is
        # made it reads and cannot write, and to drop the other one would wait for that message.
        op.drop_index(f"ix_{table}_chat_id", table)
        op.create_index(f"ix_{table}_chat_id_{column}", table, ["chat_id", column])
