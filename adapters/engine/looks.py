"""Looks at queues: of those in which nothing waits cheap ones, of the others short ones.

For each look DBOS reads its queue's settings and builds the statement that claims jobs: 2 ms, four
times a second for each queue, which is 3 % of a core while nothing happens at all. The settings are
ours and stay as they are, and whether anything waits is a statement of 0.1 ms. And it would claim
as many as there are slots, which is thousands where a platform is slow: then one process would take
all that there is, and the others none.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from adapters.engine.job_table import ENQUEUED, statuses

if TYPE_CHECKING:
    from dbos._sys_db import SystemDatabase

MOST = 500
"""Jobs that one look takes: at four a second more than a process does."""


def spare(database: SystemDatabase) -> None:
    """Let DBOS claim jobs only where some wait. A look that cannot be had is logged by DBOS, as its
    own are, and had again."""
    jobs = database.tables.workflow_status.c
    waiting = (
        select(jobs.queue_name)
        .where(jobs.queue_name == bindparam("queue"), *statuses(jobs.status, ENQUEUED))
        .limit(1)
    )
    scopes, claim = database.dequeue_scopes, database.start_queued_partitioned_workflows

    def scopes_of(queue_name: str) -> list[str | None]:
        with database.engine.connect() as connection:
            found = connection.execute(waiting, {"queue": queue_name}).first()
        return scopes(queue_name) if found else []

    def claim_some(queue: Any, executor: str, version: str, most: int, **rest: Any) -> list[str]:
        return claim(queue, executor, version, min(most, MOST), **rest)

    database.get_queue = cache(database.get_queue)  # type: ignore[method-assign]  # DBOS has no hook
    database.dequeue_scopes = scopes_of  # type: ignore[method-assign]  # DBOS has no hook
    vars(database)["start_queued_partitioned_workflows"] = claim_some  # DBOS has no hook
