"""A bench for both adapters: the sandbox's people, real sockets, and a conversation of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from adapters.sandbox import Message, Sandbox, Served, Shown, World, serve
from adapters.sandbox.model import BOT
from adapters.slack import webhook as slack_webhook
from adapters.slack.platform import SlackPlatform
from adapters.telegram import Polling, TelegramPlatform
from core.addresses import Address
from core.chat import Audience, Button, Inbound, Kind, Reply, Sent, Unread
from core.ports import ChatPlatform, Receive

TELEGRAM_TOKEN = "1234567890:" + "t" * 35
SLACK_TOKEN = "xoxb-" + "2" * 32
SIGNING_SECRET = "6" * 32

DONE = Button("Done", "done t:9k3f7q2m rev:17")
CARD = Reply(text="Added.", title="Buy milk", buttons=((DONE,),), audience=Audience.HERE)


@dataclass(frozen=True, slots=True)
class Place:
    """Who and where on one platform, by the sandbox's names."""

    name: str
    me: str
    other: str
    private: str
    """My private chat with the bot."""
    others: str
    """The other one's."""
    group: str
    command: str
    """How a command is typed; the line follows."""
    typed: Kind
    private_address: Address
    group_address: Address


TELEGRAM = Place(
    "telegram", "tg-ada", "tg-ben", "telegram:1001", "telegram:1002", "telegram:-100200300",
    "/", Kind.COMMAND,
    Address("telegram", "", "1001", private=True),
    Address("telegram", "", "-100200300", private=False),
)  # fmt: skip
SLACK = Place(
    "slack", "sl-ada", "sl-cleo", "slack:D0ADA", "slack:D0CLEO", "slack:C0GENERAL",
    "/task ", Kind.ADDRESSED,
    Address("slack", "T0ACME", "U0ADA", private=True),
    Address("slack", "T0ACME", "C0GENERAL", private=False),
)  # fmt: skip


@dataclass
class Desk:
    """An adapter that is wired up, and what goes through it."""

    place: Place
    sandbox: Sandbox
    platform: ChatPlatform = field(init=False)
    says: Callable[[Inbound], Reply] = lambda _: Reply(text="All right.")
    inbound: list[Inbound] = field(default_factory=list)
    sent: list[Sent | None] = field(default_factory=list)
    """What `answer` gave, in order."""
    failures: list[Exception] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def receive(self, inbound: Inbound) -> Reply:
        self.inbound.append(inbound)
        reply = self.says(inbound)
        if not self.platform.rides(inbound, reply):
            task = asyncio.ensure_future(self._answer(inbound, reply))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return reply

    async def _answer(self, inbound: Inbound, reply: Reply) -> None:
        try:
            await self.platform.acknowledge(inbound, reply)
            self.sent.append(await self.platform.answer(inbound, reply))
        except Exception as error:
            self.failures.append(error)

    async def quiet(self) -> None:
        """Return when all that came in is taken and answered; a failure is the test's."""
        await self.sandbox.settled()
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        assert not self.failures, self.failures

    async def type(self, line: str, *, chat: str = "", **options: Any) -> Shown:
        """Type a command, wait until it is answered."""
        return await self.say(f"{self.place.command}{line}", chat=chat, **options)

    async def say(self, text: str, *, chat: str = "", **options: Any) -> Shown:
        shown = await self.sandbox.say(self.place.me, chat or self.place.private, text, **options)
        await self.quiet()
        return shown

    async def press(self, message: Message, label: str, *, by: str = "", **options: Any) -> Shown:
        shown = await self.sandbox.press(
            by or self.place.me, message.chat, message.id, message.press(label), **options
        )
        await self.quiet()
        return shown

    async def asks(self, reply: Reply, *, chat: str = "") -> Message:
        """The message by which this reply answers a typed command."""
        self.says = lambda _: reply
        await self.type("show 1", chat=chat)
        return self.shown(chat)[-1]

    def shown(self, chat: str = "", *, to: str = "") -> list[Message]:
        """What the bot says there, as one person sees it, oldest first."""
        viewer = to or self.place.me
        seen = self.sandbox.world.messages(chat or self.place.private, viewer=viewer)
        return [each for each in seen if each.author == BOT]

    def all_started(self) -> None:
        """Everybody has pressed Start, without which Telegram lets no bot write to them."""
        self.sandbox.world.started |= {self.place.me, self.place.other}


def telegram_at(
    base_url: str, session: aiohttp.ClientSession, receive: Receive, token: str = TELEGRAM_TOKEN
) -> TelegramPlatform:
    return TelegramPlatform(
        token=token, base_url=base_url, session=session, receive=receive, keep_unread=all_is_read
    )


def slack_at(
    base_url: str, session: aiohttp.ClientSession, receive: Receive, token: str = SLACK_TOKEN
) -> SlackPlatform:
    return SlackPlatform(
        bot_token=token,
        signing_secret=SIGNING_SECRET,
        app_token=None,
        base_url=base_url,
        session=session,
        receive=receive,
        keep_unread=all_is_read,
    )


async def all_is_read(unread: Unread, error: Exception) -> Reply:
    """Nothing here is anything that an adapter cannot read."""
    raise error


@asynccontextmanager
async def desk_for(place: Place) -> AsyncIterator[Desk]:
    """The real adapter of this platform, against its stand-in."""
    sandbox = Sandbox(
        World.demo(),
        telegram_token=TELEGRAM_TOKEN,
        slack_bot_token=SLACK_TOKEN,
        slack_signing_secret=SIGNING_SECRET,
    )
    sandbox.limit(on=False)
    desk = Desk(place, sandbox)
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(serve(sandbox))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        wire = _telegram if place is TELEGRAM else _slack
        await stack.enter_async_context(wire(desk, served, session))
        yield desk


@asynccontextmanager
async def _telegram(
    desk: Desk, served: Served, session: aiohttp.ClientSession
) -> AsyncIterator[None]:
    desk.platform = platform = telegram_at(served.telegram_base_url, session, desk.receive)
    await platform.identify()
    polling = Polling(platform, wait=1, pause=0.01)
    running = asyncio.ensure_future(polling.run())
    try:
        yield
    finally:
        polling.stop()
        await running


@asynccontextmanager
async def _slack(desk: Desk, served: Served, session: aiohttp.ClientSession) -> AsyncIterator[None]:
    desk.platform = platform = slack_at(served.slack_base_url, session, desk.receive)
    await platform.start()
    site = web.Application()
    site.add_routes(slack_webhook.routes(platform))
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.sandbox.slack.delivery.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield
    finally:
        await platform.stop()
        await runner.cleanup()
