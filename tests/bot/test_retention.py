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


def test_who_is_started_anew_each_hour_forgets_too() -> None:
    assert retention.FORGET_FIRST < retention.FORGET_EVERY / 2
