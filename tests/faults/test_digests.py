"""Digests, and what waited for the end of quiet hours, under kill -9."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, update

from core import schema
from tests.faults.pair import at_database, core_postgres, killed, one_town, town_url
from tests.faults.supervisor import Supervised

__all__ = ["core_postgres", "town_url"]  # fixtures
KILLS, PEOPLE = 5, 12
WITHIN = 8.0
"""Seconds in which all of it comes."""
_i, _n = schema.identity.c, schema.notice.c
WELCOMES = (
    select(_i.id, _n.id)
    .join(schema.notice, _n.account_id == _i.account_id)
    .where(_n.kind == "Welcome", _i.user_id != "")
    .order_by(_i.id)
)


@pytest.mark.faults
@pytest.mark.promise("F1")
async def test_a_kill_loses_none_and_repeats_few(tmp_path: Path, town_url: str) -> None:
    """They come due while the service is killed and started again, at any of its moments."""
    chance = random.Random(11)  # noqa: S311  # load, no secret
    async with one_town(tmp_path, town_url, "polling") as (here, service):
        await service.start()
        people = [f"{each}-p{n}" for each in ("tg", "sl") for n in range(5, 5 + PEOPLE // 2)]
        for who in people:
            await here.asks(who, "Carry milk", "Added ")
            sign = "/task " if who.startswith("sl") else "/"
            await here.asks(who, f"{sign}digest on 8:30 daily", "Now: every day 08:30")
        await here.settle(60)  # their zones are known
        await service.kill()
        with at_database(service, town_url) as connection:
            come_due(connection)
        await killed(service, KILLS, chance)
        await service.start()
        await here.until(lambda: left(service, town_url) == 0, 60)
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


def left(service: Supervised, url: str) -> int:
    """How many of them are still to come."""
    with at_database(service, url) as connection:
        due = select(schema.digest).where(schema.digest.c.at < datetime.now(UTC))
        waiting = (due.subquery(), schema.held)
        return sum(
            connection.execute(select(func.count()).select_from(each)).scalar_one()
            for each in waiting
        )


def come_due(connection: Connection) -> None:
    """Digests and held notices come in the next seconds, one after the other."""
    now, of = datetime.now(UTC), schema.digest.c
    accounts = connection.execute(select(of.account_id).order_by(of.account_id)).scalars().all()
    welcomes = connection.execute(WELCOMES).all()
    assert len(accounts) == PEOPLE <= len(welcomes)
    for place, (account, (identity, notice)) in enumerate(
        zip(accounts, welcomes[-PEOPLE:], strict=True)
    ):
        at = now + timedelta(seconds=WITHIN * place / PEOPLE)
        connection.execute(update(schema.digest).where(of.account_id == account).values(at=at))
        held = {"identity_id": identity, "notice_id": notice, "at": at}
        connection.execute(insert(schema.held).values(held))
