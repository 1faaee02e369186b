"""What platforms send twice, at once or out of order has one effect, and always an answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from adapters.sandbox import Message, World
from adapters.sandbox.slack_delivery import Attempt
from tests.databases import whole_url
from tests.faults.trouble import Line, troubled
from tests.service_kit import Town, plain

__all__ = ["whole_url"]  # a fixture
SECRET = "w" * 32
ONE, SLACK_ONE = ("tg-p1", "telegram:10001"), ("sl-p1", "slack:D0P1")
TIMES = 3


@pytest.fixture
async def both(whole_url: str, tmp_path: Path) -> AsyncIterator[tuple[Town, Line]]:
    """The webhook's route is there; the tests deliver updates to it by hand."""
    changes = {
        "telegram_mode": "webhook",
        "telegram_webhook_secret": SECRET,
        "public_url": "http://127.0.0.1:9",  # nobody is there: the tests deliver themselves
        "database_url": whole_url,
        "secret_key": "k" * 32,
    }
    async with troubled(tmp_path, World.crowd(2, 2), **changes) as (made, line):
        await made.until(lambda: made.sandbox.telegram.webhook)
        await made.sandbox.telegram.set_webhook({})
        made.sandbox.telegram.patience = 0.5
        yield made, line


@pytest.fixture
def town(both: tuple[Town, Line]) -> Town:
    return both[0]


async def post(town: Town, update: dict[str, Any]) -> int:
    """Deliver an update; the status of the answer."""
    url = f"http://127.0.0.1:{town.service.port}/telegram/webhook"
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=update, headers=headers) as answer,
    ):
        return answer.status


async def at_once(what: Callable[[], Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*(what() for _ in range(TIMES))))


async def one_by_one(what: Callable[[], Awaitable[Any]]) -> list[Any]:
    return [await what() for _ in range(TIMES)]


HOW = pytest.mark.parametrize("how", [at_once, one_by_one])
How = Callable[[Callable[[], Awaitable[Any]]], Awaitable[list[Any]]]


async def count(town: Town, query: str, **values: str) -> int:
    """A number from the database."""
    found: int = await town.service.store.query(
        lambda work: work.connection.execute(text(query), values).scalar_one()
    )
    return found


async def tasks(town: Town, title: str) -> int:
    return await count(town, "SELECT count(*) FROM task WHERE title = :title", title=title)


async def completions(town: Town, title: str) -> int:
    query = "SELECT sum(completions) FROM task WHERE title = :title"
    return await count(town, query, title=title)


def cards(town: Town, person: tuple[str, str], title: str) -> list[Message]:
    return [each for each in town.from_bot(person) if title in plain(each)]


async def typed(town: Town, words: str) -> dict[str, Any]:
    """The update of a message that Telegram has not delivered."""
    await town.say(ONE, words)
    return dict(town.sandbox.telegram.updates.pending.pop().update)


async def card(town: Town, title: str) -> Message:
    """A card on Telegram."""
    await post(town, await typed(town, title))
    return await town.sees(ONE, title)


async def pressed(town: Town, message: Message) -> dict[str, Any]:
    """The update of a press that Telegram has not delivered, and that waits for its answer."""
    patience, town.sandbox.telegram.patience = town.sandbox.telegram.patience, 0.01
    await town.press(ONE, message, "Done")
    town.sandbox.telegram.patience = patience
    return dict(town.sandbox.telegram.updates.pending.pop().update)


def toast(town: Town, update: dict[str, Any]) -> str | None:
    """What the person was told for this press; None while its button still turns."""
    answer = town.sandbox.telegram.queries[update["callback_query"]["id"]].answer
    return answer.result() if answer.done() else None


@pytest.mark.promise("F11")
@HOW
async def test_one_update_delivered_often(town: Town, how: How) -> None:
    update = await typed(town, "Feed the cat")
    assert await how(lambda: post(town, update)) == [200] * TIMES
    await town.sees(ONE, "Feed the cat")
    await asyncio.sleep(0.3)
    assert await tasks(town, "Feed the cat") == 1
    assert len(cards(town, ONE, "Feed the cat")) == 1


@HOW
async def test_one_press_delivered_often(town: Town, how: How) -> None:
    update = await pressed(town, await card(town, "Feed the cat"))
    assert await how(lambda: post(town, update)) == [200] * TIMES
    await town.until(lambda: toast(town, update) is not None)
    await town.sees(ONE, "Done by")
    assert await completions(town, "Feed the cat") == 1


async def test_a_press_that_we_did_not_get_to_answer_is_answered_when_it_comes_again(
    both: tuple[Town, Line],
) -> None:
    town, line = both
    update = await pressed(town, await card(town, "Feed the cat"))
    line.break_("", "5xx", times=1)
    assert await post(town, update) == 200
    await town.sees(ONE, "Done by")
    assert toast(town, update) is None
    assert await post(town, update) == 200
    await town.until(lambda: toast(town, update) is not None)
    assert await completions(town, "Feed the cat") == 1


@HOW
async def test_one_press_as_several_updates(town: Town, how: How) -> None:
    """Two taps, or a tap on a phone and one on a desktop: each has an id of its own."""
    message = await card(town, "Feed the cat")
    updates = [await pressed(town, message) for _ in range(TIMES)]
    waiting = iter(updates)
    assert await how(lambda: post(town, next(waiting))) == [200] * TIMES
    await town.until(lambda: all(toast(town, each) for each in updates))
    assert await completions(town, "Feed the cat") == 1
    assert sum(toast(town, each) == "Done." for each in updates) == 1
    assert len(cards(town, ONE, "Feed the cat")) == 1


@pytest.mark.promise("F11")
@HOW
async def test_an_event_that_slack_sends_again(town: Town, how: How) -> None:
    town.sandbox.slack.delivery.url, url = "", town.sandbox.slack.delivery.url
    shown = await town.say(SLACK_ONE, "Feed the cat")
    town.sandbox.slack.delivery.url = url
    payload, delivery = town.sandbox.slack.events[shown.id], town.sandbox.slack.delivery
    attempts = iter(range(TIMES))

    async def again() -> bool:
        attempt = Attempt(next(attempts), "http_timeout")
        return (await delivery.request("events_api", payload, attempt)).ok

    assert await how(again) == [True] * TIMES
    await town.sees(SLACK_ONE, "Feed the cat")
    await asyncio.sleep(0.3)
    assert await tasks(town, "Feed the cat") == 1
    assert len(cards(town, SLACK_ONE, "Feed the cat")) == 1


@HOW
async def test_a_command_with_one_trigger_id(town: Town, how: How) -> None:
    first = await town.say(SLACK_ONE, "/task add Feed the cat")
    again = await how(lambda: town.say(SLACK_ONE, "", again=first.id))
    assert [each.error for each in again] == [""] * TIMES
    await town.sees(SLACK_ONE, "Feed the cat")
    await asyncio.sleep(0.3)
    assert await tasks(town, "Feed the cat") == 1
    assert len(cards(town, SLACK_ONE, "Feed the cat")) == 1


async def test_a_press_with_one_trigger_id(town: Town) -> None:
    message = await town.asks(SLACK_ONE, "Feed the cat", "Feed the cat")
    first = await town.press(SLACK_ONE, message, "Done")
    await at_once(lambda: town.sandbox.press(*SLACK_ONE, message.id, {}, again=first.id))
    await town.sees(SLACK_ONE, "Done by")
    assert await completions(town, "Feed the cat") == 1
    assert len(cards(town, SLACK_ONE, "Feed the cat")) == 1


@pytest.mark.promise("F30")
async def test_a_press_that_comes_before_we_know_that_the_card_is_delivered(town: Town) -> None:
    update = await typed(town, "Feed the cat")
    async with town.sandbox.world.feed() as events:
        delivered = asyncio.ensure_future(post(town, update))
        async for event in events:
            if event["type"] == "message" and event["message"]["from_bot"]:
                break
        press = await pressed(town, cards(town, ONE, "Feed the cat")[0])
        assert await post(town, press) == 200
    assert await delivered == 200
    await town.sees(ONE, "Done by")
    await asyncio.sleep(0.5)
    [message] = cards(town, ONE, "Feed the cat")
    assert "Done by" in plain(message)
    assert await completions(town, "Feed the cat") == 1


@pytest.mark.promise("F30", "F12")
async def test_a_press_that_overtakes_what_was_typed_before_it(town: Town) -> None:
    """Presses and messages wait in different queues at Telegram. In either order the task ends
    done and renamed, and both are answered."""
    message = await card(town, "Feed the cat")
    number = plain(message).partition("#")[2].split()[0]
    written = await typed(town, f"/edit {number} Feed the dog")
    press = await pressed(town, message)
    for update in (press, written):
        assert await post(town, update) == 200
    assert await town.until(lambda: toast(town, press)) == "Done."
    await town.sees(ONE, "Feed the dog")
    assert await completions(town, "Feed the dog") == 1


@pytest.mark.promise("F30")
async def test_a_press_on_a_card_that_has_changed_meanwhile(town: Town) -> None:
    message = await card(town, "Feed the cat")
    number = plain(message).partition("#")[2].split()[0]
    press = await pressed(town, message)
    await post(town, await typed(town, f"/edit {number} Feed the dog"))
    assert await post(town, press) == 200
    said = await town.until(lambda: toast(town, press))
    shown = await town.sees(ONE, "Feed the dog")
    assert (said == "Done.") == ("Done by" in plain(shown))
    assert await completions(town, "Feed the dog") == int(said == "Done.")
