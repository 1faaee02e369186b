"""A database that is held by somebody else, that cuts connections, that is away for a minute."""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.databases import PostgresServer, core_postgres
from tests.faults.city import City, city
from tests.faults.lines import bad_lines
from tests.faults.load import Load
from tests.faults.oracle import Verdict, judge
from tests.faults.pair import two_towns
from tests.faults.proxy import Toxic
from tests.faults.supervisor import Supervised

__all__ = ["core_postgres"]  # a fixture
Figure = Callable[[str, object], None]
RATE = 8.0
"""Things that people do in a second."""
SETTLED = 120.0
BACK_WITHIN = 5.0
"""Seconds from the end of the trouble to the first message handled, as B16 has it."""
HELD, CUTS, AT_ONCE, AWAY = 10.0, 200, 4, 60.0
"""Seconds that the file is held, connections that are cut, so many at once, and seconds away."""
CUT = text(
    "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE 'fluxbot-%'"
    " ORDER BY random() LIMIT :most) chosen"
)


HANDLED = "SELECT count(*) FROM message_key"


@asynccontextmanager
async def held(database: Path) -> AsyncIterator[None]:
    """Nobody else writes into the file meanwhile."""
    holding = sqlite3.connect(database, timeout=30, isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(holding.execute, "BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holding.execute("ROLLBACK")
        holding.close()


async def back(here: City, word: str) -> float:
    """Seconds until a message is handled again. Its answer waits behind those of all that waited
    with it, at the platform's pace; it has to come, too."""
    began, chat = time.monotonic(), here.private("tg-p9")
    handled = here.service.count(HANDLED)
    await here.sandbox.say("tg-p9", chat, f"/{word}")
    await here.until(lambda: here.service.count(HANDLED) > handled, 30.0)
    took = time.monotonic() - began
    await here.until(lambda: here.seen(chat, word), 60.0)
    return took


async def judged(here: City, load: Load) -> Verdict:
    """Everything, once it has come to rest."""
    await load.end()
    await here.settle(SETTLED)
    await load.press_again()
    await here.settle(SETTLED)
    return judge(here, load.inputs)


def kept(verdict: Verdict, figure: Figure, took: list[float]) -> None:
    """The figures, and that all holds."""
    figure("slowest back s", max(took))
    for name, found in verdict.figures.items():
        figure(name, found)
    assert verdict.broken == [], verdict
    assert max(took) < BACK_WITHIN


def troubled(service: Supervised, since: float) -> None:
    """What was under way at any moment since then may be sent again."""
    moments = int((time.time() - since) * 2) + 2
    service.kills += [since + each / 2 for each in range(moments)]


@pytest.mark.faults
@pytest.mark.promise("B16", "F5")
async def test_a_file_that_is_held_for_ten_seconds(tmp_path: Path, record_property: Figure) -> None:
    async with city(tmp_path, "webhook") as here:
        await here.service.start()
        await here.link(1)
        load = Load(here, RATE, random.Random(10))  # noqa: S311  # load, no secret
        load.begin()
        await asyncio.sleep(2)
        since = time.time()
        async with held(here.service.database):
            await asyncio.sleep(HELD)
        troubled(here.service, since)
        took = [await back(here, "held")]
        await asyncio.sleep(2)
        kept(await judged(here, load), record_property, took)


@pytest.mark.faults
@pytest.mark.promise("B16", "F8", on="PostgreSQL")
async def test_cut_connections_lose_and_double_nothing(
    tmp_path: Path, core_postgres: PostgresServer, record_property: Figure
) -> None:
    url, took, cut = core_postgres.create(), [], 0
    async with two_towns(tmp_path, url, "webhook") as (here, pair):
        here.sandbox.telegram.patience = 60.0
        await pair.start()
        await here.link(1)
        load = Load(here, RATE, random.Random(CUTS))  # noqa: S311  # load, no secret
        load.begin()
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        for number in itertools.count():
            await asyncio.sleep(load.random.uniform(0.1, 0.5))
            with engine.connect() as connection:
                cut += len(connection.execute(CUT, {"most": AT_ONCE}).all())
            pair.both[0].kills.append(time.time())
            if number % 10 == 0:
                took.append(await back(here, f"cut{number}"))
            if cut >= CUTS:
                break
        engine.dispose()
        record_property("cut", cut)
        kept(await judged(here, load), record_property, took)


@pytest.mark.faults
@pytest.mark.promise("B16", "F8", on="PostgreSQL")
async def test_a_minute_without_the_database(
    tmp_path: Path, core_postgres: PostgresServer, record_property: Figure
) -> None:
    async with bad_lines(tmp_path, core_postgres.create(), "webhook") as lines:
        here = lines.city
        here.sandbox.telegram.patience = 60.0
        await lines.service.start()
        await here.link(1)
        load = Load(here, RATE, random.Random(60))  # noqa: S311  # load, no secret
        load.begin()
        await asyncio.sleep(2)
        suffered = await lines.suffer("postgresql", Toxic.RESET, AWAY)
        took = [await back(here, "away")]
        await asyncio.sleep(2)
        await load.end()
        await lines.settle(SETTLED)
        await load.press_again()
        await lines.settle(SETTLED)
        assert "database: not reached" in suffered.said
        kept(judge(here, load.inputs), record_property, took)
