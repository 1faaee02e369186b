"""What the core's tests put into rows, or count in them, without asking the core."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from core import schema
from core.store import Store
from core.work import Work
from tests.core.people import Person


async def set_open_tasks(store: Store, who: Person, count: int) -> None:
    """As if somebody had this many open tasks."""
    statement = update(schema.account).where(schema.account.c.id == who.account)
    await store.mutate(lambda work: work.run(statement.values(open_tasks=count)) and None)


def open_tasks(work: Work, account: int) -> tuple[int, int]:
    """The open tasks of an owner as they are counted, and as they are."""
    task = schema.task.c
    counted = work.run(
        select(schema.account.c.open_tasks).where(schema.account.c.id == account)
    ).scalar_one()
    actual = work.run(
        select(func.count())
        .select_from(schema.task)
        .where(
            task.owner_id == account,
            task.status.in_(("pending", "in progress")),
            task.deleted_at.is_(None),
        )
    ).scalar_one()
    return counted, actual


def numbers(work: Work, account: int) -> list[int]:
    """All short numbers of somebody."""
    concern = schema.concern.c
    rows = work.run(
        select(concern.number).where(concern.account_id == account).order_by(concern.number)
    )
    return [row.number for row in rows]


async def total(store: Store, table: str) -> int:
    """The rows of a table."""
    statement = select(func.count()).select_from(schema.metadata.tables[table])

    def count(work: Work) -> Any:
        return work.run(statement).scalar_one()

    return int(await store.query(count))
