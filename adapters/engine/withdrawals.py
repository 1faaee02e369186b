"""Taking jobs out of the queue in somebody else's open transaction: what is to be told to somebody
who is not to know it any more goes with the commit that says so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    bindparam,
    delete,
    func,
    select,
)

from adapters.engine.database import SERIALIZER, is_sqlite
from adapters.engine.job_table import ENQUEUED, SCHEMA, inputs, jobs, statuses
from core.ports import Job, Which
from core.transaction import Transaction

BATCH = 500
"""Jobs of one statement."""

_BESIDE = ("workflow_input", "workflow_output", "operation_outputs")
"""What DBOS keeps of a job in other tables without a foreign key: the last, where an attempt was
made before it went back into the queue."""


class Withdrawals:
    """Belongs to no thread: each brings its own connection. Measured beside 100,000 jobs of others
    on SQLite: 0.05 ms where nothing waits for the chat, 25 us of CPU for each job that goes."""

    def __init__(self, url: str) -> None:
        schema = None if is_sqlite(url) else SCHEMA
        table = jobs(schema)
        self._waiting = _waiting(table, inputs(schema))
        # One that was claimed since it was read runs, and looks at what it may say.
        self._take = (
            delete(table)
            .where(_among(table), table.c.status == ENQUEUED)
            .returning(table.c.workflow_uuid)
        )
        beside = [_table(name, schema) for name in _BESIDE]
        self._beside = [delete(each).where(_among(each)) for each in beside]

    def withdraw(
        self, connection: Connection, queue: str, partition: str, which: Which, beginning: str = ""
    ) -> None:
        """See `core.ports.Jobs.withdraw`."""
        asked = {"queue": queue, "partition": partition, "beginning": beginning}
        rows = Transaction(connection).run(self._waiting, asked | {"long": len(beginning)}).all()
        if not rows:
            return
        picked = [job.id for job in which([_job(row) for row in rows])]
        for start in range(0, len(picked), BATCH):
            values = {"jobs": picked[start : start + BATCH]}
            taken = [*connection.execute(self._take, values).scalars()]
            for each in self._beside:
                connection.execute(each, {"jobs": taken})


def _waiting(table: Table, written: Table) -> Select[Any]:
    """The jobs of a partition that wait, in their order, with what they are to do."""
    job = table.c
    found = (
        select(job.workflow_uuid, job.priority, job.created_at)
        .where(
            job.queue_name == bindparam("queue"),
            *statuses(job.status, ENQUEUED),
            job.queue_partition_key == bindparam("partition"),
            func.substr(job.workflow_uuid, 1, bindparam("long", type_=Integer))
            == bindparam("beginning", type_=String),
        )
        .subquery("waiting")
        .c
    )
    return (
        select(found.workflow_uuid, found.priority, written.c.inputs)
        .join(written, written.c.workflow_uuid == found.workflow_uuid)
        .order_by(found.priority, found.created_at)
    )


def _table(name: str, schema: str | None) -> Table:
    return Table(name, MetaData(schema=schema), Column("workflow_uuid", String))


def _among(table: Table) -> Any:
    return table.c.workflow_uuid.in_(bindparam("jobs", expanding=True))


def _job(row: Any) -> Job:
    """As it was put: what `adapters.engine.outbox.written_job` wrote."""
    (written,) = SERIALIZER.deserialize(row.inputs)["positionalArgs"]
    return Job(
        row.workflow_uuid,
        written["name"],
        written["payload"],
        written["queue"],
        written["partition"],
        row.priority,
    )
