"""`fanout`: many messages to many chats by the real engine, while a third of the chats is slow.

From the first put to the last message: `over_ideal` on Telegram, over what the configured pace of
the token allows; `channels_...` one message to each of 10,000 channels of 100 workspaces on Slack,
which limits each channel alone: one a second in each, side by side, would be one second, so that
what bounds them is the worker, on its one core. `..._jobs_per_second`: jobs that do nothing, as
fast as a worker takes them, and on PostgreSQL two; they share the cores with its server."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sqlalchemy import insert

from adapters.engine.dbos_engine import DbosEngine
from adapters.pacing import LocalPacer
from adapters.rates import LIMITS
from bot.clock import WallClock
from bot.courier import Courier
from bot.jobs import Jobs as Runners
from bot.metrics import Metrics
from core import schema
from core.addresses import Address
from core.chat import Reply, Sent
from core.migrations import upgrade
from core.store import Store, Tools, open_store
from core.work import Work
from tests.bench.draining import drained, postgres
from tests.bench.figures import Figure
from tests.bench.one_way import OneWay
from tests.bench.plan import Plan
from tests.bench.standin import StandIn

SLOW = 3
"""Every so manieth chat."""
EACH = 3
"""Messages of a chat on Telegram: as many as its own limit lets through at once."""
WORKSPACES = 100
BATCH = 100
"""Chats of one transaction."""
_CHAT = insert(schema.chat)


class Messenger(OneWay):
    """Takes `seconds` for a message of a slow chat, and none for the others."""

    def __init__(self, name: str, expected: int, seconds: float) -> None:
        super().__init__(name)
        self.left, self.seconds = expected, seconds
        self.last = 0.0

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        self.left -= 1
        self.last = time.perf_counter()
        if not self.left:
            self.done.set()
        if int(address.chat[1:]) % SLOW == 0:
            await asyncio.sleep(self.seconds)
        return Sent(address, str(self.left))


async def fanout(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
    pace = LIMITS["telegram"].token
    assert pace is not None
    channels, chats, idle = plan.chats, plan.chats * 3 // 100, plan.chats // 2
    told = await _told(f"sqlite:///{folder}/paced.db", "telegram", chats, EACH, seconds=1.0)
    said = await _told(f"sqlite:///{folder}/many.db", "slack", channels, 1, seconds=3.0)
    alone = await drained(f"sqlite:///{folder}/engine.db", 1, idle)
    with postgres(folder) as new:
        one, two = [await drained(new(), workers, idle) for workers in (1, 2)]
    return {
        "over_ideal": Figure(told / (chats * EACH * pace[1] / pace[0])),
        "channels_per_second": Figure(channels / said),
        "channels_seconds": Figure(said),
        "sqlite_jobs_per_second": Figure(alone),
        "postgres_jobs_per_second": Figure(one),
        "postgres_2_jobs_per_second": Figure(two),
    }


async def _told(url: str, platform: str, chats: int, each: int, *, seconds: float) -> float:
    """Seconds from the moment when somebody begins to say it until the last message is on its
    way."""
    await asyncio.to_thread(upgrade, url)
    engine, messenger = DbosEngine(url=url), Messenger(platform, chats * each, seconds)
    await asyncio.to_thread(engine.prepare)
    store = open_store(url, Tools(WallClock(), engine))
    pacer, metrics = LocalPacer(), Metrics()
    courier = Courier(
        store=store,
        platforms={platform: messenger},
        pacer=pacer,
        metrics=metrics,
        waiting=engine.waiting,
    )
    try:
        await engine.start(Runners(store=store, courier=courier, engine=engine).runners)
        began = time.perf_counter()
        await _put(store, platform, chats, each)
        await messenger.done.wait()
    finally:
        await engine.stop()
        await store.close()
    return messenger.last - began


async def _put(store: Store, platform: str, chats: int, each: int) -> None:
    """A broadcast, in as many transactions as it needs."""
    for first in range(1, chats + 1, BATCH):
        numbers = range(first, min(first + BATCH, chats + 1))

        def put(work: Work, numbers: range = numbers) -> None:
            for number in numbers:
                work.run(_CHAT, _row(work, platform, number))
                for n in range(each):
                    say = {"text": "Good morning."}
                    work.put_in_chat(number, name="say", id=f"say:{number}:{n}", payload=say)

        await store.mutate(put)


def _row(work: Work, platform: str, number: int) -> dict[str, object]:
    return {
        "id": number,
        "platform": platform,
        "scope": f"T{number % WORKSPACES}" if platform == "slack" else "",
        "chat": f"C{number}",
        "private": platform == "telegram",
        "created_at": work.now,
    }
