"""One pace for several processes: here, several pacers on one database."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise

import pytest

from adapters.pace_table import SHARE, TAKE
from adapters.pacing import LocalPacer
from adapters.pacing_rows import RowPacer
from adapters.rates import Limits
from core.addresses import Address
from core.ports import Pacer
from core.store import Store
from tests.databases import Database, core_postgres, postgres

__all__ = ["core_postgres", "postgres"]  # fixtures
RATE, MESSAGES = 100, 60
"""A second, of one token; and how many are to be sent."""
PRICE = 1 / RATE / SHARE
"""Seconds from one place to the next."""
MANY = 100
"""Chats that are told something at once."""
LOOK = 0.005
# What is given away is written down by the database, beside whoever asks.
GIVEN = """
CREATE TABLE given (
    key text, asked double precision, before double precision, due double precision);
CREATE FUNCTION note_given() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO given
    SELECT new.key, extract(epoch FROM clock_timestamp()), coalesce(old.due, new.due), new.due;
    RETURN new; END $$;
CREATE TRIGGER note_given AFTER INSERT OR UPDATE ON pace
    FOR EACH ROW EXECUTE FUNCTION note_given();
"""
FAST = {
    "telegram": Limits(token=(1, 1 / RATE), chat=[(3, 0.3)], group=[(2, 0.4)]),
    "slack": Limits(token=None, chat=[(3, 0.3)]),
}


def chat(number: int, platform: str = "telegram", private: bool = True) -> Address:
    return Address(platform, "", str(number), private)


@pytest.fixture
async def pacers(postgres: Database) -> AsyncIterator[list[RowPacer]]:
    made = [RowPacer(postgres.url, f"p{n}", FAST) for n in range(2)]
    for each in made:
        await each.wait(Address("warm", "", "", True))
    yield made
    for each in made:
        await each.close()


async def times(pacers: list[Pacer], *addresses: Address) -> list[float]:
    """When each may go, asked of the pacers in turn, all at once; sorted."""
    loop = asyncio.get_running_loop()
    begin = loop.time()

    async def one(n: int, address: Address) -> float:
        await pacers[n % len(pacers)].wait(address)
        return loop.time() - begin

    return sorted(await asyncio.gather(*(one(n, each) for n, each in enumerate(addresses))))


@dataclass
class Places:
    """Of the token, as they were given away, by the database's clock: no machine that has other
    things to do changes them."""

    instants: list[float]
    idle: float
    """Seconds in which nobody had asked for one."""

    @property
    def unused(self) -> float:
        """Seconds that went by though somebody waited: places that were missed, and idle ones."""
        return (len(self.instants) - MESSAGES) * PRICE + self.idle


async def places(store: Store) -> Places:
    query = "SELECT asked, before, due FROM given WHERE key = 'telegram:' ORDER BY due"
    rows = await store.query(lambda work: work.connection.exec_driver_sql(query).all())
    return Places([row.due for row in rows], sum(max(0, row.asked - row.before) for row in rows))


@asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """How late this process came to run, look after look."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(LOOK)
            late.append(time.monotonic() - began - LOOK)

    task = asyncio.create_task(watch())
    yield late
    task.cancel()


async def test_two_share_the_rate_of_a_token(pacers: list[Pacer], postgres: Database) -> None:
    store = postgres.open()
    await store.mutate(lambda work: work.connection.exec_driver_sql(GIVEN) and None)
    async with watched() as late:
        left = await times(pacers, *map(chat, range(MESSAGES)))
    given = await places(store)
    apart = [after - before for before, after in pairwise(given.instants)]
    assert min(apart) > 0.99 * PRICE  # one after the other, whoever asked
    assert len(given.instants) >= MESSAGES
    assert left[-1] > 0.55
    # Whoever is late misses places; whoever is not uses each.
    assert given.unused < 0.5 + sum(late)
    assert given.instants[-1] - given.instants[0] - given.unused < 0.7


async def test_two_that_pace_themselves_do_not_share_it() -> None:
    """The control."""
    alone: list[Pacer] = [LocalPacer(FAST), LocalPacer(FAST)]
    left = await times(alone, *map(chat, range(MESSAGES)))
    most = max(sum(start <= each < start + 0.2 for each in left) for start in left)
    assert most > 1.25 * 0.2 * RATE


@pytest.mark.parametrize("platform", ["telegram", "slack"])
async def test_two_share_the_burst_of_a_chat(pacers: list[Pacer], platform: str) -> None:
    async with watched() as late:
        left = await times(pacers, *[chat(1, platform)] * 6)
    assert left[2] < 0.08 + sum(late)
    assert left[3] > 0.09
    assert 0.28 < left[5] < 0.6 + sum(late)


async def test_a_group_is_slower(pacers: list[Pacer]) -> None:
    left = await times(pacers, *[chat(1, private=False)] * 4)
    assert left[-1] > 0.4


async def test_a_429_at_one_holds_the_chat_for_both(pacers: list[RowPacer]) -> None:
    one, other = pacers
    await other.wait(chat(1))  # its connection is open
    one.hold(chat(1), 0.4)
    one.hold(chat(1), 0.1)  # a shorter one does not shorten it
    await one.forget()  # what was asked before is done
    async with watched() as late:
        held, free = await asyncio.gather(times([other], chat(1)), times([other], chat(2)))
    assert held[0] > 0.25
    assert free[0] < 0.2 + sum(late)


async def test_a_chat_keeps_its_order(pacers: list[RowPacer]) -> None:
    left = []

    async def one(number: int) -> None:
        await pacers[0].wait(chat(1))
        left.append(number)

    await asyncio.gather(*map(one, range(8)))
    assert left == list(range(8))


@pytest.mark.parametrize("answers_first", [True, False])
async def test_what_nobody_waits_for_leaves_the_places_to_answers(
    answers_first: bool, postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many processes tell something, an answer comes after two places at the most."""
    if not answers_first:  # the control: all draw alike
        monkeypatch.setattr("adapters.pacing_rows.TAKE_NEXT", TAKE)
    query = "SELECT due - extract(epoch FROM clock_timestamp()) FROM pace WHERE key = 'telegram:'"
    made, store = [RowPacer(postgres.url, f"p{n}", FAST) for n in range(5)], postgres.open()
    for each in made:
        await each.wait(Address("warm", "", "", True))
    crowd = asyncio.create_task(times([*made], *map(chat, range(80))))
    ahead = []
    while not crowd.done():
        ahead.append(
            await store.query(lambda work: work.connection.exec_driver_sql(query).scalar() or 0)
        )
    assert len(await crowd) == 80
    assert (max(ahead) <= 2.01 * PRICE) is answers_first
    for each in made:
        await each.close()


@pytest.mark.parametrize(
    "lanes", [True, pytest.param(False, marks=pytest.mark.control("B14", "F22"))]
)
async def test_an_answer_is_not_behind_a_thousand_that_ask_at_once(
    lanes: bool, pacers: list[RowPacer]
) -> None:
    """On a platform without a limit of its token: each chat's place is a way to the database."""
    pacer, gone, asked = pacers[0], list[int](), threading.Event()
    if not lanes:
        pacer._thread.submit_behind = pacer._thread.submit  # type: ignore[method-assign]  # the control

    async def one(number: int) -> None:
        await pacer.wait(chat(number, "slack"), answer=number == MANY)
        gone.append(number)

    pacer._thread.submit(asked.wait)
    everybody = asyncio.gather(*map(one, range(MANY + 1)))
    await asyncio.sleep(0)
    asked.set()
    await everybody
    assert sorted(gone) == [*range(MANY + 1)]
    assert (gone.index(MANY) < 10) is lanes


@pytest.fixture
async def cut(pacers: list[RowPacer], postgres: Database) -> RowPacer:
    """Its connection was cut off while it lay idle."""
    query = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'p0'"
        " AND datname = current_database()"
    )
    await pacers[0].wait(chat(1))
    done = await postgres.open().query(lambda work: work.connection.exec_driver_sql(query).all())
    assert done == [(True,)]
    return pacers[0]


async def test_a_connection_that_was_cut_off_is_made_anew_at_once(
    cut: RowPacer, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody asks before each use whether it is there: that would be a way to the server more."""
    await cut.wait(chat(2))
    assert not caplog.text


async def test_a_429_is_kept_though_the_connection_was_cut_off(
    cut: RowPacer, pacers: list[RowPacer]
) -> None:
    cut.hold(chat(1), 0.4)
    await cut.forget()  # what was asked before is done
    assert (await times([pacers[1]], chat(1)))[0] > 0.25


async def test_what_is_idle_is_forgotten_though_the_connection_was_cut_off(cut: RowPacer) -> None:
    await cut.forget()


async def test_what_is_paid_back_long_ago_is_forgotten(
    pacers: list[RowPacer], postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = postgres.open()
    await pacers[0].wait(chat(1))

    async def rows() -> int:
        query = "SELECT count(*) FROM pace"
        return await store.query(lambda work: work.connection.exec_driver_sql(query).scalar_one())

    await pacers[0].forget()
    assert await rows() == 2
    monkeypatch.setattr("adapters.pacing_rows.FORGET_AFTER", -60.0)
    await pacers[0].forget()
    assert await rows() == 0
