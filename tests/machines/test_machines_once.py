"""What comes at its time comes once, however many machines look for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from bot.roles import Role
from tests.machines.country import Country, country

ROLES = (Role.WEB, Role.WORKER, Role.WORKER, Role.WORKER)
PEOPLE, TASKS = 8, 20
"""On each platform half of them; and of each the tasks that come due."""
WITHIN = 8.0
"""Seconds in which all of it comes."""
SPREAD = "now() + make_interval(secs => {within} * place / total)"
COME_DUE = (
    "UPDATE reminder SET at = {spread} FROM (SELECT id, row_number() OVER (ORDER BY random())"
    " AS place, count(*) OVER () AS total FROM reminder) AS placed WHERE placed.id = reminder.id",
    "UPDATE digest SET at = {spread} FROM (SELECT account_id, row_number() OVER () AS place,"
    " count(*) OVER () AS total FROM digest) AS placed"
    " WHERE placed.account_id = digest.account_id",
    "INSERT INTO held (identity_id, notice_id, at) SELECT i.id, n.id, now() + interval '3 seconds'"
    " FROM identity i JOIN notice n ON n.account_id = i.account_id"
    " WHERE n.kind = 'Welcome' AND i.user_id <> ''",
)
LEFT = (
    "SELECT (SELECT count(*) FROM held) + (SELECT count(*) FROM reminder)"
    " + (SELECT count(*) FROM digest WHERE at < now())"
)
WORKED = "SELECT count(DISTINCT executor_id) FROM workflow_status WHERE status = 'SUCCESS'"
WELCOME = "Welcome to Fluxbot!"


def come_due(country: Country) -> None:
    """Reminders and digests in the next seconds, one after the other; what was held, at once."""
    engine = create_engine(country.pair.url, poolclass=NullPool)
    with engine.begin() as connection:
        for each in COME_DUE:
            connection.execute(text(each.format(spread=SPREAD.format(within=WITHIN))))
    engine.dispose()


async def told(made: Country) -> dict[str, list[int]]:
    """How often each thing was told, by what it is."""
    await made.start()
    here = made.city
    people = [f"{side}-p{number}" for side in ("tg", "sl") for number in range(1, 1 + PEOPLE // 2)]
    lines = "\n".join(f"Task {number} 2031-05-04 17:00" for number in range(TASKS))
    for who in people:
        sign = "/task " if who.startswith("sl") else "/"
        await here.asks(who, "Carry milk", "Added ")
        await here.asks(who, f"{sign}digest on 8:30 daily", "Now: every day 08:30")
        await here.asks(who, lines, f"Added {TASKS} tasks.")
    await here.settle()  # their zones are known: with them the dates are others
    assert made.pair.count("SELECT count(*) FROM reminder") == PEOPLE * TASKS
    before = {who: len(here.from_bot(here.private(who))) for who in people}
    come_due(made)
    await here.until(lambda: made.pair.count(LEFT) == 0, 60)
    await here.settle(60)
    news = {who: here.from_bot(here.private(who))[before[who] :] for who in people}

    def count(what: str) -> list[int]:
        return [sum(what in each.text for each in news[who]) for who in people]

    return {
        "reminders": [n for number in range(TASKS) for n in count(f" Task {number} is due")],
        "digests": count(" without a date"),
        "held": count(WELCOME),
    }


@pytest.mark.faults
@pytest.mark.promise("scale", on="PostgreSQL, four machines")
async def test_it_is_told_once_over_all(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with country(tmp_path, *ROLES, program="bot") as made:
        found = await told(made)
        workers = made.pair.count(WORKED)
    for what, counts in found.items():
        record_property(what, len(counts))
        record_property(f"{what} missed", counts.count(0))
        record_property(f"{what} twice", sum(each > 1 for each in counts))
    record_property("workers that told them", workers)
    assert workers == ROLES.count(Role.WORKER)
    assert {what: set(counts) for what, counts in found.items()} == {what: {1} for what in found}
    assert made.over_budget == []


@pytest.mark.faults
@pytest.mark.control("scale")
async def test_without_the_claim_it_would_be_told_again(tmp_path: Path) -> None:
    async with country(tmp_path, *ROLES, program="tests.machines.claims_nothing") as made:
        found = await told(made)
    assert max(found["reminders"]) > 1
