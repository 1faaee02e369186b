"""Less to write for each task: its assignee stands in an index only where it has one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

GIVEN = sa.text("assignee_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_task_assignee_id", "task")
    op.create_index(
        "ix_task_assignee_id", "task", ["assignee_id"], sqlite_where=GIVEN, postgresql_where=GIVEN
    )
