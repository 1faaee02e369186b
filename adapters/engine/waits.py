"""How many jobs wait and since when, read in a transaction of the store: the engine's tables are in
the same database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    String,
    Table,
    func,
    literal_column,
    select,
)

from adapters.engine.database import is_sqlite
from core.work import Work

# Literals, to the letter as DBOS's partial indexes have them: only what waits is read.
_UNDER_WAY = [literal_column(f"'{each}'", String) for each in ("ENQUEUED", "PENDING")]
_DELAYED = literal_column("'DELAYED'", String)


def waiting(url: str) -> Callable[[Work], tuple[int, float]]:
    """For the database of that URL: how many jobs are not done, and the seconds since the oldest of
    them was put. Measured on SQLite, 100,000 that wait: 20 ms; with none, 100,000 done: 0.05."""
    statements = _statements("" if is_sqlite(url) else "dbos")

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
def _statements(schema: str) -> list[Any]:
    """Once for each kind of database."""
    jobs = Table(
        "workflow_status",
        MetaData(schema=schema or None),
        Column("status", String),
        Column("created_at", BigInteger),
    )
    one = select(func.count().label("jobs"), func.min(jobs.c.created_at).label("oldest"))
    return [one.where(jobs.c.status.in_(_UNDER_WAY)), one.where(jobs.c.status == _DELAYED)]
