"""Two services on one PostgreSQL behind one door, killed in turn; judged as one service is. Or one,
where a test is the same on both databases."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from adapters.sandbox import World, serve
from tests.databases import PostgresServer, core_postgres
from tests.faults.city import City, city, hurry, settings
from tests.faults.crowd import people
from tests.faults.supervisor import Supervised
from tests.ports import free_port
from tests.service_kit import POLAR_SECRET, new_sandbox

__all__ = [
    "SHORT_LEASE",
    "Door",
    "Pair",
    "at_database",
    "core_postgres",
    "killed",
    "one_town",
    "town_url",
    "two_towns",
]
SHORT_LEASE = "tests.faults.short_lease"


@dataclass
class Door:
    """A TCP proxy to whichever of the ports answers, in turn: what a load balancer does."""

    ports: list[int]
    port: int = 0
    _turn: Any = field(default_factory=itertools.count)
    _server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server:
            self._server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turn)
        for number in range(len(self.ports)):
            port = self.ports[(first + number) % len(self.ports)]
            with suppress(OSError):
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
                return
        writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@dataclass
class Pair:
    """What `City` and the oracle ask a service, of two that share a database."""

    url: str
    both: list[Supervised]

    @property
    def kills(self) -> list[float]:
        return sorted(at for each in self.both for at in each.kills)

    @property
    def starts(self) -> list[float]:
        return [seconds for each in self.both for seconds in each.starts]

    async def start(self) -> None:
        """Both, one after the other: the first makes the tables."""
        for each in self.both:
            await each.start()

    async def end(self) -> None:
        for each in self.both:
            await each.end()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What a query gives; the engine's tables are found without their schema."""
        assert not values
        options = {"options": "-c search_path=public,dbos"}
        engine = create_engine(self.url, poolclass=NullPool, connect_args=options)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query))]
        except ProgrammingError:  # no such table yet
            return []
        finally:
            engine.dispose()

    def count(self, query: str, *values: object) -> int:
        """The number that a query gives."""
        found = self.rows(query, *values)
        return int(str(found[0][0])) if found else 0


@asynccontextmanager
async def two_towns(
    directory: Path,
    url: str,
    mode: str,
    *,
    module: str = SHORT_LEASE,
    world: World | None = None,
    behind: int = 2,
) -> AsyncIterator[tuple[City, Pair]]:
    """A city with two services, not started yet. `mode` is Telegram's; `module`: `bot`, where the
    lease has to be the one that is shipped; `behind`: how many of them stand behind the door."""
    sandbox = new_sandbox(world or people())
    hurry(sandbox)
    ports = [free_port(), free_port()]
    door = Door(ports[:behind])
    await door.open()
    sandbox.polar.listen(f"http://127.0.0.1:{door.port}/polar/events", POLAR_SECRET)
    events = f"http://127.0.0.1:{door.port}/slack/events"
    async with serve(sandbox, slack_request_url=events) as served:
        made = []
        for number, port in enumerate(ports):
            home = directory / str(number)
            home.mkdir()
            values = settings(served, mode, door.port, home) | {"DATABASE_URL": url}
            made.append(Supervised(home, values | {"PORT": str(port)}, port, module))
        pair = Pair(url, made)
        try:
            # The pair is asked the same questions as one service.
            yield City(sandbox, cast(Supervised, pair)), pair
        finally:
            await pair.end()
            await door.close()


@asynccontextmanager
async def one_town(
    directory: Path, url: str, mode: str, *, module: str = "bot", world: World | None = None
) -> AsyncIterator[tuple[City, Supervised]]:
    """A city and its one service, not started yet: on the PostgreSQL at `url`, or on a file of its
    own where that is empty."""
    if not url:
        async with city(directory, mode, module=module, world=world) as here:
            yield here, here.service
        return
    async with two_towns(directory, url, mode, module=module, world=world, behind=1) as (
        here,
        pair,
    ):
        del pair.both[1:]
        yield here, pair.both[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def town_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """For `one_town`, on each database."""
    if request.param == "sqlite":
        yield ""
        return
    server: PostgresServer = request.getfixturevalue("core_postgres")
    url = server.whole()
    yield url
    server.drop(url)


@contextmanager
def at_database(service: Supervised, url: str) -> Iterator[Connection]:
    """A transaction beside the service of `one_town`."""
    engine = create_engine(url or f"sqlite:///{service.database}", poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


async def killed(service: Supervised, times: int, chance: random.Random) -> None:
    """It is started and killed, at any of its moments."""
    for _ in range(times):
        await service.start()
        await asyncio.sleep(chance.uniform(0.1, 1.6))
        await service.kill()
        if not service.settings.get("DATABASE_URL", "").startswith("postgresql"):
            assert service.integrity() == "ok"
