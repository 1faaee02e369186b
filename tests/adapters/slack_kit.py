"""What the Slack adapter's tests share: recorded payloads, and the adapter on real sockets."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from adapters.slack.installation import Installation
from adapters.slack.platform import SlackPlatform
from adapters.slack.webhook import PATH, routes
from core.chat import Entity, Fact, Inbound, Moment, Reply, Sent, Tone, Unread
from tests.adapters.slack_requests import SECRET, deliver
from tests.adapters.slack_server import APP_TOKEN, BOT, BOT_ID, BOT_TOKEN, TEAM, SlackServer

US = Installation(TEAM, BOT, BOT_ID, name="fluxbot", workspace="Acme")
URL = "https://bot.example.org/task/9k3f7q2m"
MILK = Entity(
    id="9k3f7q2m",
    url=URL,
    title="Buy milk",
    status="Open, overdue",
    tone=Tone.LATE,
    description="Two litres",
    created_by="Ada",
    assignee="Ben",
    due_at=1_800_000_000,
    priority="High",
    more=(Fact("every day", "repeats"), Moment("Tue", 1_800_000_000, "reminds you")),
    changed=1_700_000_000,
)
"""A task with all there is to say of one."""
_PAYLOADS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "payloads" / "slack.json").read_text()
)


def payload(name: str, **changed: Any) -> dict[str, Any]:
    """A recorded payload, with these top-level fields changed."""
    return {**copy.deepcopy(_PAYLOADS[name]), **changed}


class Bot:
    """The conversation's part: answers everything with `reply`, after `raises` if that is set."""

    def __init__(self) -> None:
        self.reply = Reply(text="All right.")
        self.raises: Exception | None = None
        self.waits: asyncio.Event | None = None
        """Answers no sooner than this is set."""
        self.inbound: list[Inbound] = []
        self.unread: list[Unread] = []

    async def receive(self, inbound: Inbound) -> Reply:
        if self.waits is not None:
            await self.waits.wait()
        if self.raises is not None:
            raise self.raises
        self.inbound.append(inbound)
        return self.reply

    async def keep_unread(self, unread: Unread, error: Exception) -> Reply:
        if self.raises is not None:
            raise self.raises
        self.unread.append(unread)
        return Reply(text="It is kept.")


class Wired:
    """Slack's stand-in, the adapter and its HTTP site, joined over loopback."""

    def __init__(self, slack: SlackServer, session: ClientSession) -> None:
        self.slack = slack
        self.bot = Bot()
        self.session = session
        self.platform = SlackPlatform(
            bot_token=BOT_TOKEN,
            signing_secret=SECRET,
            app_token=APP_TOKEN,
            base_url=slack.base_url,
            session=session,
            receive=self.bot.receive,
            keep_unread=self.bot.keep_unread,
            opens=lambda line: line.startswith("edit"),
        )
        site = web.Application()
        site.add_routes(routes(self.platform))
        self.site = TestServer(site, host="127.0.0.1")

    @property
    def url(self) -> str:
        return str(self.site.make_url(PATH))

    async def deliver(self, name: str, **changed: Any) -> ClientResponse:
        return await deliver(self.session, self.url, payload(name, **changed))

    async def turn(self, name: str, reply: Reply, **changed: Any) -> tuple[Sent | None, Any]:
        """Deliver, answer with this, and return what `answer` and the HTTP response gave."""
        self.bot.reply = reply
        changed.setdefault("response_url", self.slack.hook())
        response = await self.deliver(name, **changed)
        assert response.status == 200
        body = await response.read()
        inbound = self.bot.inbound[-1]
        rides = self.platform.rides(inbound, reply)
        sent = None if rides else await self.platform.answer(inbound, reply)
        return sent, json.loads(body) if body else None


@asynccontextmanager
async def wired() -> AsyncIterator[Wired]:
    async with SlackServer() as slack, ClientSession(timeout=ClientTimeout(total=10)) as session:
        made = Wired(slack, session)
        await made.site.start_server()
        try:
            yield made
        finally:
            await made.platform.stop()
            await made.site.close()


def said(message: dict[str, Any]) -> str:
    text: str = message["text"]
    return text


async def card(slack: Wired, channel: str = "C0HOME") -> str:
    """The `ts` of a card that is there to be pressed."""
    ts = "1700000006.000100" if channel.startswith("D") else "1700000002.000100"
    slack.slack.messages[channel, ts] = {"text": "Buy milk."}
    return ts


async def until(holds: Callable[[], bool]) -> None:
    """Wait for at most 5 seconds until this holds."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  # what is waited for is another server's state
            await asyncio.sleep(0.01)
