"""Private answers in a group of Telegram's, where the server has them and where it says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.sandbox import serve
from bot.app import service
from tests.service_kit import ADA, BEN, FLAT, Town, labels, new_sandbox, plain, settings_for


@asynccontextmanager
async def whispering(tmp_path: Path, *, whispers: bool = True) -> AsyncIterator[Town]:
    sandbox = new_sandbox()
    sandbox.telegram.whispers = whispers
    sandbox.limit(False)
    async with serve(sandbox) as served, service(settings_for(served, tmp_path)) as up:
        town = Town(sandbox, up)
        menu = sandbox.world.menu
        await town.until(lambda: "all_chat_administrators/de" in menu)
        await town.asks(ADA, "/start", "Hello")
        yield town


async def test_a_list_asked_for_in_a_group_is_answered_there_to_whoever_asked(
    tmp_path: Path,
) -> None:
    async with whispering(tmp_path) as town:
        await town.asks(ADA, "Buy milk", "#1 Buy milk")
        home = len(town.messages(ADA))
        asked = await town.say(ADA, "/list", FLAT)
        told = await town.sees(ADA, "Open tasks 1-1 of 1", FLAT)
        assert town.messages(BEN, FLAT) == []  # neither the command nor its answer
        assert asked.message is not None
        assert asked.message.ephemeral_for == told.ephemeral_for == ADA[0]
        await town.press(ADA, told, "1", FLAT)  # whoever opens a task there sees it there
        await town.until(lambda: "#1 Buy milk" in plain(told) and "Edit" in labels(told))
        await town.press(ADA, told, "Done", FLAT)
        await town.until(lambda: "Done by Ada" in plain(told))
        assert told.edited >= 2
        assert len(town.messages(ADA, FLAT)) == 2
        assert len(town.messages(ADA)) == home
        assert town.messages(BEN, FLAT) == []


async def test_who_never_wrote_to_the_bot_is_answered_there_too(tmp_path: Path) -> None:
    async with whispering(tmp_path) as town:
        await town.say(BEN, "/list@fluxbot", FLAT)
        await town.sees(BEN, "No open tasks", FLAT)
        assert town.messages(ADA, FLAT) == []
        assert town.messages(BEN) == []


async def test_what_is_for_all_stays_for_all_and_what_is_kept_stays_private(
    tmp_path: Path,
) -> None:
    async with whispering(tmp_path) as town:
        card = await town.asks(ADA, "/add@fluxbot Water the plants", "Water the plants", FLAT)
        assert card.ephemeral_for is None
        await town.say(ADA, "/link@fluxbot", FLAT)
        await town.sandbox.settled()
        await asyncio.sleep(0.3)
        codes = [each for each in town.from_bot(ADA, FLAT) if "code" in plain(each)]
        assert codes == []  # that is said in the private chat, or not at all


async def test_a_whisper_that_leads_to_a_code_goes_and_the_code_is_private(
    tmp_path: Path,
) -> None:
    async with whispering(tmp_path) as town:
        await town.say(ADA, "/whoami@fluxbot", FLAT)
        old = await town.sees(ADA, "1 chat connected", FLAT)
        assert old.ephemeral_for == ADA[0]
        await town.press(ADA, old, "Connect a chat", FLAT)
        await town.sees(ADA, "Send me this code")
        await town.sees(ADA, "I wrote to you privately.", FLAT)
        await town.until(lambda: old.id not in {m.id for m in town.messages(ADA, FLAT)})
        assert "code" not in "".join(map(plain, town.messages(ADA, FLAT)))


async def test_an_older_server_is_never_asked_to(tmp_path: Path) -> None:
    async with whispering(tmp_path, whispers=False) as town:
        await town.say(ADA, "/list@fluxbot", FLAT)
        await town.sees(ADA, "No open tasks")
        assert town.from_bot(ADA, FLAT) == []


async def test_a_server_that_says_it_can_and_cannot_is_found_out_without_a_word(
    tmp_path: Path,
) -> None:
    """What the group might see of the one try is a sign without meaning, and it is deleted."""
    async with whispering(tmp_path) as town:
        town.sandbox.telegram.whispers = False  # after it promised to keep the mark
        said: list[str] = []
        async with town.sandbox.world.feed() as feed:
            await town.say(ADA, "/list@fluxbot", FLAT)
            await town.sees(ADA, "No open tasks")
            while (event := await anext(feed))["type"] != "delete":
                if event["type"] == "message" and event["message"]["from_bot"]:
                    said.append(event["message"]["text"])
        assert said == ["\N{HORIZONTAL ELLIPSIS}"]
        assert town.from_bot(ADA, FLAT) == []
        await town.say(ADA, "/list@fluxbot", FLAT)
        await town.until(
            lambda: (
                [plain(m) for m in town.from_bot(ADA)].count("No open tasks") >= 0
                and len([m for m in town.from_bot(ADA) if "No open tasks" in plain(m)]) == 2
            )
        )
        assert town.from_bot(ADA, FLAT) == []
