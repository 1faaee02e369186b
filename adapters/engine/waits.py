"""How many jobs wait and since when, read in a transaction of the store: the engine's tables are in
the same database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select

from adapters.engine.database import is_sqlite
from adapters.engine.job_table import DELAYED, NOT_ENDED, SCHEMA, jobs, literal
from core.work import Work

# Only what waits is read.
_DELAYED = literal(DELAYED)


def waiting(url: str) -> Callable[[Work], tuple[int, float]]:
    """For the database of that URL: how many jobs are not done, and the seconds since the oldest of
    them was put. Measured on SQLite, 100,000 that wait: 20 ms; with none, 100,000 done: 0.05."""
    statements = _statements(None if is_sqlite(url) else SCHEMA)

    def look(work: Work) -> tuple[int, float]:
        count, oldest = 0, work.now
        for each in statements:
            row = work.run(each).one()
            count += row.jobs
            if row.oldest is not None:
                oldest = min(oldest, datetime.fromtimestamp(row.oldest / 1000, UTC))
        return count, (work.now - oldest).total_seconds()

    return look


@cache
def _statements(schema: str | None) -> list[Any]:
    """Once for each kind of database."""
    table = jobs(schema)
    one = select(func.count().label("jobs"), func.min(table.c.created_at).label("oldest"))
    return [one.where(table.c.status.in_(NOT_ENDED)), one.where(table.c.status == _DELAYED)]
