"""Many requests to the service in a process of its own, some at a time."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.sandbox import serve
from adapters.sandbox.world import World
from tests.faults.city import WEBHOOK_SECRET, settings
from tests.faults.supervisor import Supervised
from tests.fuzz.bodies import Bodies, Request, Secrets
from tests.ports import free_port
from tests.service_kit import POLAR_SECRET, SIGNING_SECRET, new_sandbox

SECRETS = Secrets(WEBHOOK_SECRET, SIGNING_SECRET, POLAR_SECRET)
AT_ONCE = 16
"""Connections."""


@dataclass
class Flood:
    """What came of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[tuple[int, Request]] = field(default_factory=list)
    """Those that were let in without a signature, or broke something."""
    hung_up: int = 0
    """Connections that it closed, behind a request that it did not read to its end."""
    seconds: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """Bytes of the service after each tenth."""

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[int(0.99 * len(self.seconds))]

    @property
    def grown(self) -> float:
        """MB since the first tenth."""
        return (self.memory[-1] - self.memory[0]) / 2**20


@asynccontextmanager
async def alone(directory: Path, url: str, world: World | None = None) -> AsyncIterator[Supervised]:
    """The service with all three webhooks on the database at `url`, in a process of its own; the
    stand-ins are here, with that `world`: in their own no answer arrives to what was recorded, in
    whose chats nobody pressed Start, or which are not there."""
    sandbox, port = new_sandbox(world), free_port()
    sandbox.limit(on=False)
    async with serve(sandbox, slack_request_url=f"http://127.0.0.1:{port}/slack/events") as served:
        values = settings(served, "webhook", port, directory)
        values |= {
            "DATABASE_URL": url,
            "POLAR_ACCESS_TOKEN": "polar_oat_" + "p" * 24,
            "POLAR_WEBHOOK_SECRET": POLAR_SECRET,
            "POLAR_SERVER_URL": served.polar_base_url,
        }
        service = Supervised(directory, values, port, "tests.fuzz.unhurried")
        try:
            await service.start()
            yield service
        finally:
            await service.end()


def recorded_world() -> World:
    """Of the recorded payloads: Alice, Bob, Ann and Ben, and the chats they write in."""
    world = World()
    alice = world.telegram_person("alice_e", "Alice Example", 1001)
    bob = world.telegram_person("bob", "Bob Smith", 1002)
    world.add_chat("telegram", "-1001234567890", "Team", [alice.id, bob.id])
    ann, ben = world.slack_person("ann", "Ann"), world.slack_person("ben", "Ben")
    world.add_chat("slack", "C0HOME", "home", [ann.id, ben.id])
    world.started |= set(world.people)
    return world


async def pour(service: Supervised, bodies: Bodies, count: int) -> Flood:
    """So many, over connections that stay open."""
    flood, left = Flood(), count

    async def connection() -> None:
        nonlocal left
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        while left > 0:
            left -= 1
            request = bodies.another()
            began = time.perf_counter()
            try:
                status, closes = await _asked(reader, writer, request)
            except (asyncio.IncompleteReadError, ConnectionError):  # it hung up on the one before
                reader, writer = await _again(flood, writer, service.port)
                status, closes = await _asked(reader, writer, request)
            flood.seconds.append(time.perf_counter() - began)
            _note(flood, status, request)
            if len(flood.seconds) % (count // 10) == 0:
                flood.memory.append(resident(service.process.pid))
            if closes:
                reader, writer = await _again(flood, writer, service.port)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(AT_ONCE)))
    return flood


def _note(flood: Flood, status: int, request: Request) -> None:
    flood.statuses[status] += 1
    refused = status in (401, 403)
    if status >= 500 or (refused is request.genuine):
        flood.wrong.append((status, request))


async def _again(
    flood: Flood, writer: asyncio.StreamWriter, port: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    flood.hung_up += 1
    writer.close()
    return await asyncio.open_connection("127.0.0.1", port)


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
) -> tuple[int, bool]:
    writer.write(request.raw())
    return await _answer(reader)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    size = re.search(r"content-length: (\d+)", head)
    await reader.readexactly(int(size[1]) if size else 0)
    return int(head.split(" ", 2)[1]), "connection: close" in head


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
