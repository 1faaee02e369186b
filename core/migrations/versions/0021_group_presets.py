"""How much groups are told of their tasks as it happens, and of those who left them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

GONE, TOLD_OF = sa.text("why = 'left'"), sa.text("offer = 'left'")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _when(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "group_preset",
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("preset", sa.String(8), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        _when("since"),
        _when("at"),
        _when("rests"),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_group_preset_chat_id"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_group_preset"),
    )
    op.create_index("ix_group_preset_at", "group_preset", ["at"])
    op.create_table(
        "group_news",
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{each}_id"], [f"{each}.id"], name=f"fk_group_news_{each}_id", ondelete="CASCADE"
            )
            for each in ("chat", "task")
        ),
        sa.PrimaryKeyConstraint("chat_id", "task_id", name="pk_group_news"),
    )
    op.create_index("ix_group_news_task_id", "group_news", ["task_id"])
    op.create_index("ix_task_chat_id_due_at", "task", ["chat_id", "due_at"])
    op.drop_index("ix_task_chat_id", "task")
    op.create_index(
        "ix_reminder_left", "reminder", ["at"], sqlite_where=GONE, postgresql_where=GONE
    )
    op.create_index(
        "ix_task_left", "task", ["chat_id"], sqlite_where=TOLD_OF, postgresql_where=TOLD_OF
    )
