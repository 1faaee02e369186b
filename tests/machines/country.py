"""A service of several processes, each on a machine of its own, on a PostgreSQL on another one; and
the platforms, which reach the web processes through a load balancer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from aiohttp import web
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from adapters.sandbox import PREFIX, Sandbox, Served, World
from bot.roles import Role
from bot.sharing import connections
from tests.faults.city import City, settings
from tests.faults.crowd import people
from tests.faults.nursery import ready
from tests.faults.pair import SHORT_LEASE, Pair
from tests.faults.supervisor import Supervised
from tests.machines.balancer import Balancer
from tests.machines.network import HERE, Machine, network
from tests.machines.server import server
from tests.service_kit import new_sandbox

RESIDENT = "tests.machines.resident"
PORT = 8080
COUNT_EVERY = 0.2
"""Seconds between two looks at the connections there are."""
CONNECTIONS = text(
    "SELECT application_name, count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1"
)


@dataclass
class Resident:
    """One process, and the machine it runs on."""

    role: Role
    machine: Machine
    process: Supervised
    pids: set[int] = field(default_factory=set)
    """Of all its starts."""

    async def start(self) -> None:
        await self.process.start()
        self.pids.add(self.process.process.pid)

    async def restart(self) -> float:
        """Stop as asked, and start again; the seconds that the stop took."""
        code, took = await self.process.terminate()
        assert code == 0, self.process.log.read_text()[-3000:]
        await self.start()
        return took


@dataclass
class Country:
    """All of it."""

    city: City
    pair: Pair
    residents: list[Resident]
    database: Machine
    most: Counter[Role] = field(default_factory=Counter)
    """Connections of one process of that role, at the most, of all looks."""
    in_all: int = 0
    """And of all together."""

    def of(self, role: Role) -> list[Resident]:
        return [each for each in self.residents if each.role is role]

    async def start(self) -> None:
        """One after the other: the first makes the tables."""
        for each in self.residents:
            await each.start()

    async def count_for_ever(self) -> None:
        """Look how many connections there are, beside the network."""
        engine = create_engine(self.pair.url, poolclass=NullPool)
        while True:
            self._count(dict(await asyncio.to_thread(_connections, engine)))  # type: ignore[arg-type]  # rows of two
            await asyncio.sleep(COUNT_EVERY)

    def _count(self, found: dict[str, int]) -> None:
        roles = {pid: each.role for each in self.residents for pid in each.pids}
        for name, count in found.items():
            with suppress(ValueError, IndexError, KeyError):
                role = roles[int(name.split("-")[-2])]  # fluxbot-host-pid-random
                self.most[role] = max(self.most[role], count)
        self.in_all = max(self.in_all, sum(found.values()))

    @property
    def over_budget(self) -> list[str]:
        """Where there were more connections than `bot.sharing` says."""
        allowed = sum(connections(each.role) for each in self.residents)
        over = [
            f"{role}: {most} of {connections(role)}"
            for role, most in self.most.items()
            if most > connections(role)
        ]
        return over + ([f"all: {self.in_all} of {allowed}"] if self.in_all > allowed else [])


def _connections(engine: object) -> list[tuple[str, int]]:
    with engine.connect() as connection:  # type: ignore[attr-defined]  # an Engine
        return [(str(row[0]), int(row[1])) for row in connection.execute(CONNECTIONS)]


@asynccontextmanager
async def country(
    directory: Path,
    *roles: Role,
    mode: str = "webhook",
    program: str = SHORT_LEASE,
    world: World | None = None,
) -> AsyncIterator[Country]:
    """One machine for each of `roles`, not started yet. `mode` is Telegram's; `program`: `bot`,
    where the lease has to be the one that is shipped."""
    ready()
    with network() as net, server(net.machine()) as database:
        sandbox = new_sandbox(world or people())
        sandbox.telegram.retry_unit, sandbox.slack.delivery.retry_unit = 0.1, 0.02
        machines = [net.machine() for _ in roles]
        front = [each for each, role in zip(machines, roles, strict=True) if role.takes_messages]
        balancer = Balancer([(each.address, PORT) for each in front])
        await balancer.open(HERE)
        async with stand_ins(sandbox, balancer.port) as served:
            here, there = database.databases()
            residents = []
            for role, machine in zip(roles, machines, strict=True):
                home = directory / machine.namespace
                home.mkdir(parents=True)
                values = settings(served, mode, balancer.port, home) | {
                    "DATABASE_URL": there,
                    "HOST": machine.address,
                    "PORT": str(PORT),
                    "NAMESPACE": str(machine.path),
                    "PROGRAM": program,
                }
                if mode == "webhook":
                    values["PUBLIC_URL"] = f"http://{HERE}:{balancer.port}"
                process = Supervised(
                    home, values, PORT, RESIDENT, machine.address, ("--role", str(role))
                )
                residents.append(Resident(role, machine, process))
            pair = Pair(here, [each.process for each in residents])
            made = Country(City(sandbox, cast(Supervised, pair)), pair, residents, database.machine)
            counting = asyncio.create_task(made.count_for_ever())
            try:
                yield made
            finally:
                counting.cancel()
                await pair.end()
                await balancer.close()


@asynccontextmanager
async def stand_ins(sandbox: Sandbox, front: int) -> AsyncIterator[Served]:
    """The platforms, on the switch's side of the cables."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_routes(sandbox.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, HERE, 0)
    await site.start()
    served = Served(f"http://{HERE}:{runner.addresses[0][1]}{PREFIX}")
    try:
        await sandbox.start(
            base_url=served.url,
            telegram_webhook="",
            telegram_secret="",
            slack_request_url=f"http://{HERE}:{front}/slack/events",
        )
        yield served
    finally:
        await sandbox.stop()
        await runner.cleanup()
