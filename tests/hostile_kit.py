"""The whole service with both webhooks and the page, and what a hostile client sends to it."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import service
from bot.logs import _cap
from bot.settings import Settings
from core.addresses import Address
from core.ports import Before
from tests.databases import sqlite_file
from tests.hostile_payloads import (
    Json,
    dumped,
    genuine_slack,
    genuine_updates,
    packed,
    signature,
)
from tests.service_kit import Town

__all__ = ["Json", "dumped", "genuine_slack", "genuine_updates", "packed", "signature"]

WEBHOOK_SECRET = "w" * 40
SECRET_KEY = "k" * 40
TELEGRAM, SLACK = "/telegram/webhook", "/slack/events"
ROUTES = (
    TELEGRAM, SLACK, "/healthz", "/readyz", "/metrics", "/sandbox", "/sandbox/ws",
    "/sandbox/page.js", "/sandbox/app", "/link", "/link/start", "/link/consent", "/link/cancel",
    "/link/style.css", "/oidc/callback", "/api/link", "/polar/events", "/billing/done",
    "/billing/style.css", "/nowhere", "/telegram/webhook/x", "/slack",
    "/", "/%00", "/..%2f..%2fetc",
)  # fmt: skip


class Unhurried:
    """No pace: the limits of the stand-ins are off."""

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        await asyncio.sleep(0)
        if before:
            await before()

    def hold(self, address: Address, seconds: float) -> None:
        """Nothing to hold back."""


@dataclass
class House:
    """The service with everything on, and a client of its site."""

    town: Town
    settings: Settings
    client: aiohttp.ClientSession
    signing_secret: str

    @property
    def port(self) -> int:
        return self.town.service.port

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        async with self.client.post(
            self.url(path), data=io.BytesIO(body), headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(errors="replace")

    async def update(self, update: Json | bytes) -> tuple[int, str]:
        """Deliver to the Telegram webhook with the right secret."""
        body = update if isinstance(update, bytes) else dumped(update)
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET,
        }
        return await self.post(TELEGRAM, body, headers)

    async def slack(self, payload: Json) -> tuple[int, str]:
        """Deliver to the Slack webhook, signed."""
        return await self.signed(*packed(payload))

    async def signed(self, body: bytes, content: str, *, age: float = 0) -> tuple[int, str]:
        headers = signature(self.signing_secret, body, time.time() - age)
        return await self.post(SLACK, body, headers | {"Content-Type": content})

    async def still_works(self, word: str) -> None:
        """A genuine message of each platform is answered."""
        await self.town.asks(("tg-ben", "telegram:1002"), f"/help {word}", word)
        await self.town.asks(("sl-cleo", "slack:D0CLEO"), f"/task help {word}", word)


@asynccontextmanager
async def quiet_house(
    tmp_path: Path, port: int, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[House]:
    """The house, of which nothing is said at ERROR all the while."""
    caplog.set_level(logging.INFO)
    async with house(tmp_path, port) as made:
        yield made
        assert loud(caplog.records) == []


@asynccontextmanager
async def house(tmp_path: Path, port: int, **changes: Any) -> AsyncIterator[House]:
    """Everything on: the sandbox inside, its page, both webhooks."""
    url = f"http://127.0.0.1:{port}"
    values = {
        "database_url": sqlite_file(tmp_path / "fluxbot.db"),
        "port": port,
        "public_url": url,
        "telegram_webhook_secret": WEBHOOK_SECRET,
        "secret_key": SECRET_KEY,
    }
    settings = Settings(_env_file=None, **(values | changes))  # type: ignore[arg-type,call-arg]  # pydantic's own
    async with service(settings) as up, aiohttp.ClientSession() as client:
        assert up.sandbox is not None
        up.sandbox.limit(on=False)
        up.sandbox.telegram.retry_unit = 0.01
        town = Town(up.sandbox, up)
        await town.until(lambda: town.sandbox.telegram.webhook is not None)
        secret = up.sandbox.slack.delivery._secret.decode()
        yield House(town, settings, client, secret)


def loud(records: list[logging.LogRecord]) -> list[str]:
    """What the service says at ERROR and above, past the caps that `bot.logs` holds."""
    shown = [each for each in records if each.levelno >= max(logging.ERROR, _cap(each.name))]
    return [f"{each.name}: {each.getMessage()}" for each in shown]


def fine(status: int, text: str) -> None:
    """An answer that is no failure of ours and shows nothing of our inside."""
    assert status < 500, (status, text)
    assert "Traceback" not in text
    assert 'File "' not in text


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
