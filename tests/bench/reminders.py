"""`reminders`: how long a backlog of reminders takes to be told, over what the configured pace
allows, with the real tick, jobs and pacer on a fake clock; and what it does to memory."""

from __future__ import annotations

import asyncio
import gc
import os
from collections import defaultdict, deque
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, insert

from adapters.pacing import LocalPacer
from adapters.rates import LIMITS
from bot.courier import Courier
from bot.jobs import Jobs as Runners
from bot.metrics import Metrics
from bot.reminding import remind_for_ever
from core import schema
from core.addresses import Address, Sender
from core.chat import Reply, Sent
from core.ids import Ids
from core.migrations import upgrade
from core.ports import Job, Jobs, Runner
from core.store import Tools, open_store
from core.work import Work
from tests.bench.figures import Figure
from tests.bench.machine import rss_mb
from tests.bench.one_way import OneWay
from tests.bench.plan import Plan
from tests.bench.standin import StandIn
from tests.bench.virtual import LoopClock, Outside, VirtualLoop
from tests.fakes import MemoryEngine

BATCH = 100
"""People of one transaction."""
_TASK = insert(schema.task).returning(schema.task.c.id)
_REMINDER = insert(schema.reminder)
SLOTS = 500
"""Jobs at a time, as in `adapters/engine`."""


class InMemory(Jobs):
    """One job of a chat at a time, of all chats as many as there are slots."""

    def __init__(self) -> None:
        self.runners: Mapping[str, Runner] = {}
        self._loop = asyncio.get_running_loop()
        self._waiting: defaultdict[str, deque[Job]] = defaultdict(deque)
        """By chat, the one that is worked at among them."""
        self._ready: deque[str] = deque()
        self._put: deque[Job] = deque()
        self._working: set[asyncio.Task[None]] = set()

    def put(self, connection: Connection, job: Job) -> None:
        """From the writer's thread."""
        self._put.append(job)

    def is_at(self, connection: Connection, queue: str, partition: str) -> bool:
        """Nobody replies."""
        return False

    def begin(self) -> None:
        """What was put is committed."""
        while self._put:
            job = self._put.popleft()
            queue = self._waiting[job.partition]
            queue.append(job)
            if len(queue) == 1:
                self._ready.append(job.partition)
        self._fill_slots()

    def _fill_slots(self) -> None:
        while self._ready and len(self._working) < SLOTS:
            task = self._loop.create_task(self._work(self._ready.popleft()))
            self._working.add(task)
            task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._fill_slots()

    async def _work(self, chat: str) -> None:
        queue = self._waiting[chat]
        await self.runners[queue[0].name](queue[0].payload)
        queue.popleft()
        if queue:
            self._ready.append(chat)
        else:
            del self._waiting[chat]


class Messenger(OneWay):
    """Delivers at once, and knows how much and when last."""

    def __init__(self, expected: int) -> None:
        super().__init__("telegram")
        self.sent = 0
        self.sizes: list[float] = []
        self._expected = expected

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        self.sent += 1
        if self.sent % (self._expected // 10) == 0:
            self.sizes.append(rss_mb(os.getpid()))
        if self.sent == self._expected:
            self.done.set()
        return Sent(address, str(self.sent))


async def reminders(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
    return await asyncio.to_thread(_on_a_clock_of_its_own, plan.reminders, folder)


def _on_a_clock_of_its_own(count: int, folder: Path) -> dict[str, Figure]:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_drain(count, f"sqlite:///{folder}/due.db"))


async def _drain(count: int, url: str) -> dict[str, Figure]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    upgrade(url)
    jobs, messenger = InMemory(), Messenger(count)
    opened = open_store(url, Tools(LoopClock(loop), jobs, ids=Ids(b"key")))
    store = Outside(opened, loop).as_store()
    courier = Courier(
        store=store, platforms={"telegram": messenger}, pacer=LocalPacer(), metrics=Metrics()
    )
    jobs.runners = Runners(store=store, courier=courier, engine=MemoryEngine(url)).runners
    for first in range(1, count, BATCH):
        await store.mutate(lambda work, first=first: _fill(work, first))
    gc.collect()
    began = loop.time()
    telling = Outside(opened, loop, committed=jobs.begin).as_store()
    ticking = loop.create_task(remind_for_ever(telling, lambda late: None))
    await messenger.done.wait()
    took = loop.time() - began
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    with loop.waiting():
        await opened.close()
    token = LIMITS["telegram"].token
    assert token is not None
    ideal = count * token[1] / token[0]
    sizes = messenger.sizes
    return {"over_ideal": Figure(took / ideal), "grown_mb": Figure(max(sizes) - sizes[0])}


def _fill(work: Work, first: int) -> None:
    """So many people more, each to be reminded of one task: several of one person would come in
    one message."""
    for number in range(first, first + BATCH):
        account, identity, _ = work.accounts.recognise(
            Sender("telegram", "", str(number), f"P{number}")
        )
        task = work.run(_TASK, _row(work, account.id, identity.chat_id)).scalar_one()
        due = {"task_id": task, "account_id": account.id, "at": work.now}
        work.run(_REMINDER, due | {"why": "due", "wall": "", "zone": "UTC"})


def _row(work: Work, account: int, chat: int) -> dict[str, object]:
    return {
        "public_id": work.ids.public(),
        "owner_id": account,
        "chat_id": chat,
        "title": "Buy milk",
        "status": "pending",
        "priority": "medium",
        "due_on": f"{work.now:%Y-%m-%d}",
        "due_time": f"{work.now:%H:%M}",
        "due_zone": "UTC",
        "due_at": work.now,
        "created_at": work.now,
        "updated_at": work.now,
    }
