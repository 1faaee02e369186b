"""The Home tab while the service stops and starts, and for whoever waits at the door."""

from __future__ import annotations

from pathlib import Path

from bot.app import service
from tests.adapters.slack_view import Json
from tests.service_kit import SADA, Town, new_sandbox, serve, settings_for, town
from tests.stories.home_tab import words


def drawn(there: Town) -> str:
    blocks: list[Json] = there.sandbox.world.homes.get(SADA[0], {}).get("blocks", [])
    return "\n".join(map(words, blocks))


async def sees(there: Town, text: str) -> None:
    await there.until(lambda: text in drawn(there))


async def test_what_changed_just_before_a_stop_is_drawn_after_the_start(tmp_path: Path) -> None:
    sandbox = new_sandbox()
    async with serve(sandbox) as served:
        settings = settings_for(served, tmp_path)
        async with service(settings) as up:
            sandbox.slack.delivery.url = f"{up.here}/slack/events"
            there = Town(sandbox, up)
            await there.asks(SADA, "Milk", "#1 Milk")
            await sandbox.open_home(SADA[0])
            await sees(there, "1 open task")
            await there.asks(SADA, "Bread", "#2 Bread")
        assert "Bread" not in drawn(there), "it was stopped within the second"
        async with service(settings) as up:
            await sees(Town(sandbox, up), "#2 Bread")


async def test_whoever_waits_at_the_door_sees_how_to_come_in(tmp_path: Path) -> None:
    async with town(tmp_path, signup="invite") as there:
        await there.sandbox.open_home(SADA[0])
        await sees(there, "If you use me in another chat already")
        assert "open task" not in drawn(there)
        kept = await there.service.store.query(lambda work: work.wishes.take(1))
        assert kept is None, "looking is no wish"


async def test_a_plan_is_shown_with_its_bars_and_managed(tmp_path: Path) -> None:
    async with town(tmp_path, billing=True) as there:
        await there.compared()
        await there.asks(SADA, "Milk", "#1 Milk")
        await there.sandbox.open_home(SADA[0])
        await sees(there, "Plan: Free")
        assert "1 of 50 open tasks\n[#" in drawn(there)
        [manage] = [
            button
            for block in there.sandbox.world.homes[SADA[0]]["blocks"]
            for row in block.get("rows", ())
            for button in row
            if button["label"] == "Manage plan"
        ]
        view = there.sandbox.world.homes[SADA[0]]["id"]
        await there.sandbox.press(SADA[0], "", view, manage["press"])
        await sees(there, "Your plan: Free")
        assert "Back to my tasks" in drawn(there)
