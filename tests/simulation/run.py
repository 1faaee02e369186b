"""One seed, from its first minute to when all is quiet, and what the oracle says of it."""
# long: it is the one order of what happens

from __future__ import annotations

import asyncio
import gc
import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random
from traceback import format_exc

from aiohttp import web, web_app
from yarl import URL

from adapters.sandbox import Sandbox, polar_shape, polar_time, slack_objects
from tests.service_kit import POLAR_SECRET, new_sandbox
from tests.simulation import nature, small
from tests.simulation.disk import Disk
from tests.simulation.journal import Watched
from tests.simulation.loop import SimLoop
from tests.simulation.machine import HERE, SANDBOX, Machine, opened
from tests.simulation.network import Network
from tests.simulation.oracle import judge
from tests.simulation.people import PAIRS, People
from tests.simulation.story import told
from tests.simulation.weather import Weather

ACTS = (15, 30, 60)
"""Things that people do in one seed, where nothing else is said: a seed draws one of them."""
COLLECTED = 16
"""Seeds between two looks for garbage."""
AHEAD = 120.0
"""Seconds by which the service's clock may be wrong, either way."""
LOOKED = 40.0
"""Seconds after which the service has counted what waits once more."""
QUIET_WITHIN = 45 * 60.0
"""Seconds after which everything has long been told."""
UNFINISHED = "SELECT count(*) FROM memory_job WHERE state = 'new'"
UNDELIVERED = (  # and not yet handed over to a job, which is among the others or was given up
    "SELECT count(*) FROM message_key"
    " WHERE delivered_at IS NULL AND reply IS NOT NULL AND process <> ''"
)
REPLAY = "UPDATE memory_job SET state = 'new' WHERE state = 'dead'"


@dataclass
class Outcome:
    """What came of a seed."""

    seed: int
    trace: str = ""
    steps: int = 0
    calls: int = 0
    acts: int = 0
    crashes: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    virtual: float = 0.0
    """Seconds on the simulation's clock."""
    broken: list[str] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    held: dict[str, float] = field(default_factory=dict)
    """What the service had in the end, of one that lived for weeks."""


class Simulation:
    """Everything of one seed."""

    def __init__(self, seed: int, copied: sqlite3.Connection, loop: SimLoop, acts: int) -> None:
        self.seed, self.loop = seed, loop
        self.acts = acts or self._of("acts").choice(ACTS)
        self.chance = self._of("plan")
        self.weather = Weather(self._of("weather"))
        self.network = Network(self.weather)
        self.disk = Disk(copied)
        self.sandbox = _town()
        webhook = self.chance.random() < 0.5
        self.machine = Machine(self.disk, self.network, self._of("machine"), webhook=webhook)
        self.people = People(self.sandbox, self._of("people"))
        self.people.small = self.chance.random() < 0.5
        self.outcome = Outcome(seed)
        self.jumped = False
        """Whether the service's clock was ever wrong."""
        self.unsure = False
        """Whether the service could not say of a commit whether it had happened, since it started
        last: then it counts less than there is."""
        self.metrics = b""
        """What the service says in the end that it counted."""
        self.held: list[tuple[float, int]] = []
        """When the holder of the small plan had so many open tasks; nothing where there is none."""
        self._over = asyncio.Event()

    def _of(self, what: str) -> Random:
        return Random(f"{self.seed}:{what}")  # noqa: S311  # chance, not a secret

    async def run(self) -> None:
        """All of it."""
        await self._open()
        self.weather.calm = True
        await self.people.greet()
        if self.people.small:
            self.disk.write(small.GIVE)
            self.disk.looked_at.append(self._counts)
        self.weather.calm = False
        trouble = asyncio.create_task(self._trouble())
        await self._first_half()
        await self._second_half()
        self._over.set()
        await trouble
        await self._calm()

    async def _open(self) -> None:
        site = web.Application(client_max_size=2**26)
        site.add_routes(self.sandbox.routes())
        self.machine.install()
        await opened(self.network, site, [SANDBOX])
        await self.sandbox.start(base_url=f"http://{SANDBOX}/sandbox")
        self.sandbox.slack.delivery.url = f"http://{HERE}/slack/events"
        self.sandbox.polar.listen(f"http://{HERE}/polar/events", POLAR_SECRET)
        await self.machine.start()

    def _counts(self) -> None:
        [[count]] = self.disk.rows(small.HELD)
        if not self.held or self.held[-1][1] != count:
            self.held.append((time.time(), count))

    async def _first_half(self) -> None:
        for here in PAIRS:
            if self.chance.random() < 0.6:
                self.people.begin(self.people.link(here))
        await self.people.act(self.acts // 2)

    async def _second_half(self) -> None:
        for here, link in self.people.links.items():
            if link.done and self.chance.random() < 0.3:
                self.people.begin(self.people.unlink(here))
        await self.people.act(self.acts // 2)
        await self.people.rest()

    async def _trouble(self) -> None:
        """Crashes, wrong clocks, a database that is away or a disk that is full, now and then."""
        every = self.chance.choice((5.0, 15.0, 60.0, 300.0))
        away = self.chance.choice((0.0, 0.0, 0.02))
        jumps, fills = self.chance.random() < 0.3, self.chance.random() < 0.3
        while not self._over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self.chance.expovariate(1 / every)):
                    await self._over.wait()
            self._away(away)
            if jumps:
                self._jump()
            if fills:
                await self._full()
            if self.chance.random() < 0.7:
                await self.machine.crash()
                await asyncio.sleep(self.chance.choice((0.0, 0.5, 20.0)))
                await self.machine.start()
                self.unsure = False

    async def _full(self) -> None:
        """Nothing more fits on the disk for a while."""
        self.disk.fill(full=True)
        self.disk.counts["full disk"] += 1
        await asyncio.sleep(self.chance.choice((1.0, 10.0, 40.0)))
        self.disk.fill(full=False)

    def _away(self, away: float) -> None:
        service = self.machine.service
        if service is not None:
            service.store.away = away  # type: ignore[attr-defined]  # it is the simulation's
            self.unsure |= away > 0

    def _jump(self) -> None:
        self.jumped = True
        self.disk.counts["clock jump"] += 1
        self.machine.clock.off = timedelta(seconds=self.chance.uniform(-AHEAD, AHEAD))

    async def _calm(self) -> None:
        """No more trouble: within the hour everything is told, and the operator plays again what
        was given up."""
        self.weather.calm = True
        self._away(0.0)
        self.machine.clock.off = timedelta()
        polar = self.sandbox.polar.delivery
        polar.drop, polar.shuffle = False, 0
        await self._quiet()
        longest = max((each.reminds for each in self.people.said), default=0.0)
        await asyncio.sleep(longest and longest + AHEAD + 60.0)  # what is due has whole minutes
        await self._quiet()
        self.disk.write(REPLAY)
        await self._quiet()
        await self._plans()
        await self._look()
        if self._busy():  # something that was put off came due just now
            await self._look()

    async def _look(self) -> None:
        """What the service says of itself, when all is quiet."""
        await self._quiet()
        await asyncio.sleep(LOOKED)
        page = URL(f"http://{HERE}/metrics")
        self.metrics = (await self.network.exchange("GET", page, {}, b"", 10.0)).body

    async def _plans(self) -> None:
        """What the bot says of plans: at once where Polar told all, else after it was compared."""
        payers = sorted(each for each, held in self.people.paid.items() if held)
        if payers and all(each.succeeded for each in self.sandbox.polar.events if each.endpoint):
            for person in payers:
                await self.people.asks_for_plan(person)
        elif payers:
            await asyncio.sleep(21 * 60)
            for person in payers:
                await self.people.asks_for_plan(person)

    async def _quiet(self) -> None:
        end = time.time() + QUIET_WITHIN
        while time.time() < end and self._busy():  # noqa: ASYNC110  # three queues, in nothing alike
            await asyncio.sleep(10)
        await asyncio.sleep(5)

    def _busy(self) -> bool:
        waiting = bool(self.sandbox.telegram.updates.pending or self.sandbox.slack.delivery.waiting)
        return waiting or any(self.disk.rows(each)[0][0] for each in (UNFINISHED, UNDELIVERED))

    def judge(self) -> None:
        """Write down what came of it."""
        outcome = self.outcome
        outcome.broken += judge(self)
        outcome.trace = self.network.trace
        outcome.steps, outcome.virtual = self.loop.turns, self.loop.time()
        outcome.calls, outcome.acts = self.network.seen, len(self.people.said)
        outcome.crashes = len(self.machine.crashes)
        outcome.faults = dict(self.weather.counts + self.disk.counts)
        outcome.faults["delivered again"] = len(self.people.repeated)

    async def end(self) -> None:
        await self.machine.crash()
        await self.sandbox.stop()


def _town() -> Sandbox:
    world = Watched.demo()
    world.telegram_person("eve", "Eve", 1003)
    return new_sandbox(world)


def run_seed(
    seed: int, copied: sqlite3.Connection, *, acts: int = 0, story: bool = False
) -> Outcome:
    """The same for the same seed, whenever and wherever. `acts`: 0 for as many as the seed has."""
    return lived(str(seed), lambda loop: Simulation(seed, copied, loop, acts), story=story)


def lived(seed: str, made: Callable[[SimLoop], Simulation], *, story: bool = False) -> Outcome:
    """What came of a world whose time and chance begin now."""
    for module in (polar_time, polar_shape, slack_objects):
        module.datetime = nature.Moments  # type: ignore[attr-defined]  # they ask by themselves
    loop = SimLoop()
    asyncio.set_event_loop(loop)
    nature.begin(seed, loop.time)
    gc.disable()
    simulation = made(loop)
    root = logging.getLogger()
    root.addHandler(simulation.machine.errors)
    outcome = simulation.outcome
    loop.set_exception_handler(lambda _loop, context: _unhandled(simulation, context))
    try:
        loop.run_until_complete(simulation.run())
        simulation.judge()
        if story:
            outcome.story = told(simulation)
        loop.run_until_complete(simulation.end())
    except Exception:  # named, and the seeds after it are run
        outcome.broken.append(f"the simulation stopped: {format_exc(limit=-2)}")
    finally:
        root.removeHandler(simulation.machine.errors)
        _close(loop, simulation)
    return outcome


def _unhandled(simulation: Simulation, context: dict[str, object]) -> None:
    what = f"unhandled: {context.get('message')} {context.get('exception')!r}"
    simulation.outcome.broken.append(what)


def _close(loop: SimLoop, simulation: Simulation) -> None:
    loop.set_exception_handler(lambda _loop, _context: None)
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    with suppress(BaseException):
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    simulation.disk.close()
    web_app._cached_build_middleware.cache_clear()  # else it has the last thousand handlers' worlds
    asyncio.set_event_loop(None)
    loop.close()
    nature.end()
    _swept(simulation.seed)
    gc.enable()


def _swept(seed: int) -> None:
    """Garbage of a few seeds at once."""
    if seed % COLLECTED == 0:
        gc.collect()
    _kept()


@cache
def _kept() -> None:
    """What is there after the first seed stays: it is not looked through again."""
    gc.collect()
    gc.freeze()
