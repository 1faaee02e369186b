"""The DBOS instance of this process: there can be one, so one engine can be started at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import dbos
from dbos import DBOS, DBOSConfig
from sqlalchemy import Engine

from adapters.engine import database, looks, room

VERSION = "1"
"""DBOS runs a job only with the code version it began with, by default a hash of the code. Pinned;
raise it when the order of steps in `adapters.engine.worker` changes."""
THREADS = 16
"""For DBOS's database work; it makes them the event loop's default executor as well."""
MAX_RECOVERIES = {"sqlite": 40, "postgresql": 10}
"""Starts after which a job that kills its process is a dead letter (DBOS's default is 100). Fewer
where it takes other processes with it, each after a lease. See `adapters.engine.starts`."""
LISTENING = 0.25
"""Seconds between two looks of a thread of DBOS's for messages between workflows, of which we have
none: it looks at an empty dictionary, and delays a stop by at most this long."""

PACKAGE = Path(dbos.__file__).parent

_claimed = threading.Lock()


def claim() -> None:
    """Reserve the instance. Raises `RuntimeError` when it is taken."""
    if not _claimed.acquire(blocking=False):
        raise RuntimeError("An engine is already started in this process")


def release() -> None:
    """Let another engine start."""
    _claimed.release()


def launch(
    url: str,
    executor_id: str,
    engine: Engine,
    run: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Serve the queues in the running event loop, beginning with this executor's interrupted jobs.

    No network listener, no telemetry, no connection but to the database."""
    config: DBOSConfig = {
        "name": database.APPLICATION,
        "system_database_url": url,
        "system_database_engine": engine,
        "application_version": VERSION,
        "executor_id": executor_id,
        "serializer": database.SERIALIZER,
        "run_migrations": False,
        "use_listen_notify": False,
        "notification_listener_polling_interval_sec": LISTENING,
        "max_executor_threads": THREADS,
        "enable_otlp": False,
        "log_level": "WARNING",
    }

    async def job(written: dict[str, Any]) -> None:
        await run(written)

    instance = DBOS(config=config)
    most = MAX_RECOVERIES[engine.dialect.name]
    DBOS.workflow(name=database.WORKFLOW, max_recovery_attempts=most)(job)
    room.wait_for_room()
    DBOS.launch()
    looks.spare(instance._sys_db)


def destroy(seconds: int) -> None:
    """Stop serving; wait up to `seconds` for jobs under way. Blocks: not in the event loop."""
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=seconds)


async def end_strays() -> None:
    """Cancel the jobs that were claimed while DBOS was stopping: each that goes on would make its
    executor, which is gone, the event loop's default again."""
    strays = [each for each in asyncio.all_tasks() if _is_dbos(each)]
    for each in strays:
        each.cancel()
    await asyncio.gather(*strays, return_exceptions=True)


def _is_dbos(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and Path(code.co_filename).is_relative_to(PACKAGE)
