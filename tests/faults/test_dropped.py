"""What platforms do not keep while we are away is done when it is asked for again (F29)."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sandbox import Message, telegram_updates
from tests.faults.city import City
from tests.faults.pair import core_postgres, one_town, town_url

__all__ = ["core_postgres", "town_url"]  # fixtures
LIFE = 0.3
"""Seconds that the stand-in keeps a press, or a message, where Telegram keeps them 150 s, and a
day."""
TASKS = "SELECT title, completions FROM task"
TELEGRAM, SLACK = "tg-p1", "sl-p1"


async def presses(here: City, person: str, card: Message) -> str:
    """What the person is told of the press: empty, if all is well."""
    chat = here.private(person)
    shown = await here.sandbox.press(person, chat, card.id, card.press("Done"))
    return shown.error


async def dropped(here: City, cards: dict[str, Message]) -> None:
    """They press, and write, and nobody is there for so long that it is kept no more."""
    here.sandbox.telegram.patience = 0.1
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CALLBACK_LIFE", "UPDATE_LIFE"):
            patch.setattr(telegram_updates, name, LIFE)
        for person, card in cards.items():
            assert await presses(here, person, card)
        await here.sandbox.say(TELEGRAM, here.private(TELEGRAM), "Carry stones")
        assert (await here.sandbox.say(SLACK, here.private(SLACK), "/task add Carry coal")).error
        await here.sandbox.settled()
    here.sandbox.telegram.patience = 20.0


@pytest.mark.faults
@pytest.mark.promise("F29")
async def test_what_was_dropped_can_be_done_again(tmp_path: Path, town_url: str) -> None:
    await done_again(tmp_path, town_url)


async def done_again(home: Path, url: str = "", module: str = "bot") -> None:
    """Everything that was dropped, after a start."""
    async with one_town(home, url, "webhook", module=module) as (here, service):
        await service.start()
        cards = {
            TELEGRAM: await here.asks(TELEGRAM, "Carry water", "Carry water"),
            SLACK: await here.asks(SLACK, "/task add Carry wood", "Carry wood"),
        }
        await here.settle()
        await service.kill()
        await dropped(here, cards)
        await service.start()
        kept = [("Carry water", 0), ("Carry wood", 0)]
        assert sorted(here.service.rows(TASKS)) == kept
        for person, card in cards.items():
            assert not await presses(here, person, card)
        await here.asks(TELEGRAM, "Carry stones", "Carry stones")
        await here.asks(SLACK, "/task add Carry coal", "Carry coal")
        await here.settle()
        added, done = [("Carry coal", 0), ("Carry stones", 0)], [(each, 1) for each, _ in kept]
        assert sorted(here.service.rows(TASKS)) == added + done
        for person in cards:
            assert here.seen(here.private(person), "Done by")
