"""Writing a job into somebody else's open transaction.

The rows are those that DBOS's `enqueue_in_transaction` writes, by two statements that are made
once: it makes its own for each job, at three quarters of a millisecond in the store's only writer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from adapters.engine.database import APPLICATION, SERIALIZER, WORKFLOW, is_sqlite
from adapters.engine.withdrawals import Withdrawals
from core.ports import Job, Which

MOST = 2**31 - 1
"""Of a priority."""

# On SQLite, where there is one clock, with the time: the default of DBOS's has whole seconds there.
_SQLITE = (
    text(
        "INSERT INTO workflow_status (workflow_uuid, status, name, queue_name,"
        " queue_partition_key, priority, application_name, serialization, recovery_attempts,"
        " created_at, updated_at)"
        " VALUES (:job, 'ENQUEUED', :name, :queue, :partition, :priority, :application,"
        " :serialization, 0, :now, :now) ON CONFLICT (workflow_uuid) DO NOTHING"
    ),
    text(
        "INSERT INTO workflow_input (workflow_uuid, inputs) VALUES (:job, :inputs)"
        " ON CONFLICT (workflow_uuid) DO NOTHING"
    ),
)
_POSTGRESQL = (
    text(
        "INSERT INTO dbos.workflow_status (workflow_uuid, status, name, queue_name,"
        " queue_partition_key, priority, application_name, serialization, recovery_attempts)"
        " VALUES (:job, 'ENQUEUED', :name, :queue, :partition, :priority, :application,"
        " :serialization, 0) ON CONFLICT (workflow_uuid) DO NOTHING"
    ),
    text(
        "INSERT INTO dbos.workflow_input (workflow_uuid, inputs) VALUES (:job, :inputs)"
        " ON CONFLICT (workflow_uuid) DO NOTHING"
    ),
)


_UNDER_WAY = (  # the second status to the letter, as DBOS's partial index has it
    "SELECT 1 FROM {schema}workflow_status WHERE queue_name = :queue AND status = 'PENDING'"
    " AND status IN ('ENQUEUED', 'PENDING') AND queue_partition_key = :partition LIMIT 1"
)


class Outbox:
    """Puts jobs. May be shared by threads, each with its own connection."""

    def __init__(self, url: str, queues: Sequence[str]) -> None:
        self._url = url
        self._queues = frozenset(queues)
        self._withdrawals = Withdrawals(url)
        self._statements = _SQLITE if is_sqlite(url) else _POSTGRESQL
        self._under_way = text(_UNDER_WAY.format(schema="" if is_sqlite(url) else "dbos."))

    def put(self, connection: Connection, job: Job) -> None:
        """See `core.ports.Jobs.put`. A failure leaves nothing behind, and the transaction usable.

        Raises `ValueError` for a queue that nobody serves, a priority out of range or an empty id;
        `TypeError` for a payload that is not JSON."""
        if job.queue not in self._queues:
            raise ValueError(f"No such queue: {job.queue}")
        if not job.id.strip() or not 1 <= job.priority <= MOST:
            raise ValueError(f"No such job: {job.id!r} of the priority {job.priority}")
        row = _row(job)
        with _all_or_nothing(connection):
            for each in self._statements:
                connection.execute(each, row)

    def is_at(self, connection: Connection, queue: str, partition: str) -> bool:
        """See `core.ports.Jobs.is_at`."""
        values = {"queue": queue, "partition": partition}
        return connection.execute(self._under_way, values).first() is not None

    def withdraw(
        self, connection: Connection, queue: str, partition: str, which: Which, beginning: str = ""
    ) -> None:
        """See `core.ports.Jobs.withdraw`."""
        self._withdrawals.withdraw(connection, queue, partition, which, beginning)


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


def _row(job: Job) -> dict[str, Any]:
    arguments = {"namedArgs": {}, "positionalArgs": [written_job(job)]}
    return {
        "job": job.id,
        "name": WORKFLOW,
        "queue": job.queue,
        "partition": _partition(job),
        "priority": job.priority,
        "application": APPLICATION,
        "serialization": SERIALIZER.name(),
        "inputs": SERIALIZER.serialize(arguments),
        "now": int(time.time() * 1000),
    }


@contextmanager
def _all_or_nothing(connection: Connection) -> Iterator[None]:
    """A raw savepoint: a put is two statements, and the second may fail."""
    connection.exec_driver_sql("SAVEPOINT put_job")
    try:
        yield
    except BaseException:
        if not connection.invalidated:  # cut off: there is nothing to take back, and it is known
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT put_job")
            connection.exec_driver_sql("RELEASE SAVEPOINT put_job")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT put_job")
