"""Writing a job into somebody else's open transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import Connection, Engine

from adapters.engine.database import WORKFLOW, client
from core.ports import Job


class Outbox:
    """Puts jobs. May be shared by threads, each with its own connection."""

    def __init__(self, url: str, queues: Sequence[str]) -> None:
        self._url = url
        self._queues = frozenset(queues)
        self._client: DBOSClient | None = None
        self._engine: Engine | None = None

    def put(self, connection: Connection, job: Job) -> None:
        """See `core.ports.Jobs.put`. A failure leaves nothing behind, and the transaction usable.

        Raises `ValueError` for a queue that nobody serves; `DBOSException` for a priority out of
        range or an empty id; `TypeError` for a payload that is not JSON."""
        if job.queue not in self._queues:
            raise ValueError(f"No such queue: {job.queue}")
        options, written = _enqueue_options(job), written_job(job)
        with _all_or_nothing(connection), _own_options(connection):
            dbos = self._client_of(connection.engine)
            dbos.enqueue_in_transaction(connection, options, written)

    def _client_of(self, engine: Engine) -> DBOSClient:
        """A client over the caller's engine: of one dialect, DBOS compiles a statement once."""
        if self._client is None or self._engine is not engine:
            self._client, self._engine = client(self._url, engine), engine
        return self._client


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


def _enqueue_options(job: Job) -> EnqueueOptions:
    return {
        "workflow_name": WORKFLOW,
        "workflow_id": job.id,
        "queue_name": job.queue,
        "queue_partition_key": _partition(job),
        "priority": job.priority,
    }


@contextmanager
def _all_or_nothing(connection: Connection) -> Iterator[None]:
    """A raw savepoint: an enqueue is two statements, and the second may fail."""
    connection.exec_driver_sql("SAVEPOINT put_job")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT put_job")
        connection.exec_driver_sql("RELEASE SAVEPOINT put_job")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT put_job")


@contextmanager
def _own_options(connection: Connection) -> Iterator[None]:
    """DBOS leaves its schema map on the connection, which would slow every later statement."""
    before = connection.get_execution_options().get("schema_translate_map")
    try:
        yield
    finally:
        connection.execution_options(schema_translate_map=before)
