"""A service that goes on from a backup: what it knows, and whom it tells something twice."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.sandbox import serve
from bot import operator
from bot.app import service
from bot.backup import backup
from bot.progress import Progress
from bot.restoring import restore
from core import schema
from core.moments import Moment
from core.work import Work
from tests.service_kit import ADA, BEN, Person, Town, new_sandbox, plain, settings_for

QUIET = Progress(io.StringIO())
NEWS = "We move tonight."


def soon(work: Work) -> None:
    """Ada is reminded of her task in a second."""
    task = work.run(select(schema.task).order_by(schema.task.c.id).limit(1)).one()
    at = Moment.of(work.now + timedelta(seconds=1), "UTC")
    work.reminders.put_off(task.id, task.owner_id, at)


@pytest.mark.promise("B18")
async def test_what_waited_is_sent_once_more_and_nothing_else_is(tmp_path: Path) -> None:
    """B18. What was delivered by the moment of the backup is not told again; each job that waited
    then is told at most once more, and each reminder that came due since."""
    sandbox, saved = new_sandbox(), tmp_path / "saved"
    async with serve(sandbox) as served:
        first = settings_for(served, tmp_path, secret_key="k" * 32)
        async with service(first) as up:
            town = Town(sandbox, up)
            await town.asks(ADA, "Buy milk", "Buy milk")
            await town.asks(BEN, "Buy tea", "Buy tea")
            told = len(town.from_bot(ADA))
            await up.store.mutate(soon)
            announcing = asyncio.create_task(operator.announce(first, NEWS, "system"))
            await asyncio.to_thread(backup, first, saved, QUIET)
            await announcing
            await town.asks(BEN, "Too late", "Too late")
            await town.sees(BEN, NEWS)
            await town.until(lambda: len(town.from_bot(ADA)) == told + 2)  # that, and the reminder
        before = {who: len(town.from_bot(who)) for who in (ADA, BEN)}
        url = f"sqlite:///{tmp_path}/again.db"
        second = settings_for(served, tmp_path, secret_key="k" * 32, database_url=url)
        found = await asyncio.to_thread(restore, second, saved, QUIET)
        assert (found.counts["tasks"], found.counts["reminders"]) == (2, 1)
        async with service(second) as up:
            town = Town(sandbox, up)

            def again(who: Person, text: str = "") -> list[str]:
                said = [plain(each) for each in town.from_bot(who)[before[who] :]]
                return [each for each in said if text in each]

            await town.until(lambda: again(ADA, "Buy milk"))
            await town.say(BEN, "/list")
            (listed,) = await town.until(lambda: again(BEN, "Buy tea"))
            assert "Too late" not in listed
            await asyncio.sleep(0.5)
            repeated = [*again(ADA), *again(BEN)]
    repeated.remove(listed)
    reminders = [each for each in repeated if NEWS not in each]
    assert len(reminders) == 1
    assert "Buy milk" in reminders[0]
    assert len(repeated) - 1 <= found.jobs
