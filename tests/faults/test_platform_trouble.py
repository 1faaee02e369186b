"""Platforms that limit, fail, hang, go away, or throw us out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from adapters.sandbox import World
from tests.databases import POSTGRES_IN_FAULTS, whole_url
from tests.faults.trouble import Line, troubled
from tests.service_kit import Town, plain

__all__ = ["whole_url"]  # a fixture
pytestmark = POSTGRES_IN_FAULTS
ONE, TWO = ("tg-p1", "telegram:10001"), ("tg-p2", "telegram:10002")
SLACK_ONE, SLACK_TWO = ("sl-p1", "slack:D0P1"), ("sl-p2", "slack:D0P2")
CHAT = {ONE: "10001", TWO: "10002", SLACK_ONE: "U0P1", SLACK_TWO: "U0P2"}
SOON = 1.0
"""Seconds within which somebody else is answered while a chat is in trouble."""
Both = tuple[Town, Line]
TROUBLED = pytest.mark.parametrize(
    ("person", "other"), [(ONE, TWO), (SLACK_ONE, SLACK_TWO)], ids=["telegram", "slack"]
)


@pytest.fixture
async def both(
    whole_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Both]:
    # So that a test need not wait out the deadline of a call, 15 s.
    monkeypatch.setattr("adapters.telegram.http._USUAL", aiohttp.ClientTimeout(total=1.0))
    monkeypatch.setattr("adapters.slack.api.DEADLINE", 1.0)
    place = {"database_url": whole_url, "secret_key": "k" * 32}
    async with troubled(tmp_path, World.crowd(2, 2), **place) as made:
        yield made


def told(town: Town, person: tuple[str, str], text: str) -> int:
    return sum(text in plain(each) for each in town.from_bot(person))


async def quick(town: Town, person: tuple[str, str]) -> None:
    """Somebody else is answered as if nothing were wrong."""
    await town.say(person, "Call the plumber")
    await town.sees(person, "Call the plumber", within=SOON)


async def rests(town: Town) -> None:
    """Nothing is left to be done."""
    for _ in range(200):
        if not await town.service.store.query(lambda work: work.inbox.backlog()):
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)


async def linked(town: Town) -> None:
    """ONE and SLACK_ONE are the same person."""
    await town.asks(SLACK_ONE, "/task hello", "Hello")
    shown = await town.asks(ONE, "/link", "works once")
    code = re.search(r"\w{4}-\w{4}-\w{4}", plain(shown))
    assert code is not None
    asked = await town.asks(SLACK_ONE, f"/task link {code[0]}", "Connect to the account")
    await town.press(SLACK_ONE, asked, "Yes, connect")
    await town.press(ONE, await town.sees(ONE, "Connect this chat"), "Yes, that is me")
    await town.sees(SLACK_ONE, "is connected to the account of")
    # The code is edited, too, to what came of it: a second after the question.
    await town.sees(ONE, "entered this code.")
    await rests(town)


@pytest.mark.promise("F13", "F14")
@TROUBLED
@pytest.mark.parametrize("how", ["429", "5xx"])
async def test_what_is_refused_arrives_once_and_holds_nobody_up(
    both: Both, person: tuple[str, str], other: tuple[str, str], how: str
) -> None:
    town, line = both
    await quick(town, person)
    line.break_(CHAT[person], how, times=2)
    await town.say(person, "Feed the cat")
    await quick(town, other)
    await town.sees(person, "Feed the cat", within=12)
    await rests(town)
    assert told(town, person, "Feed the cat") == 1
    assert [outcome for _, outcome in line.sends_to(CHAT[person])] == ["ok", how, how, "ok"]


@pytest.mark.promise("F13")
@TROUBLED
async def test_no_call_comes_before_the_asked_wait_is_over(
    both: Both, person: tuple[str, str], other: tuple[str, str]
) -> None:
    town, line = both
    line.retry_after = 2
    line.break_(CHAT[person], "429", times=1)
    await town.say(person, "Feed the cat")
    await town.say(person, "Feed the dog")
    await town.sees(person, "Feed the cat", within=12)
    await town.sees(person, "Feed the dog", within=12)
    refused, following = line.sends_to(CHAT[person])[:2]
    assert following[0] - refused[0] >= 2.0


@pytest.mark.promise("F15")
@TROUBLED
async def test_a_black_hole_holds_up_nobody_else(
    both: Both, person: tuple[str, str], other: tuple[str, str]
) -> None:
    town, line = both
    line.break_(CHAT[person], "hole", times=1)
    await town.say(person, "Feed the cat")
    await quick(town, other)
    await town.sees(person, "Feed the cat", within=12)
    await rests(town)
    assert told(town, person, "Feed the cat") == 1


@pytest.mark.promise("F14")
@TROUBLED
async def test_an_answer_that_is_not_heard_repeats_a_message_once(
    both: Both, person: tuple[str, str], other: tuple[str, str]
) -> None:
    town, line = both
    line.break_(CHAT[person], "unheard", times=1)
    await town.say(person, "Feed the cat")
    await quick(town, other)
    await town.until(lambda: told(town, person, "Feed the cat") == 2)
    await rests(town)
    assert told(town, person, "Feed the cat") == 2


@pytest.mark.promise("F13")
async def test_jobs_of_a_chat_keep_their_order_through_429s(both: Both) -> None:
    town, line = both
    await linked(town)
    names = [f"Errand {word}" for word in ("one", "two", "three", "four")]
    cards = [await town.asks(ONE, each, each) for each in names]
    line.break_(CHAT[SLACK_ONE], "429", times=2)
    for card in cards:
        await town.press(ONE, card, "Done")
    await town.sees(SLACK_ONE, f"completed the task: {names[-1]}", within=20)
    await rests(town)
    said = [plain(each) for each in town.from_bot(SLACK_ONE) if "completed" in plain(each)]
    assert [each.partition(": ")[2].splitlines()[0] for each in said] == names


async def test_what_waits_while_a_platform_is_away_arrives_once(both: Both) -> None:
    town, line = both
    await linked(town)
    card = await town.asks(ONE, "Feed the cat", "Feed the cat")
    await line.down()
    town.sandbox.telegram.patience = 0.1
    await town.say(ONE, "Feed the dog")  # waits at Telegram
    await town.press(ONE, card, "Done")
    await town.say(SLACK_ONE, "/task add Feed the bird")  # handled, its card cannot be sent
    await asyncio.sleep(1.5)
    await line.up()
    await town.sees(ONE, "Feed the dog", within=15)
    await town.sees(SLACK_ONE, "Feed the bird", within=15)
    await town.sees(SLACK_ONE, "You completed the task: Feed the cat", within=15)
    await rests(town)
    assert told(town, ONE, "Feed the dog") == 1
    assert told(town, ONE, "Feed the cat") == 1
    assert told(town, SLACK_ONE, "Feed the bird") == 1
    assert told(town, SLACK_ONE, "You completed the task: Feed the cat") == 1


@pytest.mark.promise("F16")
async def test_a_revoked_token_ends_the_calls_of_that_platform_alone(both: Both) -> None:
    town, line = both
    await linked(town)
    first = await town.asks(SLACK_ONE, "Feed the cat", "Feed the cat")
    second = await town.asks(SLACK_ONE, "Feed the dog", "Feed the dog")
    before = len(line.calls)
    town.sandbox.telegram.token = "1234567890:" + "b" * 35
    town.sandbox.telegram.updates.close()  # the open poll ends
    for card in (first, second):  # to be told on Telegram
        await town.press(SLACK_ONE, card, "Done")
    await quick(town, SLACK_TWO)
    await asyncio.sleep(3)
    since = [method for _, method, _, _ in line.calls[before:] if "." not in method]
    assert len(since) <= 3, since
    ready = f"http://127.0.0.1:{town.service.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(ready) as answer:
        assert (answer.status, "telegram" in await answer.text()) == (503, True)


@pytest.mark.promise("F17")
async def test_a_blocked_chat_is_left_alone_until_the_person_writes_again(both: Both) -> None:
    town, line = both
    await linked(town)
    town.sandbox.block("tg-p1")
    await town.sandbox.settled()
    before = len(line.sends_to(CHAT[ONE]))
    for name in ("Feed the cat", "Feed the dog"):
        card = await town.asks(SLACK_ONE, name, name)
        await town.press(SLACK_ONE, card, "Done")
    await rests(town)
    assert len(line.sends_to(CHAT[ONE])) == before
    town.sandbox.block("tg-p1", blocked=False)
    await town.asks(ONE, "Feed the bird", "Feed the bird")
    card = await town.asks(SLACK_ONE, "Feed the fish", "Feed the fish")
    await town.press(SLACK_ONE, card, "Done")
    await town.sees(ONE, "You completed the task: Feed the fish")
    assert not told(town, ONE, "Feed the cat")


@pytest.mark.promise("F17")
async def test_a_chat_found_blocked_is_not_tried_again(both: Both) -> None:
    """The platform did not tell us: the first refusal does."""
    town, line = both
    await linked(town)
    town.sandbox.world.blocked.add("tg-p1")
    before = len(line.sends_to(CHAT[ONE]))
    for name in ("Feed the cat", "Feed the dog", "Feed the bird"):
        card = await town.asks(SLACK_ONE, name, name)
        await town.press(SLACK_ONE, card, "Done")
        await asyncio.sleep(0.6)
    await rests(town)
    assert len(line.sends_to(CHAT[ONE])) - before == 1
