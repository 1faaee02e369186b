"""What billing asks all the time is answered from an index, however many pay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from core import schema
from core.outcomes import OPEN
from core.work import Work
from tests.core.paying import NOW, bought, hook, product, selling
from tests.core.people import Person, meet, sender
from tests.core.test_core_plans import TABLES, statements
from tests.databases import Database

SMALL = ("product", "reconciliation")
"""Tables of which all rows are read."""
ASKED = (
    "uq_subscription_polar_id",
    "ix_subscription_account_id",
    "ix_subscription_trial",
    "ix_account_plan_until",
    "ix_hook_open",
    "ix_checkout_account_id",
)


def lives(work: Work, who: Person) -> None:
    """All that happens often, once."""
    me = work.accounts.get(who.account).public_id
    trial = bought(me, status="trialing", trial_end=NOW + timedelta(days=2))
    for each in (trial, replace(trial, modified_at=NOW + timedelta(hours=1)), product()):
        work.hooks.receive(hook(each))
    work.billing.expire()
    work.billing.remind()
    work.billing.standing(who.account)
    work.checkouts.open(who.account, "p-pro")
    work.hooks.page()
    work.hooks.counts()
    work.hooks.heard()


def plans(work: Work, who: Person) -> Iterator[str]:
    with statements() as seen:
        lives(work, who)
    for statement, values in seen:
        explained = f"EXPLAIN QUERY PLAN {statement}"
        for row in work.connection.exec_driver_sql(explained, tuple(values)):
            yield row.detail


async def explained(database: Database, *gone: str) -> list[str]:
    store = database.open(selling())

    def ask(work: Work) -> list[str]:
        for name in gone:
            work.connection.exec_driver_sql(f"DROP INDEX {name}")
        return list(plans(work, meet(work, sender("Ada"))))

    return await store.mutate(ask)


def scanned(plan: list[str]) -> list[str]:
    found = [line for line in plan if re.match(f"SCAN ({TABLES})", line)]
    return [line for line in found if "USING" not in line and line.split()[1] not in SMALL]


async def test_every_question_of_billing_uses_its_index(sqlite: Database) -> None:
    plan = await explained(sqlite)
    assert scanned(plan) == []
    used = " ".join(plan).replace("sqlite_autoindex_subscription_1", "uq_subscription_polar_id")
    assert [name for name in ASKED if name not in used] == []


@pytest.mark.parametrize("name", ["ix_subscription_trial", "ix_account_plan_until"])
async def test_a_missing_index_would_be_seen(sqlite: Database, name: str) -> None:
    assert scanned(await explained(sqlite, name)) != []


async def test_the_index_holds_what_waits(sqlite: Database) -> None:
    store = sqlite.open(selling())
    said = str(schema.HOOK_WAITS)
    assert sorted(re.findall(r"'(\w+)'", said)) == sorted(OPEN)
    await store.mutate(lambda work: work.hooks.receive(hook(None, why="x")) and None)
    await store.mutate(lambda work: work.run(update(schema.hook).values(outcome="stale")) and None)
    assert await store.query(lambda work: work.hooks.page()) == []
