"""DBOS's table of jobs, as far as statements of our own read and write it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    MetaData,
    String,
    Table,
    literal_column,
)

SCHEMA = "dbos"
"""On PostgreSQL; on SQLite there is none."""

ENQUEUED, PENDING, DELAYED, SUCCESS = "ENQUEUED", "PENDING", "DELAYED", "SUCCESS"
"""It waits in its queue; it was claimed; it waits for its time; it is done."""
NOT_DONE = [ENQUEUED, PENDING, DELAYED]
DEAD = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"]
"""Given up by us; killed its process too often; cancelled by hand with DBOS's own tool."""


def jobs(schema: str | None) -> Table:
    """The table, where it is in that schema."""
    return Table(
        "workflow_status",
        MetaData(schema=schema),
        Column("workflow_uuid", String),
        Column("status", String),
        Column("name", String),
        Column("application_name", String),
        Column("serialization", String),
        Column("queue_name", String),
        Column("queue_partition_key", String),
        Column("executor_id", String),
        Column("owner_xid", String),
        Column("deduplication_id", String),
        Column("priority", BigInteger),
        Column("recovery_attempts", BigInteger),
        Column("created_at", BigInteger),
        Column("updated_at", BigInteger),
        Column("started_at_epoch_ms", BigInteger),
        Column("completed_at", BigInteger),
    )


def inputs(schema: str | None) -> Table:
    """What each job is to do."""
    uuid, written = Column("workflow_uuid", String), Column("inputs", String)
    return Table("workflow_input", MetaData(schema=schema), uuid, written)


JOBS = jobs(SCHEMA)
"""For statements that run on an engine of `finding`."""


def finding(engine: Engine) -> Engine:
    """The same connections, on which `JOBS` is found, whichever database it is."""
    schemas = {SCHEMA: None} if engine.dialect.name == "sqlite" else {}
    return engine.execution_options(schema_translate_map=schemas)


def literal(status: str) -> ColumnElement[str]:
    """Not a parameter: to the letter, as DBOS's partial indexes have it, or they are not used."""
    return literal_column(f"'{status}'", String)


NOT_ENDED = [literal(ENQUEUED), literal(PENDING)]
"""In the words of DBOS's partial index: SQLite uses it only where the same words are asked."""


def statuses(column: ColumnElement[Any], status: str) -> tuple[ColumnElement[bool], ...]:
    """That a job's status is this one of `NOT_ENDED`, with the index's condition beside it."""
    return column == literal(status), column.in_(NOT_ENDED)
