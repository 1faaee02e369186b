"""What need not be kept is dropped soon after the start, and again and again."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from bot import retention
from bot.jobs import Jobs
from bot.sharing import Alone
from tests.core.meeting import PATIENCE


class Rounds:
    """Of one who forgets; the first one may break."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.begun, self._breaks = 0, breaks
        self.third = asyncio.Event()

    async def forget(self) -> None:
        self.begun += 1
        if self.begun == 3:
            self.third.set()
        if self._breaks and self.begun == 1:
            raise OSError("the disk is full")


async def test_a_round_that_breaks_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "FORGET_FIRST", 0.0)
    monkeypatch.setattr(retention, "FORGET_EVERY", 0.01)
    jobs, shared = Rounds(breaks=True), Rounds()
    task = asyncio.create_task(retention.forget_for_ever(cast("Jobs", jobs), cast("Alone", shared)))
    async with asyncio.timeout(PATIENCE):
        await shared.third.wait()
    task.cancel()
    assert (jobs.begun, shared.begun) == (4, 3)


@pytest.mark.parametrize(("first", "every", "begun"), [(0.0, 3600.0, 1), (3600.0, 0.0, 0)])
async def test_the_first_round_does_not_wait_for_the_hour(
    first: float, every: float, begun: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "FORGET_FIRST", first)
    monkeypatch.setattr(retention, "FORGET_EVERY", every)
    jobs = Rounds()
    task = asyncio.create_task(retention.forget_for_ever(cast("Jobs", jobs), cast("Alone", jobs)))
    await asyncio.sleep(0.05)
    task.cancel()
    assert jobs.begun == 2 * begun
