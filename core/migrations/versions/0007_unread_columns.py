"""Columns that nobody read go; since when a chat is lost comes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
GONE = sa.text("gone_at IS NOT NULL")


def upgrade() -> None:
    op.drop_column("link_attempt", "source_agreed")
    op.drop_column("web_link", "proved")
    op.add_column("chat", sa.Column("gone_at", TIME))
    # Of a chat that was lost before, nobody knows since when: its time begins now.
    op.execute("UPDATE chat SET gone_at = CURRENT_TIMESTAMP WHERE gone <> ''")
    op.create_index("ix_chat_gone", "chat", ["gone_at"], sqlite_where=GONE, postgresql_where=GONE)
