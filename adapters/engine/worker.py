"""Runs one job: attempt, durable wait, attempt, until it succeeds or is given up."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from dbos import DBOS

from adapters.engine.retry import GaveUp, Outcome, Retries
from adapters.engine.runs import Run, Runs
from adapters.engine.starts import Starts
from core.ports import Payload, Runner

log = logging.getLogger(__name__)

ATTEMPT = "attempt"
"""A step's name."""


class Worker:
    """The one workflow. A job holds its place in its chat until it is over, waits included."""

    def __init__(self, runners: Mapping[str, Runner], counts: Counter[str], starts: Starts) -> None:
        self._runners = dict(runners)
        self._counts = counts
        self.starts = starts
        self.runs = Runs()

    async def run(self, written: Mapping[str, Any]) -> None:
        """Run what `outbox.written_job` wrote. Raises `GaveUp`: then DBOS marks it ERROR.

        After a crash DBOS calls this again, and recorded attempts and waits are not repeated: the
        order of the two steps here must not change without a new `process.VERSION`."""
        job = str(DBOS.workflow_id)
        run = await self.runs.enter(job, self.starts.begins(job))
        try:
            await self._until_done(run, written["name"], written["payload"])
        finally:
            self.starts.ends(run)

    async def _until_done(self, run: Run, name: str, payload: Payload) -> None:
        retries = Retries()
        while True:
            recorded = await DBOS.run_step_async(
                {"name": ATTEMPT}, self._attempt, run, name, payload
            )
            outcome = Outcome(*recorded)
            if outcome.kind == "ok":
                self._counts["finished"] += 1
                return
            wait = self._wait_after(name, retries, outcome)
            async with self.runs.waiting():
                await self.starts.waits(run)
                await DBOS.sleep_async(wait)

    async def first(self, job: str, written: Mapping[str, Any]) -> list[Any] | None:
        """The first attempt of a job, for the current task, before `run`. None when it succeeded,
        else what `run` would have recorded as its first step."""
        run = await self.runs.enter(job)
        recorded = await self._attempt(run, written["name"], written["payload"])
        if recorded[0] != "ok":
            return recorded
        self._counts["finished"] += 1
        return None

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """If the current task runs a job, it only waits in this block: it is cancelled there when
        the engine stops or another process has the job, and it is not what killed a process that
        dies meanwhile."""
        run = self.runs.current()
        if run is None:
            yield
            return
        async with self.runs.waiting():
            try:
                await self.starts.waits(run)
                yield
            finally:
                if not self.runs.ending():
                    await self.starts.acts(run)

    def _wait_after(self, name: str, retries: Retries, outcome: Outcome) -> float:
        try:
            wait = retries.wait_after(outcome)
        except GaveUp as reason:
            self._counts["dead"] += 1
            log.warning("A job %s is now a dead letter: %s", name, reason)
            raise
        self._counts["retried"] += 1
        return wait

    async def _attempt(self, run: Run, name: str, payload: Payload) -> list[Any]:
        """One recorded step: what the runner raises becomes data. Raises only when stopped, or
        when the job is another process's by now."""
        async with self.runs.waiting():
            await self.starts.acts(run)
        runner = self._runners.get(name)
        if runner is None:
            return ["give_up", 0.0, f"there is no job of the name {name}"]
        try:
            await runner(payload)
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and self.runs.ending():
                raise
            outcome = Outcome.of(error)
            return [outcome.kind, outcome.seconds, outcome.reason]
        return ["ok", 0.0, ""]
