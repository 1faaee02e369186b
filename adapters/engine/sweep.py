"""The look for processes that are dead, and what becomes of what they were doing.

Their connections are ended, which may hold locks, and the jobs they were running go back into their
queues, where they come first in their chats. DBOS itself leaves them pending until a process of the
same name starts, and ours have a new name each time.

A sweep is one transaction on the database's clock. A job is taken back only from who holds it, in
the statement that finds it, so sweeps may run side by side, stop half way or come late. DBOS counts
the starts of a job (`adapters.engine.starts`), so one that kills its processes ends as a dead
letter; and it takes no result from a process that lost a job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, Connection, String, bindparam, text

from adapters.engine.starts import SUSPECT

_BURY = text(
    "DELETE FROM lease WHERE process IN (SELECT process FROM lease"
    " WHERE expires_at < now() AND process <> :me FOR UPDATE SKIP LOCKED)"
    " RETURNING process"
)
_CUT_OFF = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = ANY(:dead) AND datname = current_database()"
).bindparams(bindparam("dead", type_=ARRAY(String)))
# Also those whose row is gone already: of a sweep that ended half way, of a database copied here.
_ORPHANED = text(
    "SELECT DISTINCT executor_id FROM dbos.workflow_status"
    " WHERE status = 'PENDING' AND executor_id NOT IN (SELECT process FROM lease)"
)
# What DBOS does when a process of the same name starts (`reenqueue_for_recovery` in 3.4), and the
# start of a suspect is off its count.
TAKE_BACK = text(
    "UPDATE dbos.workflow_status SET status = 'ENQUEUED', owner_xid = NULL,"
    " started_at_epoch_ms = NULL,"
    " recovery_attempts = recovery_attempts - (recovery_attempts >= :suspect)::int,"
    " updated_at = (extract(epoch FROM now()) * 1000)::bigint"
    " WHERE status = 'PENDING' AND queue_name IS NOT NULL AND executor_id = ANY(:dead)"
).bindparams(bindparam("dead", type_=ARRAY(String)), suspect=SUSPECT)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found."""

    dead: Sequence[str]
    """Processes whose lease ran out."""
    jobs: int
    """Jobs put back into their queues."""


def sweep(connection: Connection, me: str) -> Swept:
    """Take over from every process that is dead; `me` is none."""
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    dead: list[str] = list(connection.execute(_BURY, {"me": me}).scalars())
    if dead:
        connection.execute(_CUT_OFF, {"dead": dead})
    orphaned: list[str] = list(connection.execute(_ORPHANED).scalars())
    jobs = connection.execute(TAKE_BACK, {"dead": orphaned}).rowcount if orphaned else 0
    return Swept(dead, jobs)
