"""What the operator's command line does with a database, beside a running service or without."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.engine.admin import DbosAdmin
from bot.clock import WallClock
from bot.settings import Settings
from core.ports import Job
from core.store import Tools, open_store


class _NoJobs:
    """This process only looks: it puts no jobs."""

    def put(self, connection: object, job: Job) -> None:
        raise AssertionError(f"{job.name} put by a process that only looks")


async def jobs(settings: Settings, replay: Sequence[str]) -> int:
    """List the dead letters, or run those with these ids again; `all` is all of them."""
    admin = DbosAdmin(settings.database_url)
    try:
        letters = await admin.dead_letters(1000)
        if replay:
            ids = [each.id for each in letters] if list(replay) == ["all"] else list(replay)
            taken = await admin.replay(ids)
            print(f"{taken} of {len(ids)} are run again.")  # noqa: T201  # a terminal's answer
            return 0 if taken == len(ids) else 1
        for each in letters:
            print(f"{each.at:%Y-%m-%d %H:%M:%S}  {each.id}  {each.error}")  # noqa: T201
        print(f"{len(letters)} jobs were given up.")  # noqa: T201
    finally:
        await admin.close()
    return 0


async def failed(settings: Settings, most: int) -> int:
    """List the messages that our code could not handle: reference, instant, key, error."""
    store = open_store(settings.database_url, Tools(WallClock(), _NoJobs()))
    try:
        found = await store.query(lambda work: work.inbox.failures(most))
    finally:
        await store.close()
    for reference, inbound, error, at in found:
        last = error.strip().splitlines()[-1]
        print(f"{at:%Y-%m-%d %H:%M:%S}  {reference}  {inbound.key}  {last}")  # noqa: T201
    print(f"{len(found)} messages could not be handled.")  # noqa: T201
    return 0
