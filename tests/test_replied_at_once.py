"""A reply that comes before the platform has said that what it replies to was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.sandbox import serve
from bot import unnoted
from bot.app import service
from bot.unnoted import Unnoted
from core.chat import Inbound
from core.work import Work
from tests.databases import whole_url
from tests.faults.proxy import Proxy, Toxic, tcp
from tests.service_kit import ADA, CLEO, SADA, Person, Town, new_sandbox, settings_for

__all__ = ["whole_url"]  # a fixture

WAY = 0.15
"""Seconds that each call and each answer of a platform is on its way."""


@asynccontextmanager
async def far_away(tmp_path: Path, **changes: str) -> AsyncIterator[Town]:
    """A service whose platforms answer late: people read a message before it knows its name."""
    sandbox = new_sandbox()
    async with serve(sandbox) as served:
        port = urlsplit(served.url).port or 0
        async with Proxy(tcp(port), delay=WAY).listening() as line:
            line.be(Toxic.LATENCY)
            far = {
                name: getattr(served, name).replace(f":{port}", f":{line.port}")
                for name in ("telegram_base_url", "slack_base_url")
            }
            async with service(settings_for(served, tmp_path, **far, **changes)) as up:
                sandbox.slack.delivery.url = f"{up.here}/slack/events"
                sandbox.limit(False)
                yield Town(sandbox, up)


async def replies_at_once(town: Town, who: Person) -> None:
    """To the card of a task, as soon as it is seen."""
    await town.asks(who, "hello", "Hello")
    card = await town.asks(who, "Buy milk", "#1 Buy milk")
    await town.say(who, "the one with the blue cap", reply_to=card.id)


async def test_it_is_a_note_all_the_same(whole_url: str, tmp_path: Path) -> None:
    async with far_away(tmp_path, database_url=whole_url, secret_key="k" * 64) as town:
        await asyncio.gather(*(replies_at_once(town, who) for who in (ADA, SADA)))
        for who in (ADA, SADA):
            await town.sees(who, "Noted: #1 Buy milk")


async def below_what_a_job_has_sent(town: Town) -> None:
    """Cleo gives Ada a task, and Ada replies to the offer."""
    await town.asks(SADA, "hello", "Hello")
    await town.asks(CLEO, "Buy milk @ada", "#1 Buy milk")
    offer = await town.sees(SADA, "Do you take it?")
    await town.say(SADA, "the one with the blue cap", reply_to=offer.id)


async def test_so_it_is_below_what_a_job_has_sent(tmp_path: Path) -> None:
    async with far_away(tmp_path) as town:
        await below_what_a_job_has_sent(town)
        await town.sees(SADA, "Noted: #1 Buy milk")


async def test_who_asks_for_no_job_takes_it_for_a_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(Work, "is_sending_to", lambda work, chat: False)
    async with far_away(tmp_path) as town:
        await below_what_a_job_has_sent(town)
        await town.sees(SADA, "#2 the one with the blue cap")


async def test_who_does_not_wait_takes_it_for_a_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    async def at_once(self: Unnoted, replying: Inbound) -> None:
        """What was not sent for sure is not known."""

    monkeypatch.setattr(Unnoted, "wait", at_once)
    async with far_away(tmp_path) as town:
        await replies_at_once(town, SADA)
        await town.sees(SADA, "#2 the one with the blue cap")


async def test_a_reply_to_what_is_no_card_waits_for_nothing_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unnoted, "LONGEST", 60.0)
    async with far_away(tmp_path) as town:
        hello = await town.asks(ADA, "hello", "Hello")
        await town.say(ADA, "Buy milk", reply_to=hello.id)
        await town.sees(ADA, "#1 Buy milk")
