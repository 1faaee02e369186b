"""Two hours at twelve times the busiest hour of ten thousand people (`promises.md` B22, F28).

`make soak`; a minute of it in `make faults`. How long, and the folder in which what was seen is
kept, are `SOAK_SECONDS` and `SOAK_HOME` of the environment. There are `samples.csv`, of which
`python -m tests.soak FILE` says whether they are flat, also while the run goes on, and at its end
`verdict.txt`.
Of B22 the thirty simulated days are `tests/simulation/test_month.py`."""

from __future__ import annotations

import asyncio
import gc
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from adapters.sandbox import World
from tests.databases import PostgresServer, core_postgres
from tests.faults.bystander import Bystander, moves_in
from tests.faults.city import LINKED, City
from tests.faults.crowd import people
from tests.faults.oracle import Verdict, judge
from tests.faults.pair import one_town
from tests.faults.supervisor import Supervised
from tests.faults.test_in_time import p
from tests.faults.test_kill import BUYERS
from tests.soak.flat import P99, WHOLE, growth, problems, slower
from tests.soak.load import GROUPS, RATE, SLACK, TELEGRAM, SoakLoad
from tests.soak.samples import Sample, Sampler, read

__all__ = ["core_postgres"]  # a fixture
MINUTE = 60.0
SECONDS = float(os.environ.get("SOAK_SECONDS", WHOLE))
HOME = os.environ.get("SOAK_HOME")
EVERY = 10.0
"""Seconds between two samples; of a short run there are as many as of ten minutes."""
FEWEST = 60
STIRS = 30.0
"""Seconds between what happens by itself: a digest, a Home tab, newcomers, somebody who pays."""
SETTLED = 180.0
REMINDERS = "SELECT count(*) FROM reminder"
Figure = Callable[[str, object], None]


@asynccontextmanager
async def crowded(home: Path, url: str, module: str) -> AsyncIterator[tuple[City, Supervised]]:
    """Ten thousand people, and one service, not started yet: on SQLite it asks Telegram, on
    PostgreSQL Telegram calls it."""
    world: World = people(TELEGRAM, SLACK, GROUPS)
    moves_in(world)
    mode = "webhook" if url else "polling"
    async with one_town(home, url, mode, module=module, world=world) as both:
        yield both


async def soaked(
    home: Path, seconds: float, *, url: str = "", module: str = "bot", whole: bool = True
) -> tuple[SoakLoad, list[Sample], Verdict | None]:
    """So long; what was seen, and, unless nobody wants to know, what came of it all."""
    async with crowded(home, url, module) as (here, service):
        service.afresh = True  # its memory is its own
        await here.service.start()
        await asyncio.gather(*map(here.link, LINKED))
        for each in BUYERS:
            await here.buys(each)
        other = Bystander(here, url or f"sqlite:///{service.database}")
        await other.settles_in()
        load = SoakLoad(here, RATE, random.Random(22), buyers=BUYERS)  # noqa: S311  # load, no secret
        path = home / "samples.csv"
        load.begin()
        await _watched(load, other, service, path, seconds)
        await load.end()
        if not whole:
            return load, read(path), None
        await here.settle(SETTLED)
        await load.press_again()
        await here.settle(SETTLED)
        await other.settled(SETTLED)
        await here.until(lambda: here.service.count(REMINDERS) == 0, SETTLED)
        await here.settle(SETTLED)
        verdict = judge(here, load.inputs)
        verdict.lost += load.told_wrongly()
        return load, read(path), verdict


async def _watched(
    load: SoakLoad, other: Bystander, service: Supervised, path: Path, seconds: float
) -> None:
    """Until the time is over."""

    def p99() -> float:
        found = [took for _, took in load.took]
        load.took.clear()
        # Who has millions of objects that stay has no use for looking through them.
        gc.freeze()
        return p(0.99, found) if found else 0.0

    every = min(EVERY, seconds / FEWEST)
    sampler = Sampler(
        service.process.pid, service.port, path, every, lambda: len(load.inputs), p99
    )  # fmt: skip
    sampling = asyncio.create_task(sampler.go_on())
    stirring = asyncio.create_task(_stir(other))
    await asyncio.wait({sampling, stirring}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for each in (sampling, stirring):
        each.cancel()
        with suppress(asyncio.CancelledError):
            await each


async def _stir(other: Bystander) -> None:
    while True:
        await other.stirs()
        await asyncio.sleep(STIRS)


@pytest.fixture
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Where what was seen is kept; nothing may be there yet."""
    if not HOME:
        return tmp_path
    made = Path(HOME) / request.node.name
    made.mkdir(parents=True)
    return made


RUNS = [
    pytest.param(seconds, database, id=f"{name}-{database}", marks=marks)
    for name, seconds, marks in (
        ("minute", MINUTE, [pytest.mark.faults, pytest.mark.alone]),
        ("whole", SECONDS, [pytest.mark.soak]),
    )
    for database in ("sqlite", "postgresql")
]


@pytest.mark.promise("B22", "F28")
@pytest.mark.parametrize(("seconds", "database"), RUNS)
async def test_nothing_grows_and_nothing_is_lost(
    *, seconds: float, database: str, home: Path, request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str], record_property: Figure,
) -> None:  # fmt: skip
    url = ""
    if database == "postgresql":
        server: PostgresServer = request.getfixturevalue("core_postgres")
        url = server.migrated()
    load, samples, verdict = await soaked(home, seconds, url=url)
    assert verdict is not None
    figures = {"seconds": seconds, "inputs a second": load.done_a_second, **verdict.figures}
    figures |= {"p99 last over first": slower(samples), "WAL MB": max(s.wal for s in samples)}
    for name in ("rss", "descriptors", "threads", "tasks"):
        grown = growth(samples, name)
        figures |= {name: grown.last_tenth, f"{name} an hour": grown.an_hour}
    bad = [*verdict.broken, *problems(samples)]
    if seconds >= WHOLE and slower(samples) > P99:
        bad.append(f"the last ten minutes' p99 is {slower(samples):.2f} of the first's")
    words = "\n".join([*(f"{name}: {value}" for name, value in figures.items()),
                       *(bad or ["flat, and nothing lost, doubled or unanswered"])])  # fmt: skip
    (home / "verdict.txt").write_text(f"{words}\n")
    with capsys.disabled():
        print(f"\n{database}: {words}")  # noqa: T201  # the figures are reported
    for name, value in figures.items():
        record_property(name, value)
    assert load.done_a_second >= 0.9 * RATE, "too little load to find anything"
    assert bad == []


@pytest.mark.faults
@pytest.mark.control("F28", "B22")
async def test_a_service_that_keeps_what_it_was_told_is_found(home: Path) -> None:
    """A control, in a minute."""
    _, samples, _ = await soaked(home, MINUTE, module="tests.soak.hoards", whole=False)
    assert any("memory grew" in each for each in problems(samples))
