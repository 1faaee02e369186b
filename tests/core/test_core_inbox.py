"""Which messages are known, whose answers wait, and who sends them: each statement by itself."""

# long: a table has a dozen statements

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import insert

from core import schema, waiting
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply
from core.errors import GiveUp
from core.inbox import KEEP_KEYS, KEEP_REPLIES, REPLY, Inbox, Seen, Undelivered, kept
from core.work import Work
from tests.memory import Memory

T = TypeVar("T")
ADA = Sender("telegram", "", "7", "Ada")
HOME = Address("telegram", "", "7", private=True)
GROUP = Address("telegram", "", "-5", private=False)
HELLO = Reply(text="hello")


class House:
    """An inbox, by what it is told and asked."""

    def __init__(self) -> None:
        self.memory = Memory()

    def takes(self, key: str, where: Address = HOME, **options: Any) -> None:
        """A message, with its answer. `to`: where that goes, `process`: who sends it."""
        to, process = options.pop("to", where), options.pop("process", "local")
        reply, delivered = options.pop("reply", HELLO), options.pop("delivered", False)

        def take(work: Work) -> None:
            work.process = process
            inbound = Inbound(key, Kind.TEXT, ADA, where, "hi", **options)
            work.inbox.handled(inbound, reply, work.chats.get(to), delivered=delivered)

        self.memory.run(take)

    def asks(self, question: Callable[[Inbox], T], process: str = "local") -> T:
        def ask(work: Work) -> T:
            work.process = process
            return question(work.inbox)

        return self.memory.run(ask)

    def chat(self, where: Address) -> int:
        return self.memory.run(lambda work: work.chats.get(where).id)

    def undelivered(self, key: str) -> Undelivered:
        found = self.asks(lambda inbox: inbox.undelivered(key))
        assert found
        return found

    def due(self, process: str = "local", most: int = 500) -> list[str]:
        """What nobody sends any more, as that process sees it, by its keys."""

        def ask(work: Work) -> list[str]:
            work.process = process
            before = work.now - timedelta(seconds=30)
            return [key for key, _ in work.inbox.overdue(before, most)]

        return self.memory.run(ask)

    def waits(self, chat: int) -> list[str]:
        """What jobs have to send to a chat, one behind the other."""

        def ask(work: Work) -> list[str]:
            found, key = [], waiting.first(work, chat)
            while key is not None:
                found.append(key)
                next_one = waiting.behind(work, key)
                key = next_one[1] if next_one else None
            return found

        return self.memory.run(ask)

    def passes(self, **time: float) -> None:
        self.memory.clock.advance(**time)


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.memory.close()


def test_what_was_taken_is_known_with_its_answer(house: House) -> None:
    house.takes("a")
    house.takes("b", GROUP, reply=Reply(text="other"))
    assert house.asks(lambda inbox: inbox.seen("c")) is None
    assert house.asks(lambda inbox: inbox.seen("a")) == Seen(HELLO, house.chat(HOME))
    assert house.asks(lambda inbox: inbox.seen("a"), "another") == Seen(HELLO)


def test_an_answer_is_kept_without_what_says_nothing() -> None:
    assert kept(HELLO) == '{"text":"hello"}'
    assert REPLY.validate_json(kept(HELLO)) == HELLO


def test_what_is_delivered_is_known_without_its_answer(house: House) -> None:
    house.takes("a")
    house.takes("b")
    house.asks(lambda inbox: inbox.delivered("a"))
    once = house.memory.rows("SELECT delivered_at FROM message_key WHERE key = 'a'")
    house.memory.clock.at += timedelta(seconds=1)
    house.asks(lambda inbox: inbox.delivered("a"))
    assert house.memory.rows("SELECT delivered_at FROM message_key WHERE key = 'a'") == once
    assert house.asks(lambda inbox: inbox.seen("a")) == Seen(None)
    assert house.asks(lambda inbox: inbox.undelivered("a")) is None
    ((at,),) = house.memory.rows("SELECT delivered_at FROM message_key WHERE key = 'a'")
    assert at is not None
    assert house.undelivered("b").reply == HELLO


def test_an_answer_that_rides_along_is_delivered_and_kept(house: House) -> None:
    house.takes("a", delivered=True)
    assert house.asks(lambda inbox: inbox.seen("a")) == Seen(HELLO)
    assert house.asks(lambda inbox: inbox.undelivered("a")) is None
    house.asks(lambda inbox: inbox.reopen("a"))
    assert house.undelivered("a").reply == HELLO


def test_what_was_delivered_with_its_text_gone_is_not_opened_again(house: House) -> None:
    for key in ("a", "b"):
        house.takes(key)
        house.asks(lambda inbox, key=key: inbox.delivered(key))
    house.takes("c", delivered=True)
    house.asks(lambda inbox: inbox.reopen("a"))
    assert house.asks(lambda inbox: inbox.undelivered("a")) is None
    assert house.asks(lambda inbox: inbox.undelivered("c")) is None  # nor is another


def test_what_still_has_to_reach_its_chat_is_all_there(house: House) -> None:
    house.takes("a", message="5")
    house.takes("b", message="5", reply=Reply(text="x", fresh=True))
    house.takes("c", GROUP, to=HOME, message="5")
    house.takes("d", reply=Reply(text="x", replaces="6"), message="5")
    home = house.chat(HOME)
    assert house.undelivered("a") == Undelivered("a", home, HELLO, HOME, "5")
    assert house.undelivered("b").edits == ""
    assert house.undelivered("d").edits == "6"
    elsewhere = house.undelivered("c")
    assert (elsewhere.chat, elsewhere.address, elsewhere.edits) == (home, HOME, "")


def test_what_is_not_kept_is_given_up(house: House) -> None:
    house.takes("a")
    with pytest.raises(GiveUp):
        house.asks(lambda inbox: inbox.undelivered("b"))
    house.passes(days=1, seconds=1)
    house.asks(Inbox.forget)
    with pytest.raises(GiveUp):
        house.asks(lambda inbox: inbox.undelivered("a"))
    assert house.asks(lambda inbox: inbox.seen("a")) == Seen(None)


def test_an_answer_is_handed_to_a_job_once(house: House) -> None:
    for key in ("a", "b", "c"):
        house.takes(key)
    house.asks(lambda inbox: inbox.delivered("c"))
    assert not house.asks(lambda inbox: inbox.hand_over("c"))
    assert house.asks(lambda inbox: inbox.hand_over("a"))
    assert not house.asks(lambda inbox: inbox.hand_over("a"))
    assert house.asks(lambda inbox: inbox.hand_over("b"))  # each by itself


def test_what_jobs_have_to_send_to_a_chat_is_listed_in_order(house: House) -> None:
    house.passes(seconds=3)
    for key in ("kept", "gone", "late"):  # a clock that was set back, between
        house.takes(key)
        house.passes(seconds=-1)
    house.takes("elsewhere", GROUP)
    for key in ("kept", "late", "gone", "elsewhere"):
        house.asks(lambda inbox, key=key: inbox.hand_over(key))
    house.takes("not handed over")
    house.asks(lambda inbox: inbox.delivered("gone"))
    home = house.chat(HOME)
    assert house.waits(home) == ["late", "kept"]
    house.passes(days=1, seconds=4)
    house.asks(Inbox.forget)
    assert house.waits(home) == []


def test_one_s_own_answers_are_overdue_with_time_those_of_the_dead_at_once(house: House) -> None:
    leased = {"process": "living", "expires_at": datetime.now(UTC) + timedelta(minutes=1)}
    house.memory.run(lambda work: work.run(insert(schema.lease), leased) and None)
    house.takes("mine")
    house.takes("living's", process="living")
    house.takes("dead's", process="dead")
    house.takes("delivered", process="dead")
    house.takes("a job's", process="dead")
    house.takes("rode along", process="dead", delivered=True)
    house.asks(lambda inbox: inbox.delivered("delivered"))
    house.asks(lambda inbox: inbox.hand_over("a job's"))
    assert house.due() == ["dead's"]
    house.passes(seconds=30)
    assert house.due() == ["dead's"]
    house.passes(seconds=1)
    assert sorted(house.due()) == ["dead's", "mine"]
    assert sorted(house.due("living")) == ["dead's", "living's", "mine"]  # we hold no lease
    house.passes(days=2)
    house.asks(Inbox.forget)
    assert house.due() == []


def test_the_overdue_come_the_oldest_first_and_not_too_many(house: House) -> None:
    house.passes(seconds=3)
    for key in ("a", "m", "z"):  # a clock that was set back, between
        house.takes(key, process="dead")
        house.passes(seconds=-1)
    assert house.due() == ["z", "m", "a"]
    assert house.due(most=2) == ["z", "m"]
    assert house.asks(lambda inbox: inbox.overdue(datetime.now(UTC)))[0][1] == house.chat(HOME)


def test_the_backlog_is_counted_so_far(house: House) -> None:
    assert house.asks(Inbox.backlog) == 0
    house.takes("a")
    house.takes("b")
    house.takes("c", delivered=True)
    assert house.asks(Inbox.backlog) == 2
    for number in range(1005):
        house.takes(str(number))
    assert house.asks(Inbox.backlog) == 1001
    assert len(house.asks(lambda inbox: inbox.overdue(datetime(2100, 1, 1, tzinfo=UTC)))) == 500


def test_a_message_can_be_forgotten_to_be_handled_anew(house: House) -> None:
    house.takes("a")
    house.takes("b")
    house.asks(lambda inbox: inbox.unsee("a"))
    assert house.asks(lambda inbox: inbox.seen("a")) is None
    assert house.asks(lambda inbox: inbox.seen("b"))


def test_replies_go_after_a_day_and_keys_after_thirty(house: House) -> None:
    assert timedelta(days=1) == KEEP_REPLIES
    assert timedelta(days=30) == KEEP_KEYS
    house.takes("a", delivered=True)
    house.passes(days=1)
    house.takes("new", delivered=True)
    house.asks(Inbox.forget)
    assert house.asks(lambda inbox: inbox.seen("a")) == Seen(HELLO)  # not before it is over
    house.passes(seconds=1)
    house.asks(Inbox.forget)
    assert house.asks(lambda inbox: inbox.seen("a")) == Seen(None)
    assert house.asks(lambda inbox: inbox.seen("new")) == Seen(HELLO)
    house.passes(days=29, seconds=-1)
    house.asks(Inbox.forget)
    assert house.asks(lambda inbox: inbox.seen("a"))
    house.passes(seconds=1)
    house.asks(Inbox.forget)
    assert house.asks(lambda inbox: inbox.seen("a")) is None
    assert house.asks(lambda inbox: inbox.seen("new"))
