"""A token that is revoked while we run is noticed by the first call, whatever it is for, and said
where operators look. By webhook, where nothing but our own calls can notice it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.bot.test_operator import scraped
from tests.service_kit import ADA, SADA, Person, Town, town

OTHER = {"telegram": "slack", "slack": "telegram"}


@pytest.mark.parametrize(
    ("person", "name", "line"),
    [
        (ADA, "telegram", "Buy milk"),
        (SADA, "slack", "/task add Buy milk"),
        (SADA, "slack", "/task add"),  # answered with a form
    ],
)
async def test_readyz_and_metrics_say_that_a_token_was_revoked(
    tmp_path: Path, unused_tcp_port: int, person: Person, name: str, line: str
) -> None:
    public = {
        "port": unused_tcp_port,
        "public_url": f"http://127.0.0.1:{unused_tcp_port}",
        "telegram_webhook_secret": "w" * 40,
        "secret_key": "k" * 40,
    }
    async with town(tmp_path, **public) as up:
        await is_ready(up, 200, "ready\n")
        await up.asks(ADA, "/help", "Help")
        await up.asks(SADA, "/task help", "Help")
        assert (await scraped(up.service.port))[f'fluxbot_platform_reached{{platform="{name}"}}']
        revoke(up, name)
        await up.say(person, line)
        await is_ready(up, 503, f"{name}: the token was revoked\n")
        numbers = await scraped(up.service.port)
    assert numbers[f'fluxbot_platform_reached{{platform="{name}"}}'] == 0
    assert numbers[f'fluxbot_platform_reached{{platform="{OTHER[name]}"}}'] == 1


def revoke(up: Town, name: str) -> None:
    if name == "telegram":
        up.sandbox.telegram.token = "1234567890:" + "b" * 35
    else:
        up.sandbox.slack._bot_token = "xoxb-" + "9" * 32


async def is_ready(up: Town, status: int, text: str) -> None:
    url = f"http://127.0.0.1:{up.service.port}/readyz"
    async with asyncio.timeout(5), aiohttp.ClientSession() as client:
        while True:
            async with client.get(url) as answer:
                said = answer.status, await answer.text()
            if said == (status, text):
                return
            await asyncio.sleep(0.05)
