"""An answer reaches the person, or the operator; and never more often than was promised."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from talking import ADA, GROUP, HOME, Talk, talking

from bot import conversation, waiting
from bot.answers import put_off, set_aside
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply
from core.errors import Ambiguous, TokenRevoked, Unsendable
from core.ports import Before
from core.work import Work


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as made:
        yield made


async def test_what_waits_in_the_database_knows_where_it_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that those in the group see the way to a private chat that was never opened."""
    monkeypatch.setattr(conversation, "AT_ONCE", 0)
    monkeypatch.setattr(conversation, "MOST", 0)
    async with talking(tmp_path) as talk:
        await talk.conversation.receive(Inbound("k", Kind.COMMAND, ADA, GROUP, "list"))
        await until(lambda: [each.id for each in talk.engine.pending()] == ["reply:k"])
        [job] = talk.engine.pending()
        group = await talk.store.query(lambda work: work.chats.find(GROUP))
        assert group is not None
        assert job.payload["asked_in"] == group.id


async def test_an_answer_that_may_have_arrived_is_sent_twice_at_the_most(talk: Talk) -> None:
    talk.platform.error = Ambiguous("timeout")
    await talk.says("list")
    assert await talk.given_up() == [("reply:k1", "may have been delivered: timeout")]
    assert talk.platform.did.count("answer") + talk.platform.did.count("send") == 2


async def test_without_the_note_of_the_first_try_it_would_be_three(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""

    def forgetful(work: Work, key: str, chat: int, *, tried: bool, asked_in: int) -> bool:
        return put_off(work, key, chat, asked_in=asked_in)

    monkeypatch.setattr(waiting, "put_off", forgetful)
    talk.platform.error = Ambiguous("timeout")
    await talk.says("list")
    await talk.given_up()
    assert talk.platform.did.count("answer") + talk.platform.did.count("send") == 3


async def test_answers_under_a_revoked_token_wait_for_the_operator(talk: Talk) -> None:
    talk.platform.error = TokenRevoked("x")
    await talk.says("list")
    await talk.says("list")
    assert [letter for letter, _ in await talk.given_up()] == ["reply:k1", "reply:k2"]


async def test_a_replay_sends_an_answer_while_it_is_kept(talk: Talk) -> None:
    talk.platform.error = Unsendable("bad")
    await talk.says("stats")
    assert len(await talk.given_up()) == 1
    talk.platform.error = None
    await talk.engine.replay(["reply:k1"])
    assert await talk.given_up() == []
    assert len(talk.platform.told) == 1


async def test_a_replay_of_an_answer_that_is_no_longer_kept_says_so(talk: Talk) -> None:
    talk.platform.error = Unsendable("bad")
    await talk.says("stats")
    await talk.given_up()
    talk.clock.advance(days=1, hours=1)
    await talk.jobs.forget()
    talk.platform.error = None
    await talk.engine.replay(["reply:k1"])
    assert await talk.given_up() == [("reply:k1", "the text is no longer kept")]
    assert talk.platform.told == []
    assert await talk.store.query(lambda work: work.inbox.backlog()) == 0
    assert await talk.conversation.sweep(at_start=True) == 0


@pytest.mark.parametrize(("where", "goes_to"), [(HOME, "1"), (GROUP, "1")])
async def test_what_the_database_refused_is_answered_in_private_and_leaves_the_card(
    talk: Talk, where: Address, goes_to: str
) -> None:
    inbound = Inbound("z", Kind.PRESS, ADA, where, "done 1", message="55")
    handled = await talk.store.mutate(lambda work: set_aside(work, inbound, "why", _never))
    waiting = await talk.store.query(lambda work: work.inbox.undelivered("z"))
    assert waiting is not None
    assert handled.target is not None
    assert (waiting.address.chat, handled.target.chat, waiting.edits) == (goes_to, goes_to, "")


def _never(inbound: Inbound, reply: Reply) -> bool:
    return False


class Slow:
    """A pace that lets nothing go until it is told to."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.asked = asyncio.Event()

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        self.asked.set()
        await self.open.wait()
        if before:
            await before()

    def hold(self, address: Address, seconds: float) -> None:
        """Nothing."""


async def test_a_press_is_acknowledged_before_its_answer_waits_for_the_pace(
    tmp_path: Path,
) -> None:
    pace = Slow()
    async with talking(tmp_path, pace) as talk:
        press = asyncio.ensure_future(talk.says("list", message="7"))
        await pace.asked.wait()
        assert talk.platform.did == ["acknowledge"]
        second = asyncio.ensure_future(talk.says("stats", message="7"))
        await until(lambda: talk.platform.did == ["acknowledge", "acknowledge"])
        pace.open.set()
        await asyncio.gather(press, second)
        assert talk.platform.did[2:] == ["answer", "answer"]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  # what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def test_behind_too_many_an_answer_waits_in_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for whoever waits for none yet."""
    monkeypatch.setattr(conversation, "AT_ONCE", 1)
    pace, ben = Slow(), Sender("telegram", "", "2", "Ben")
    his = Address("telegram", "", "2", private=True)
    async with talking(tmp_path, pace) as talk:
        first = asyncio.ensure_future(talk.says("list"))
        await until(lambda: len(talk.conversation._answering) == 1)
        await talk.conversation.receive(Inbound("more", Kind.COMMAND, ADA, HOME, "stats"))
        await until(lambda: [each.id for each in talk.engine.pending()] == ["reply:more"])
        await talk.conversation.receive(Inbound("new", Kind.COMMAND, ben, his, "stats"))
        await until(lambda: len(talk.conversation._answering) == 2)
        pace.open.set()
        await first
        await talk.engine.drain()
        assert [chat for chat, *_ in talk.platform.told] == ["1", "2", "1"]


@pytest.mark.parametrize("room", [2, pytest.param(1000, id="without it they all wait here")])
async def test_one_chat_has_so_many_answers_at_once_and_a_button_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """The more room is the negative control: eight answers of 10 kB each would be in memory."""
    monkeypatch.setattr(conversation, "OF_A_CHAT", room)
    pace, ben = Slow(), Sender("telegram", "", "2", "Ben")
    his = Address("telegram", "", "2", private=True)
    async with talking(tmp_path, pace) as talk:
        for number in range(8):
            await talk.conversation.receive(Inbound(f"k{number}", Kind.COMMAND, ADA, HOME, "stats"))
        await talk.conversation.receive(Inbound("his", Kind.COMMAND, ben, his, "stats"))
        press = Inbound("press", Kind.PRESS, ADA, HOME, "stats", message="7")
        await talk.conversation.receive(press)
        here = min(room, 8)
        await until(lambda: len(talk.conversation._answering) == here + 2)
        await until(lambda: len(talk.engine.pending()) == 8 - here)
        assert {"his", "press"} < talk.conversation._answering
        pace.open.set()
        await until(lambda: not talk.conversation._answering)
        await talk.engine.drain()
        told = [chat for chat, *_ in talk.platform.told]
        assert (told.count("1"), told.count("2")) == (9, 1)
