"""Dead letters and retention, for the service and for the command line beside a running one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from dbos import DBOSClient, WorkflowStatus, error
from sqlalchemy import bindparam, select

from adapters.engine.database import WORKFLOW, admin_engine, client, end
from adapters.engine.job_table import DEAD, JOBS, NOT_DONE, PENDING, SUCCESS, finding
from core.ports import DeadLetter, Job

BATCH = 500
"""Jobs deleted in one transaction, so that the store's writer never waits long for it."""

_OF = select(JOBS.c.workflow_uuid).where(
    JOBS.c.queue_partition_key.in_(bindparam("partitions", expanding=True)),
    JOBS.c.status != PENDING,
)


class DbosAdmin:
    """What an operator does with jobs. Starts no thread and runs no job."""

    def __init__(self, url: str, process: str = "fluxbot") -> None:
        """`process`: whose name its connection has on PostgreSQL."""
        self._engine = admin_engine(url, process)
        self._client: DBOSClient = client(url, self._engine)

    async def dead_letters(self, limit: int = 100) -> Sequence[DeadLetter]:
        """The newest `limit` of them, oldest first."""
        found = await self._client.list_workflows_async(
            status=DEAD, name=WORKFLOW, limit=limit, sort_desc=True
        )
        return sorted(map(_letter, found), key=lambda letter: (letter.at, letter.priority))

    async def count_dead(self, most: int) -> int:
        """How many dead letters there are, counted up to `most`."""
        found = await self._client.list_workflows_async(
            status=DEAD, name=WORKFLOW, limit=most, load_input=False, load_output=False
        )
        return len(found)

    async def waiting(self) -> list[Job]:
        """The jobs that are not done, as they were put: in order, those under way included."""
        found = await self._client.list_workflows_async(status=NOT_DONE, name=WORKFLOW)
        jobs = [_as_put(each) for each in found]
        return sorted(jobs, key=lambda job: job.priority)

    async def replay(self, ids: Sequence[str]) -> int:
        """See `core.ports.Engine.replay`. Jobs that are not dead letters are passed over."""
        found = await self._client.list_workflows_async(
            workflow_ids=list(ids), status=DEAD, name=WORKFLOW
        )
        taken = 0
        for each in sorted(found, key=lambda each: (each.priority or 0, each.created_at or 0)):
            job = _job(each)
            with suppress(error.DBOSException):  # replayed or forgotten by somebody else meanwhile
                await self._client.rewind_workflow_async(
                    each.workflow_id,
                    queue_name=job["queue"],
                    queue_partition_key=job["partition"],
                )
                taken += 1
        return taken

    async def forget(self, before: datetime) -> int:
        """See `core.ports.Engine.forget`. Dead letters are kept until they are replayed."""
        until = before.astimezone(UTC).isoformat()
        total = 0
        while True:
            found = await self._client.list_workflows_async(
                status=SUCCESS,
                name=WORKFLOW,
                completed_before=until,
                limit=BATCH,
                load_input=False,
                load_output=False,
            )
            if not found:
                return total
            await self._client.delete_workflows_async([each.workflow_id for each in found])
            total += len(found)

    async def erase(self, partitions: Sequence[str]) -> int:
        """See `core.ports.Engine.erase`. A job that was cancelled by hand has lost its partition,
        and stays."""
        theirs = await asyncio.to_thread(self._of, partitions)
        for start in range(0, len(theirs), BATCH):
            await self._client.delete_workflows_async(theirs[start : start + BATCH])
        return len(theirs)

    def _of(self, partitions: Sequence[str]) -> list[str]:
        with finding(self._engine).connect() as connection:
            return [*connection.execute(_OF, {"partitions": list(partitions)}).scalars()]

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._client.destroy)
        await asyncio.to_thread(end, self._engine)


def _job(status: WorkflowStatus) -> dict[str, Any]:
    """What `adapters.engine.outbox.written_job` wrote."""
    job: dict[str, Any] = status.input["args"][0] if status.input else {}
    return job


def _as_put(status: WorkflowStatus) -> Job:
    job = _job(status)
    return Job(
        status.workflow_id,
        job["name"],
        job["payload"],
        job["queue"],
        job["partition"],
        status.priority or 1,
    )


def _letter(status: WorkflowStatus) -> DeadLetter:
    job = _job(status)
    ended = status.completed_at or status.updated_at or status.created_at or 0
    return DeadLetter(
        id=status.workflow_id,
        name=job.get("name", ""),
        payload=job.get("payload", {}),
        error=str(getattr(status.error, "message", status.error) or status.status.lower()),
        at=datetime.fromtimestamp(ended / 1000, UTC),
        priority=status.priority or 0,
    )
