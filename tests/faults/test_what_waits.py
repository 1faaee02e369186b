"""A hundred thousand messages wait to be sent, and many to be handled: it costs little memory, and
whoever comes new is answered soon (B14)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from adapters.engine.dbos_engine import DbosEngine
from adapters.sandbox import World
from core.addresses import Address
from core.store import Tools, open_store
from core.work import Work
from tests.bench.machine import rss_mb
from tests.fakes import SettableClock
from tests.faults.city import City
from tests.faults.pair import core_postgres, one_town, town_url
from tests.faults.test_in_time import p

__all__ = ["core_postgres", "town_url"]  # fixtures
Figure = Callable[[str, object], None]
TELLING, WRITES, NEW = 1000, 40, 40
"""People to whom something is still to be told; what each of those has written who write, within
what is free; and people whom nobody knows yet, on each platform."""
MESSAGES = 100_000
INPUTS = [
    pytest.param(20_000, marks=pytest.mark.faults),
    pytest.param(100_000, marks=pytest.mark.soak),
]
MEGABYTES, A_SECOND, SOON = 250.0, 300.0, 1.0
"""The bars: resident memory, inputs handled, and the p95 of seconds until somebody new has an
answer."""
MANY = 500
"""Jobs put in one transaction."""
KEYS, TASKS = "SELECT count(*) FROM message_key", "SELECT count(*) FROM task"
SAID = "SELECT count(*) FROM workflow_status WHERE workflow_uuid LIKE 'say:%'"
DONE, LEFT = f"{SAID} AND status = 'SUCCESS'", f"{SAID} AND status IN ('ENQUEUED', 'PENDING')"


async def wait_for_sending(url: str) -> None:
    """So many messages are put before the service starts."""
    engine = DbosEngine(url=url)
    store = open_store(url, Tools(SettableClock(), engine))

    def put(work: Work, first: int) -> None:
        for number in range(first, first + MANY):
            person = f"{10_001 + number % TELLING}"
            chat = work.chats.get(Address("telegram", "", person, private=True)).id
            text = {"text": f"Notice {number}"}
            work.put_in_chat(chat, name="say", id=f"say:{number}", payload=text)

    for first in range(0, MESSAGES, MANY):
        await store.mutate(partial(put, first=first))
    await store.close()


async def wait_for_handling(here: City, inputs: int) -> list[str]:
    """So many are at Telegram before the service starts; who wrote them."""
    people = [f"tg-p{1 + TELLING + n}" for n in range(inputs // WRITES)]
    for number in range(inputs):
        person = people[number % len(people)]
        await here.sandbox.say(person, here.private(person), f"Carry {number}")
    return people


async def all_heard_from(here: City, people: Sequence[str]) -> None:
    """Everybody has a first answer: nobody new goes before those who have none."""
    within = 5 * len(people) / 30 + 30
    await here.until(lambda: all(here.from_bot(here.private(each)) for each in people), within)


async def newcomers(here: City, people: Sequence[str]) -> list[float]:
    """Seconds until each of them has an answer to their first words."""
    found = []
    for person in people:
        chat, began = here.private(person), time.monotonic()
        text = "/task list" if person.startswith("sl") else "/list"
        shown = await here.sandbox.say(person, chat, text)
        await here.until(lambda c=chat, s=shown: s.text or here.from_bot(c), 60.0)
        found.append(time.monotonic() - began)
        await asyncio.sleep(0.3)
    return found


@pytest.mark.alone
@pytest.mark.promise("B14", "F22")
@pytest.mark.parametrize("inputs", INPUTS)
async def test_what_waits_holds_up_nobody_new(
    inputs: int, town_url: str, tmp_path: Path, record_property: Figure
) -> None:
    first = 1 + TELLING + inputs // WRITES
    world = World.crowd(first + NEW, NEW)
    world.started |= {f"tg-p{n}" for n in range(1, TELLING + 1)}  # or nobody may write to them
    async with one_town(tmp_path, town_url, "polling", world=world) as (here, service):
        service.afresh = True  # its memory is its own
        await wait_for_sending(town_url or f"sqlite:///{service.database}")
        people = await wait_for_handling(here, inputs)
        await service.start()
        began = time.monotonic()
        on_slack = await newcomers(here, [f"sl-p{n}" for n in range(1, NEW + 1)])
        await here.until(
            lambda: here.service.count(TASKS) >= inputs, 10 * inputs / A_SECOND
        )  # its rate is judged below
        rate = inputs / (time.monotonic() - began)
        memory = rss_mb(service.process.pid)
        await all_heard_from(here, people)
        on_telegram = await newcomers(here, [f"tg-p{n}" for n in range(first, first + NEW)])
        memory = max(memory, rss_mb(service.process.pid))
        counts = [here.service.count(each) for each in (TASKS, DONE, LEFT)]
        sent = here.sandbox.telegram.stats.sends
    figures = {
        "messages waiting": counts[2],
        "inputs": inputs,
        "inputs a second": rate,
        "MB": memory,
        "new on Slack p95 s": p(0.95, on_slack),
        "new on Telegram p95 s": p(0.95, on_telegram),
    }
    print(figures, on_slack, on_telegram)  # noqa: T201  # where a bar is missed, by how much
    for name, figure in figures.items():
        record_property(name, figure)
    assert counts[0] == inputs
    assert counts[1] + counts[2] == MESSAGES
    assert counts[1] <= sent
    assert p(0.95, on_slack) <= SOON
    assert p(0.95, on_telegram) <= SOON
    assert rate >= A_SECOND
    assert memory <= MEGABYTES
