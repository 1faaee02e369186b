"""What holds by a protection does not hold without it: a control for each (`promised.CONTROLS`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.sandbox import World
from bot import courier
from bot.courier import Courier
from core.addresses import Address
from tests.faults.breaks_down import BREAKS
from tests.faults.city import city
from tests.faults.nursery import born
from tests.faults.test_platform_trouble import CHAT, ONE, SOON, TWO, Both, linked, rests
from tests.faults.trouble import troubled
from tests.ports import free_port

pytestmark = pytest.mark.faults
TASKS = "SELECT count(*) FROM task"


@pytest.fixture
async def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Both]:
    monkeypatch.setattr("adapters.telegram.http._USUAL", aiohttp.ClientTimeout(total=2 * SOON))
    async with troubled(tmp_path, World.crowd(2, 2)) as made:
        yield made


@pytest.mark.control("F15", "B13")
async def test_in_one_line_for_all_chats_a_silent_one_would_hold_up_the_others(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F15."""
    town, line = both
    in_turn = Courier._in_turn

    async def of_all(self: Courier, address: Address, *how: Any) -> Any:
        return await in_turn(self, replace(address, chat="everybody"), *how)

    monkeypatch.setattr(Courier, "_in_turn", of_all)
    line.break_(CHAT[ONE], "hole", times=3)
    await town.say(ONE, "Feed the cat")
    await town.until(lambda: line.sends_to(CHAT[ONE]))
    await town.say(TWO, "Call the plumber")
    with pytest.raises(AssertionError, match="did not happen"):
        await town.sees(TWO, "Call the plumber", within=SOON)


@pytest.mark.control("F17")
async def test_a_chat_that_nobody_notes_as_gone_would_be_tried_again(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F17."""
    town, line = both
    await linked(town)
    monkeypatch.setattr(courier, "lose", lambda *_: None)
    town.sandbox.world.blocked.add("tg-p1")
    before = len(line.sends_to(CHAT[ONE]))
    for name in ("Feed the cat", "Feed the dog"):
        card = await town.asks(("sl-p1", "slack:D0P1"), name, name)
        await town.press(("sl-p1", "slack:D0P1"), card, "Done")
        await asyncio.sleep(0.6)
    await rests(town)
    assert len(line.sends_to(CHAT[ONE])) - before > 1


@pytest.mark.control("F21", "B21")
async def test_a_defect_that_is_not_set_aside_would_stop_the_chat(tmp_path: Path) -> None:
    """F21."""
    async with city(tmp_path, "polling", module="tests.faults.breaks_down") as here:
        await here.service.start()
        chat = here.private("tg-p1")
        for text in ("Carry water", f"{BREAKS} it", "Carry wood"):
            await here.sandbox.say("tg-p1", chat, text)
        await here.until(lambda: here.service.count(TASKS) == 1)
        await asyncio.sleep(1.0)
        assert here.service.count(TASKS) == 1
        assert here.sandbox.telegram.updates.pending


@pytest.mark.control("F26")
async def test_without_the_lock_two_would_run_on_one_file(tmp_path: Path) -> None:
    """F26."""
    async with city(tmp_path, "polling", module="tests.faults.not_alone") as here:
        await here.service.start()
        port = free_port()
        values = here.service.settings | {"PORT": str(port)}
        second = await born(
            "tests.faults.not_alone", "run", cwd=tmp_path, env=values, log=tmp_path / "second.log"
        )
        try:
            async with aiohttp.ClientSession() as session, asyncio.timeout(20):
                while not await up(session, port):
                    assert second.returncode is None, (tmp_path / "second.log").read_text()
                    await asyncio.sleep(0.02)
        finally:
            second.kill()
            await second.wait()


async def up(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
