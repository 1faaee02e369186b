"""Writing a job into somebody else's open transaction.

The rows are those that DBOS's `enqueue_in_transaction` writes, by two statements that are made
once: it makes its own for each job, at three quarters of a millisecond in the store's only writer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, bindparam, select

from adapters.engine.database import APPLICATION, SERIALIZER, WORKFLOW, is_sqlite
from adapters.engine.job_table import ENQUEUED, PENDING, SCHEMA, inputs, jobs, statuses
from adapters.engine.withdrawals import Withdrawals
from core.ports import Job, Which
from core.sql import insert_or_ignore
from core.transaction import Transaction

MOST = 2**31 - 1
"""Of a priority."""

_TABLES = {schema: (jobs(schema), inputs(schema)) for schema in (None, SCHEMA)}
_STATEMENTS = {
    schema: tuple(insert_or_ignore(table, ["workflow_uuid"]) for table in tables)
    for schema, tables in _TABLES.items()
}
_UNDER_WAY = {
    schema: select(table.c.workflow_uuid)
    .where(
        table.c.queue_name == bindparam("queue"),
        *statuses(table.c.status, PENDING),
        table.c.queue_partition_key == bindparam("partition"),
    )
    .limit(1)
    for schema, (table, _) in _TABLES.items()
}


class Outbox:
    """Puts jobs. May be shared by threads, each with its own connection."""

    def __init__(self, url: str, queues: Sequence[str]) -> None:
        self._url = url
        self._queues = frozenset(queues)
        self._withdrawals = Withdrawals(url)
        self._schema = None if is_sqlite(url) else SCHEMA
        self._statements = _STATEMENTS[self._schema]
        self._under_way = _UNDER_WAY[self._schema]

    def put(self, connection: Connection, job: Job) -> None:
        """See `core.ports.Jobs.put`. A failure leaves nothing behind, and the transaction usable,
        where it is met here; of the store's own on PostgreSQL it comes later, as all that is
        written (`core.postgres_driver`).

        Raises `ValueError` for a queue that nobody serves, a priority out of range or an empty id;
        `TypeError` for a payload that is not JSON."""
        if job.queue not in self._queues:
            raise ValueError(f"No such queue: {job.queue}")
        if not job.id.strip() or not 1 <= job.priority <= MOST:
            raise ValueError(f"No such job: {job.id!r} of the priority {job.priority}")
        transaction = Transaction(connection)
        with _all_or_nothing(connection, transaction):
            for statement, row in zip(self._statements, self._rows(job), strict=True):
                transaction.run(statement, row)

    def is_at(self, connection: Connection, queue: str, partition: str) -> bool:
        """See `core.ports.Jobs.is_at`."""
        values = {"queue": queue, "partition": partition}
        return Transaction(connection).run(self._under_way, values).first() is not None

    def withdraw(
        self, connection: Connection, queue: str, partition: str, which: Which, beginning: str = ""
    ) -> None:
        """See `core.ports.Jobs.withdraw`."""
        self._withdrawals.withdraw(connection, queue, partition, which, beginning)

    def _rows(self, job: Job) -> tuple[dict[str, Any], dict[str, Any]]:
        """Of either table."""
        row: dict[str, Any] = {
            "workflow_uuid": job.id,
            "status": ENQUEUED,
            "name": WORKFLOW,
            "queue_name": job.queue,
            "queue_partition_key": _partition(job),
            "priority": job.priority,
            "application_name": APPLICATION,
            "serialization": SERIALIZER.name(),
            "recovery_attempts": 0,
        }
        if self._schema is None:  # DBOS's default has whole seconds there; and there is one clock
            row["created_at"] = row["updated_at"] = int(time.time() * 1000)
        arguments = {"namedArgs": {}, "positionalArgs": [written_job(job)]}
        return row, {"workflow_uuid": job.id, "inputs": SERIALIZER.serialize(arguments)}


def written_job(job: Job) -> dict[str, Any]:
    """The workflow's one argument. `adapters.engine.admin` reads it back for a replay, since a
    cancelled job's row has lost its queue and partition."""
    return {
        "name": job.name,
        "payload": dict(job.payload),
        "queue": job.queue,
        "partition": _partition(job),
    }


def _partition(job: Job) -> str:
    """A job that need not keep an order is alone in a partition of its own."""
    return job.partition or f"job:{job.id}"


@contextmanager
def _all_or_nothing(connection: Connection, transaction: Transaction) -> Iterator[None]:
    """A raw savepoint: a put is two statements, and the second may fail."""
    transaction.run_raw("SAVEPOINT put_job")
    try:
        yield
    except BaseException:
        if not connection.invalidated:  # cut off: there is nothing to take back, and it is known
            transaction.take_back("put_job")
            transaction.run_raw("RELEASE SAVEPOINT put_job")
        raise
    transaction.run_raw("RELEASE SAVEPOINT put_job")
