"""Reminders; those of the tasks that are due already, too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
MORNING = "09:00"
TASKS = sa.text(
    "SELECT id, coalesce(assignee_id, owner_id) AS account, due_on, due_time, due_zone FROM task "
    "WHERE due_on <> '' AND deleted_at IS NULL AND status IN ('pending', 'in progress')"
)


def upgrade() -> None:
    op.add_column("task", sa.Column("remind", sa.Integer()))
    op.create_table(
        "reminder",
        sa.Column("id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("wall", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_reminder_account_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_reminder_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint(
            "task_id", "account_id", "why", name="uq_reminder_task_id_account_id_why"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reminder_account_id", "reminder", ["account_id"])
    op.create_index("ix_reminder_at", "reminder", ["at"])
    reminder = sa.table(
        "reminder",
        *(sa.column(name) for name in ("task_id", "account_id", "why", "wall", "zone")),
        sa.column("at", TIME),
    )
    rows = [_reminder(each) for each in op.get_bind().execute(TASKS)]
    op.bulk_insert(reminder, [each for each in rows if each["at"] > datetime.now(UTC)])


def _reminder(task: Any) -> dict[str, Any]:
    """When it is due; a day without a time at nine."""
    at = time.fromisoformat(task.due_time or MORNING)
    wall = datetime.combine(date.fromisoformat(task.due_on), at, ZoneInfo(task.due_zone))
    instant = wall.astimezone(UTC)
    return {
        "task_id": task.id,
        "account_id": task.account,
        "why": "due",
        "wall": f"{instant.astimezone(wall.tzinfo):%Y-%m-%dT%H:%M}",
        "zone": task.due_zone,
        "at": instant,
    }
