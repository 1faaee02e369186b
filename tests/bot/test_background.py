"""A task beside the service that dies takes the service down, loudly."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from adapters.sandbox import serve
from bot import app
from bot.background import BackgroundDied, background
from bot.backlog import Backlog
from tests.service_kit import new_sandbox, settings_for

CLEANED: list[str] = []


async def dies() -> None:
    await asyncio.sleep(0.01)
    raise ValueError("the poller died")


async def lives(name: str) -> None:
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0)
        CLEANED.append(name)


async def ends() -> None:
    """As one that has begun what it had to."""


async def test_one_that_dies_ends_the_block_and_the_others_are_awaited(
    caplog: pytest.LogCaptureFixture,
) -> None:
    CLEANED.clear()
    with pytest.raises(BackgroundDied) as raised:
        async with background(lives("outer")), background(dies(), lives("inner")):
            await asyncio.sleep(60)
    assert str(raised.value.__cause__) == "the poller died"
    assert CLEANED == ["inner", "outer"]
    (record,) = [each for each in caplog.records if each.levelno == logging.CRITICAL]
    assert record.exc_info is not None
    await asyncio.sleep(0)  # nothing is left of the cancellation


async def test_one_that_returns_leaves_the_block_alone(caplog: pytest.LogCaptureFixture) -> None:
    CLEANED.clear()
    async with background(ends(), lives("other")):
        await asyncio.sleep(0.02)
    assert CLEANED == ["other"]
    assert caplog.records == []


async def test_a_block_that_is_cancelled_by_somebody_else_stays_cancelled() -> None:
    async def block() -> None:
        async with background(lives("x")):
            await asyncio.sleep(60)

    task = asyncio.ensure_future(block())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_program_ends_with_1_for_its_supervisor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bad(self: Backlog) -> None:
        await dies()

    monkeypatch.setattr(Backlog, "look_for_ever", bad)
    async with serve(new_sandbox()) as served, asyncio.timeout(20):
        assert await app.run(settings_for(served, tmp_path)) == 1
