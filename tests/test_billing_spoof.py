"""Whose payment it is, is said by us alone; and whoever opens our page has not paid (T33, T37)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from adapters.sandbox.polar_products import PRO_MONTHLY, TEAMS_MONTHLY
from bot import billing_operator
from core import schema
from tests.service_kit import ADA, BEN, Person, Town, settings_for, town

OURS = "/plan get pro-month"


class Payers:
    """Ada and Ben, and what each has."""

    def __init__(self, up: Town, ada: str, ben: str) -> None:
        self.up, self.ada, self.ben = up, ada, ben
        self.polar = up.sandbox.polar

    async def plans(self) -> dict[str, str]:
        """Ada's and Ben's, once Polar has said everything."""
        await self.polar.settle()
        account = schema.account.c
        statement = select(account.public_id, account.plan)
        rows = await self.up.service.store.query(lambda work: work.run(statement).all())
        found = {row.public_id: row.plan for row in rows}
        return {"ada": found[self.ada], "ben": found[self.ben]}

    async def checkout(self, person: Person) -> str:
        """What the bot makes when somebody asks for the plan; the checkout's id."""
        before = set(self.polar.book.checkouts.keys())
        await self.up.say(person, OURS)
        await self.up.sees(person, "You pay on the page")
        (made,) = set(self.polar.book.checkouts.keys()) - before
        return str(made)

    async def metrics(self) -> str:
        url = f"{self.up.service.here}/metrics"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return await answer.text()


@pytest.fixture
async def payers(tmp_path: Path) -> AsyncIterator[Payers]:
    async with town(tmp_path, billing=True) as up:
        ids = []
        for person in (ADA, BEN):
            await up.asks(person, "Buy milk", "Buy milk")
            ids.append(await _account(up, person))
        await up.compared()
        yield Payers(up, *ids)


async def _account(up: Town, person: Person) -> str:
    user = up.sandbox.world.people[person[0]].user_id
    account, identity = schema.account.c, schema.identity.c
    statement = (
        select(account.public_id)
        .join(schema.identity, identity.account_id == account.id)
        .where(identity.user_id == user)
    )
    found: str = await up.service.store.query(lambda work: work.run(statement).scalar_one())
    return found


def as_ben(payers: Payers) -> dict[str, Any]:
    """All that a link can be made to say."""
    names = ("account", "user_id", "userId", "reference_id", "external_id", "referenceId")
    return dict.fromkeys(names, payers.ben) | {"utm_source": payers.ben}


async def test_what_is_written_beside_a_purchase_makes_it_nobody_elses(payers: Payers) -> None:
    more = {"metadata": as_ben(payers), "customer_metadata": as_ben(payers)}
    payers.polar.subscribe(payers.ada, PRO_MONTHLY, email="ben@example.com", **more)
    assert await payers.plans() == {"ada": "pro", "ben": ""}


async def test_an_e_mail_address_makes_our_checkout_nobody_elses(payers: Payers) -> None:
    payers.polar.subscribe(payers.ben, TEAMS_MONTHLY, email="ben@example.com")
    assert await payers.plans() == {"ada": "", "ben": "teams"}
    payers.polar.book.several = True  # or Polar would not sell to that customer again
    checkout = await payers.checkout(ADA)
    payers.polar.pay(checkout, email="ben@example.com")
    assert await payers.plans() == {"ada": "pro", "ben": "teams"}


@pytest.mark.parametrize("named", ["", "nobody-here"])
async def test_a_purchase_by_somebody_elses_link_is_nobodys(
    payers: Payers,
    named: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = payers.polar.subscribe(
        named, PRO_MONTHLY, email="ben@example.com", metadata=as_ben(payers)
    )
    assert await payers.plans() == {"ada": "", "ben": ""}
    assert "came to nothing: nobody" in caplog.text
    assert 'fluxbot_billing_hooks_total{outcome="nobody"}' in await payers.metrics()
    settings = settings_for(_Served, tmp_path, billing=True)
    assert await billing_operator.unknown(settings) == 0
    listed = capsys.readouterr().out
    assert listed.startswith(made["customer_id"])
    assert "1 customers pay for nobody that we know." in listed


class _Served:
    """Where the stand-ins are, for a command that asks none of them."""

    telegram_base_url = slack_base_url = polar_base_url = "http://127.0.0.1:9/api/"


async def test_whoever_opens_the_page_has_paid_nothing(payers: Payers) -> None:
    checkout = await payers.checkout(ADA)
    base = f"{payers.up.service.here}/billing/done"
    shown = set()
    async with aiohttp.ClientSession() as session:
        for query in ("", f"?checkout_id={checkout}", f"?checkout_id={'<b>x</b>' * 9}", "?a=b"):
            async with session.get(base + query) as answer:
                assert answer.status == 200
                shown.add(await answer.text())
    assert len(shown) == 1  # it says nothing of what the address says
    assert await payers.plans() == {"ada": "", "ben": ""}


async def test_the_operator_says_who_it_was(
    payers: Payers,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = settings_for(_Served, tmp_path, billing=True)
    made = payers.polar.subscribe("", PRO_MONTHLY, email="ada@example.com")
    customer = made["customer_id"]
    await payers.plans()
    for answer in ("no", ""):
        monkeypatch.setattr("builtins.input", lambda question, answer=answer: answer)
        assert await billing_operator.attach(settings, customer, payers.ada) == 1
    assert await payers.plans() == {"ada": "", "ben": ""}
    assert await billing_operator.attach(settings, "cus-x", payers.ada, sure=True) == 1
    assert await billing_operator.attach(settings, customer, "nobody-here", sure=True) == 1
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    assert await billing_operator.attach(settings, customer, payers.ada) == 0
    said = capsys.readouterr().out
    assert f"{payers.ada} is Ada" in said
    assert "1 subscriptions are theirs from now on." in said
    assert await payers.plans() == {"ada": "pro", "ben": ""}
    await payers.up.sees(ADA, "Pro")
