"""The ordinary job at little cost: its first attempt succeeds.

DBOS makes a workflow of each: a dozen changes of thread, a recorded step and a result, three
commits of its own. What it has claimed is run here instead, and costs a share of one commit. Where
the first attempt asks for more, it is written down as the workflow's first step, and DBOS goes on
from there, as it does with every job that got so far before, or may have killed its process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dbos import _core, _queue, error
from dbos._serialization import deserialize_args, serialize_value

from adapters.engine.database import WORKFLOW
from adapters.engine.outcomes import Outcomes
from adapters.engine.worker import ATTEMPT, Worker

if TYPE_CHECKING:
    from dbos import DBOS
    from dbos._sys_db import WorkflowStatusInternal

log = logging.getLogger(__name__)

_of_dbos = _core.execute_dequeued_workflow
FIRST_STEP = 1
"""How DBOS numbers it."""


class Direct:
    """Runs in one event loop what DBOS's threads have claimed."""

    def __init__(self, worker: Worker, outcomes: Outcomes) -> None:
        self._worker = worker
        self._outcomes = outcomes
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self) -> None:
        """From now on, what is claimed comes here."""
        vars(_queue)["execute_dequeued_workflow"] = self._claimed  # DBOS has no hook

    @staticmethod
    def leave() -> None:
        """As it was."""
        vars(_queue)["execute_dequeued_workflow"] = _of_dbos

    def _claimed(self, dbos: DBOS, status: WorkflowStatusInternal, owner: str) -> None:
        """In a thread of DBOS's, of which nothing waits for what becomes of it."""
        suspect = self._worker.starts.claimed(
            status["workflow_uuid"], status["recovery_attempts"] or 0
        )
        written = None if suspect else _first_attempt(dbos, status)
        if written is None:
            _of_dbos(dbos, status, owner)
            return
        # At once, so that the next look knows that the place is taken.
        place = dbos._active_workflows_set.add(
            status["workflow_uuid"], status["queue_name"], status["queue_partition_key"]
        )

        def begin() -> None:
            task = self._loop.create_task(self._run(dbos, status, owner, written))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _: place.release())

        self._loop.call_soon_threadsafe(begin)

    async def _run(
        self,
        dbos: DBOS,
        status: WorkflowStatusInternal,
        owner: str,
        written: Mapping[str, Any],
    ) -> None:
        job, began = status["workflow_uuid"], int(time.time() * 1000)
        outcome = await self._worker.first(job, written)
        if outcome is None:
            await self._outcomes.succeeded(job, owner)
            return
        try:
            with suppress(error.DBOSStepNondeterminismError):  # resumed by hand: it is there
                await asyncio.to_thread(_record, dbos, job, owner, began, outcome)
            await self._worker.runs.gate()
            await asyncio.to_thread(_of_dbos, dbos, status, owner)
        except error.DBOSWorkflowConflictIDError:
            log.warning("the job %s was taken over by another process", job)
        except Exception:
            log.exception("the job %s goes back into its queue", job)
            await self._outcomes.undecided(job, owner)


def _first_attempt(dbos: DBOS, status: WorkflowStatusInternal) -> Mapping[str, Any] | None:
    """What `adapters.engine.outbox.written_job` wrote, of one whose first attempt is to be made."""
    job, starts = status["workflow_uuid"], status["recovery_attempts"]
    if (status["name"], status["status"]) != (WORKFLOW, "PENDING"):
        return None
    with suppress(Exception):  # DBOS says what is wrong with it
        if starts != 1 and dbos._sys_db.check_operation_execution(job, FIRST_STEP, ATTEMPT):
            return None
        inputs = deserialize_args(status["inputs"], status["serialization"], dbos._serializer)
        written: Mapping[str, Any] = inputs["args"][0]
        return written if {"name", "payload"} <= written.keys() else None
    return None


def _record(dbos: DBOS, job: str, owner: str, began: int, outcome: list[Any]) -> None:
    output, serialization = serialize_value(outcome, None, dbos._serializer)
    dbos._sys_db.record_operation_result(
        {
            "workflow_uuid": job,
            "function_id": FIRST_STEP,
            "function_name": ATTEMPT,
            "output": output,
            "error": None,
            "serialization": serialization,
            "started_at_epoch_ms": began,
            "child_workflow_id": None,
        },
        owner_xid=owner,
    )
