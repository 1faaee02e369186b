"""The conversation with its jobs over one database, and a platform that fails as told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.pacing import NoPacer
from bot.conversation import Conversation
from bot.courier import Courier
from bot.jobs import Jobs
from bot.metrics import Metrics
from bot.reminding import remind
from core.addresses import Address, Sender
from core.chat import Button, Inbound, Kind, Reply, Sent
from core.ports import ChatPlatform, Pacer
from core.store import Store, Tools, open_store
from tests.databases import sqlite_file
from tests.fakes import MemoryEngine, SettableClock

ADA = Sender("telegram", "", "1", "Ada")
HOME = Address("telegram", "", "1", private=True)
GROUP = Address("telegram", "", "-5", private=False, title="Flat")


class Trouble(ChatPlatform):
    """Raises what it is told to, at every call; notes what it was asked."""

    name = "telegram"

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.did: list[str] = []
        self.told: list[tuple[str, str, str]] = []
        """Chat, edited message and text of what was sent."""
        self.titles: list[str] = []
        self.last = Reply()

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        return False

    async def acknowledge(self, inbound: Inbound, reply: Reply) -> None:
        self.did.append("acknowledge")

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        return self._do("answer", inbound.address, reply)

    async def entrance(self) -> str:
        return ""

    async def person(self, scope: str, user_id: str) -> Sender | None:
        return None

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        return self._do("send", address, reply, edit)

    def _do(self, what: str, address: Address, reply: Reply, edit: str = "") -> Sent:
        self.did.append(what)
        if self.error is not None:
            raise self.error
        self.told.append((address.chat, edit, reply.text))
        self.titles.append(reply.title)
        self.last = reply
        return Sent(address, str(len(self.told)))


@dataclass
class Talk:
    store: Store
    clock: SettableClock
    engine: MemoryEngine
    platform: Trouble
    conversation: Conversation
    jobs: Jobs
    _count: int = field(default=0)

    async def says(self, line: str, where: Address = HOME, *, message: str = "") -> None:
        """Say or press something, and wait until it is answered or put off; jobs wait."""
        self._count += 1
        kind = Kind.PRESS if message else Kind.COMMAND
        inbound = Inbound(f"k{self._count}", kind, ADA, where, line, message=message, token="q")
        await self.conversation.receive(inbound)
        await self.conversation.drain()

    async def told(self, **later: float) -> list[str]:
        """What is told once so much time has passed."""
        self.clock.advance(**later)
        before = len(self.platform.told)
        await remind(self.store)
        await self.engine.drain()
        return [text for _, edited, text in self.platform.told[before:] if not edited]

    async def given_up(self) -> list[tuple[str, str]]:
        """Id and reason of each dead letter."""
        await self.engine.drain()
        return [(each.id, each.error) for each in await self.engine.dead_letters()]


def pressed(reply: Reply) -> dict[str, str]:
    """The lines of its buttons by their labels."""
    buttons = [each for row in reply.buttons for each in row if isinstance(each, Button)]
    return {each.label: each.line for each in buttons}


@asynccontextmanager
async def talking(
    tmp_path: Path, pacer: Pacer | None = None, *, url: str = ""
) -> AsyncIterator[Talk]:
    """Over the database at `url`, or over a file where that is empty."""
    url = url or sqlite_file(tmp_path / "talk.db")
    clock = SettableClock()
    engine, platform, metrics = MemoryEngine(url, clock), Trouble(), Metrics()
    store = open_store(url, Tools(clock, engine))
    courier = Courier(
        store=store,
        platforms={"telegram": platform},
        pacer=pacer or NoPacer(),
        metrics=metrics,
    )
    conversation = Conversation(store=store, courier=courier, metrics=metrics)
    jobs = Jobs(store=store, courier=courier, engine=engine)
    await engine.start(jobs.runners)
    try:
        yield Talk(store, clock, engine, platform, conversation, jobs)
    finally:
        await store.close()
        await engine.stop()


@pytest.fixture
async def in_berlin(tmp_path: Path) -> AsyncIterator[Talk]:
    """A talk in which it is 10:00 on Mon 5 Jan 2026."""
    async with talking(tmp_path) as made:
        await made.says("timezone Europe/Berlin")
        yield made
