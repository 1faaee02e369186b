"""The whole service in this process, over real sockets against the sandbox's stand-ins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.sandbox import Message, Sandbox, Shown, World, polar_products, serve
from adapters.sandbox.model import BOT
from bot.app import Service, service
from bot.settings import Settings
from core.work import Work
from tests.databases import sqlite_file

TELEGRAM_TOKEN = "1234567890:" + "a" * 35
SLACK_TOKEN = "xoxb-" + "1" * 32
SIGNING_SECRET = "5" * 32
POLAR_TOKEN = "polar_oat_" + "p" * 24
POLAR_SECRET = "whsec_" + "cG9sYXIt" * 4
POLAR_PRODUCTS = (
    f"pro:{polar_products.PRO_MONTHLY},pro:{polar_products.PRO_YEARLY},"
    f"teams:{polar_products.TEAMS_MONTHLY}"
)

ADA, BEN = ("tg-ada", "telegram:1001"), ("tg-ben", "telegram:1002")
SADA, CLEO = ("sl-ada", "slack:D0ADA"), ("sl-cleo", "slack:D0CLEO")
FLAT, GENERAL = "telegram:-100200300", "slack:C0GENERAL"

Person = tuple[str, str]


@dataclass
class Town:
    """People, the platforms they use, and the service they talk to."""

    sandbox: Sandbox
    service: Service

    async def say(self, person: Person, text: str, chat: str = "", **options: Any) -> Shown:
        """Type in the person's private chat with the bot, or in another chat."""
        return await self.sandbox.say(person[0], chat or person[1], text, **options)

    def messages(self, person: Person, chat: str = "") -> list[Message]:
        """What the person sees there, oldest first."""
        return self.sandbox.world.messages(chat or person[1], viewer=person[0])

    def from_bot(self, person: Person, chat: str = "") -> list[Message]:
        return [each for each in self.messages(person, chat) if each.author == BOT]

    async def until(self, what: Callable[[], Any], within: float = 8.0) -> Any:
        """What `what` gives as soon as it gives something."""
        end = time.monotonic() + within
        while not (found := what()):
            if time.monotonic() > end:
                raise AssertionError(f"did not happen within {within} s: {self.transcript()}")
            await asyncio.sleep(0.01)
        return found

    async def sees(
        self, person: Person, text: str, chat: str = "", *, within: float = 8.0
    ) -> Message:
        """The newest message of the bot that has this text, as soon as the person sees it."""

        def found() -> Message | None:
            fitting = [each for each in self.from_bot(person, chat) if text in plain(each)]
            return fitting[-1] if fitting else None

        seen: Message = await self.until(found, within)
        return seen

    async def press(
        self, person: Person, message: Message, label: str, chat: str = "", **options: Any
    ) -> Shown:
        """Press the button of that label."""
        return await self.sandbox.press(
            person[0], chat or person[1], message.id, message.press(label), **options
        )

    async def asks(self, person: Person, text: str, answer: str, chat: str = "") -> Message:
        """Type, and wait for an answer that has this text."""
        await self.say(person, text, chat)
        return await self.sees(person, answer, chat)

    async def compared(self, within: float = 10.0) -> None:
        """The service has compared itself with Polar, and knows what is sold."""
        async with asyncio.timeout(within):
            while not await self.service.store.query(_compared):  # noqa: ASYNC110  # it is a row
                await asyncio.sleep(0.02)

    def transcript(self) -> str:
        """Everything that was said, for the message of a failed test."""
        lines = []
        for chat_id in self.sandbox.world.chats:
            lines.append(f"== {chat_id}")
            lines += [
                f"{m.author}: {plain(m)} {labels(m)}" for m in self.sandbox.world.messages(chat_id)
            ]
        return "\n".join(lines)


def _compared(work: Work) -> bool:
    state = work.reconciliation.state()
    return state is not None and state.ended_at is not None


def plain(message: Message) -> str:
    """What is read in a message, without its buttons."""
    return message.text


def labels(message: Message) -> list[str]:
    """The labels of a message's buttons; of a menu its name, then what can be chosen in it."""
    shown: list[str] = []
    menu = ""
    for each in (each for row in message.buttons for each in row):
        named, menu = menu, each.get("menu", "")
        shown += [menu, each["label"]] if menu and menu != named else [each["label"]]
    return shown


def is_menu(message: Message, label: str) -> bool:
    """Whether this is a menu, whose opening the bot hears nothing of."""
    return any(each.get("menu") == label for row in message.buttons for each in row)


def settings_for(served: Any, tmp_path: Path, *, billing: bool = False, **changes: Any) -> Settings:
    """Settings that point at the stand-ins; Polar's, too, with `billing`."""
    values: dict[str, Any] = {
        "database_url": changes.get("database_url") or sqlite_file(tmp_path / "fluxbot.db"),
        "port": 0,
        "telegram_bot_token": TELEGRAM_TOKEN,
        "telegram_base_url": served.telegram_base_url,
        "slack_bot_token": SLACK_TOKEN,
        "slack_signing_secret": SIGNING_SECRET,
        "slack_base_url": served.slack_base_url,
    }
    if billing:
        values |= {
            "polar_access_token": POLAR_TOKEN,
            "polar_webhook_secret": POLAR_SECRET,
            "polar_server": "production",  # for its pace
            "polar_server_url": served.polar_base_url,
            "polar_products": POLAR_PRODUCTS,
        }
    return Settings(_env_file=None, **(values | changes))  # type: ignore[call-arg]  # pydantic's own


def new_sandbox(world: World | None = None, **options: Any) -> Sandbox:
    return Sandbox(
        world or World.demo(),
        telegram_token=TELEGRAM_TOKEN,
        slack_bot_token=SLACK_TOKEN,
        slack_signing_secret=SIGNING_SECRET,
        polar_access_token=POLAR_TOKEN,
        **options,
    )


@asynccontextmanager
async def town(tmp_path: Path, *, billing: bool = False, **changes: Any) -> AsyncIterator[Town]:
    """A sandbox and the service that talks to it; about payments, too, with `billing`."""
    sandbox = new_sandbox()
    async with serve(sandbox) as served:
        settings = settings_for(served, tmp_path, billing=billing, **changes)
        async with service(settings) as up:
            sandbox.slack.delivery.url = f"{up.here}/slack/events"
            if billing:
                sandbox.polar.listen(f"{up.here}/polar/events", POLAR_SECRET)
            yield Town(sandbox, up)
