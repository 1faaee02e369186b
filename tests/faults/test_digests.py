"""Digests, and what waited for the end of quiet hours, under kill -9."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.faults.city import city

KILLS, PEOPLE = 5, 12
WITHIN = 8.0
"""Seconds in which all of it comes."""
LEFT = "SELECT (SELECT count(*) FROM held) + (SELECT count(*) FROM digest WHERE at < datetime())"
HOLD = "INSERT INTO held (identity_id, notice_id, at) VALUES (?, ?, ?)"
WELCOMES = (
    "SELECT i.id, n.id FROM identity i JOIN notice n ON n.account_id = i.account_id "
    "WHERE n.kind = 'Welcome' AND i.user_id <> '' ORDER BY i.id"
)


@pytest.mark.faults
@pytest.mark.promise("F1")
async def test_a_kill_loses_none_and_repeats_few(tmp_path: Path) -> None:
    """They come due while the service is killed and started again, at any of its moments."""
    chance = random.Random(11)  # noqa: S311  # load, no secret
    async with city(tmp_path, "polling") as here:
        await here.service.start()
        people = [f"{each}-p{n}" for each in ("tg", "sl") for n in range(5, 5 + PEOPLE // 2)]
        for who in people:
            await here.asks(who, "Carry milk", "Added ")
            sign = "/task " if who.startswith("sl") else "/"
            await here.asks(who, f"{sign}digest on 8:30 daily", "Now: every day 08:30")
        await here.settle(60)  # their zones are known
        await here.service.kill()
        come_due(here.service.database)
        for _ in range(KILLS):
            await here.service.start()
            await asyncio.sleep(chance.uniform(0.1, 1.6))
            await here.service.kill()
            assert here.service.integrity() == "ok"
        await here.service.start()
        await here.until(lambda: partial(here.service.count, LEFT)() == 0, 60)
        await here.settle(60)
        told = [
            sum(text in each.text for each in here.from_bot(here.private(who)))
            for who in people
            for text in (": 1 without a date", "Welcome to Fluxbot!")
        ]
    extra = sum(each - 1 for each in told if each)
    print(f"{len(told)} messages, {KILLS} kills, {told.count(0)} lost, {extra} extra")  # noqa: T201  # the figure
    assert told.count(0) == 0
    assert max(told) <= 2
    assert extra <= KILLS * len(people)  # one message of each chat may be under way


def come_due(database: Path) -> None:
    """Digests and held notices come in the next seconds, one after the other."""
    now = datetime.now(UTC)

    def at(place: int) -> str:
        return f"{now + timedelta(seconds=WITHIN * place / PEOPLE):%Y-%m-%d %H:%M:%S.%f}"

    with closing(sqlite3.connect(database)) as connection, connection:
        accounts = connection.execute("SELECT account_id FROM digest ORDER BY 1").fetchall()
        welcomes = connection.execute(WELCOMES).fetchall()
        assert len(accounts) == PEOPLE <= len(welcomes)
        for place, (account,) in enumerate(accounts):
            connection.execute(
                "UPDATE digest SET at = ? WHERE account_id = ?", (at(place), account)
            )
        for place, (identity, notice) in enumerate(welcomes[-PEOPLE:]):
            connection.execute(HOLD, (identity, notice, at(place)))
