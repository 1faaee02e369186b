"""Many people on both platforms, played here, and the service in a process of its own."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.sandbox import Message, Sandbox, World, serve
from adapters.sandbox.model import BOT
from tests.databases import sqlite_file
from tests.faults.crowd import people
from tests.faults.everything import remember
from tests.faults.supervisor import Supervised
from tests.ports import free_port
from tests.service_kit import (
    POLAR_PRODUCTS,
    POLAR_SECRET,
    POLAR_TOKEN,
    SIGNING_SECRET,
    SLACK_TOKEN,
    TELEGRAM_TOKEN,
    new_sandbox,
)

WEBHOOK_SECRET = "w" * 32
LINKED = (1, 2, 3, 4)
"""These people of Telegram are the same as those of Slack."""
UNFINISHED = "SELECT count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"
FULLEST = f"{UNFINISHED} GROUP BY queue_partition_key ORDER BY 1 DESC LIMIT 1"  # of the chats
A_MESSAGE = 4.0
"""Seconds that a group on Telegram has for each message, as it gets 15 a minute."""
JOBS = "SELECT name, status, count(*) FROM workflow_status GROUP BY name, status"
UNDELIVERED = "SELECT count(*) FROM message_key WHERE delivered_at IS NULL"


@dataclass
class City:
    """The stand-ins, and the service that talks to them."""

    sandbox: Sandbox
    service: Supervised
    linked: set[str] = field(default_factory=set)
    """Who has a chat on the other platform too, under the same number."""
    subscriptions: dict[str, str] = field(default_factory=dict)
    """Of whoever pays, Polar's id of what for."""

    def __post_init__(self) -> None:
        remember(self.sandbox)

    def private(self, person: str) -> str:
        """A person's private chat with the bot."""
        return self.sandbox.world.private_chat(person).id

    def from_bot(self, chat: str) -> list[Message]:
        """What the bot wrote in a chat, oldest first."""
        return [each for each in self.sandbox.world.messages(chat) if each.author == BOT]

    def seen(self, chat: str, text: str) -> Message | None:
        """The bot's newest message there that has this text."""
        fitting = [each for each in self.from_bot(chat) if text in each.text]
        return fitting[-1] if fitting else None

    def turning(self, update: str) -> bool:
        """Whether the button of a press, named by its update, still waits for an answer."""
        telegram = self.sandbox.telegram
        query = telegram.queries[telegram._history[update]["callback_query"]["id"]]
        return not query.answer.done()

    async def until(self, what: Callable[[], Any], within: float = 20.0) -> Any:
        """What `what` gives, as soon as it gives something."""
        end = time.monotonic() + within
        while not (found := what()):
            assert time.monotonic() < end, f"did not happen within {within} s"
            await asyncio.sleep(0.02)
        return found

    async def asks(self, person: str, text: str, answer: str) -> Message:
        """Type in private, and wait for the answer."""
        chat = self.private(person)
        await self.sandbox.say(person, chat, text)
        found: Message = await self.until(lambda: self.seen(chat, answer))
        return found

    async def link(self, number: int) -> None:
        """Make one account of the Telegram and the Slack person of this number."""
        one, other = f"tg-p{number}", f"sl-p{number}"
        await self.asks(other, "/task hello", "Hello")
        shown = await self.asks(one, "/link", "works once")
        code = re.search(r"\w{4}-\w{4}-\w{4}", shown.text)
        assert code is not None
        asked = await self.asks(other, f"/task link {code[0]}", "Connect to the account")
        await self.sandbox.press(other, self.private(other), asked.id, asked.press("Yes, connect"))
        chat = self.private(one)
        sure = await self.until(lambda: self.seen(chat, "Connect this chat"))
        await self.sandbox.press(one, chat, sure.id, sure.press("Yes, that is me"))
        await self.until(lambda: self.seen(self.private(other), "connected"))
        self.linked |= {one, other}

    async def buys(self, person: str) -> None:
        """Pay for a plan, until it is there."""
        polar, chat = self.sandbox.polar, self.private(person)
        await self.until(lambda: self.service.count("SELECT count(*) FROM product"))
        before = set(polar.book.checkouts)
        await self.asks(person, "/plan get pro-month", "You pay on the page")
        [checkout] = set(polar.book.checkouts) - before
        bought = polar.pay(checkout, email=f"{person}@example.com")
        self.subscriptions[person] = str(bought["id"])
        await self.until(lambda: self.seen(chat, "Pro"))

    async def settle(self, within: float = 60.0, *, paced: bool = False) -> None:
        """Return when the platforms have delivered everything and the service has done and sent
        everything: within so many seconds, and `paced` beside those for which the fullest chat has
        to wait its turn."""
        try:
            await self.sandbox.settled(within)
            await self.sandbox.polar.settle(within)
        except TimeoutError:
            raise AssertionError(f"not at rest within {within} s: {self.waiting()}") from None
        for left in (UNDELIVERED, UNFINISHED):
            end = time.monotonic() + within
            end += A_MESSAGE * self.service.count(FULLEST) if paced else 0.0
            while self.service.count(left):
                assert time.monotonic() < end, f"not at rest within {within} s: {self.waiting()}"
                await asyncio.sleep(0.02)

    def waiting(self) -> dict[str, object]:
        """What is not at rest, for the message of a run that does not come to it."""
        telegram, slack, polar = self.sandbox.telegram, self.sandbox.slack, self.sandbox.polar
        pending = telegram.updates.pending
        return {
            "updates at Telegram": len(pending),
            "of chats": len({each.queue for each in pending}),
            "oldest s": max((time.monotonic() - each.born for each in pending), default=0.0),
            "its newest complaint": telegram.webhook and telegram.webhook.error,
            "events at Slack": slack.delivery.waiting,
            "webhooks at Polar": sum(each.waits for each in polar.events),
            "answers": self.service.count(UNDELIVERED),
            "jobs": self.service.rows(JOBS),
        }


def settings(served: Any, mode: str, port: int, directory: Path) -> dict[str, str]:
    """The environment of the service."""
    values = {
        "DATABASE_URL": f"sqlite:///{directory}/fluxbot.db",
        "PORT": str(port),
        "SECRET_KEY": "k" * 32,
        "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
        "TELEGRAM_BASE_URL": served.telegram_base_url,
        "TELEGRAM_MODE": mode,
        "SLACK_BOT_TOKEN": SLACK_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_BASE_URL": served.slack_base_url,
    }
    values |= {
        "POLAR_SERVER_URL": served.polar_base_url,
        "POLAR_SERVER": "production",  # for its pace
        "POLAR_ACCESS_TOKEN": POLAR_TOKEN,
        "POLAR_WEBHOOK_SECRET": POLAR_SECRET,
        "POLAR_PRODUCTS": POLAR_PRODUCTS,
    }
    if mode == "webhook":
        values["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        values["TELEGRAM_WEBHOOK_SECRET"] = WEBHOOK_SECRET
    return values


def hurry(sandbox: Sandbox) -> None:
    """The platforms' waits between retries, cut down to the length of a test."""
    sandbox.telegram.retry_unit, sandbox.slack.delivery.retry_unit = 0.1, 0.02
    sandbox.polar.delivery.unit = 0.02


@asynccontextmanager
async def city(
    directory: Path, mode: str, *, module: str = "bot", world: World | None = None
) -> AsyncIterator[City]:
    """The stand-ins and the service, not started yet. `mode` is Telegram's."""
    sandbox, port = new_sandbox(world or people()), free_port()
    hurry(sandbox)
    sandbox.polar.listen(f"http://127.0.0.1:{port}/polar/events", POLAR_SECRET)
    sqlite_file(directory / "fluxbot.db")
    events = f"http://127.0.0.1:{port}/slack/events"
    async with serve(sandbox, slack_request_url=events) as served:
        service = Supervised(directory, settings(served, mode, port, directory), port, module)
        try:
            yield City(sandbox, service)
        finally:
            await service.end()
