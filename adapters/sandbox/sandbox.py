"""All stand-ins over one world: for `make run` inside the service, for tests beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from adapters.connections import Connector
from adapters.sandbox.host_app import HostApp
from adapters.sandbox.issuer import Issuer
from adapters.sandbox.model import Chat, Json, Message, Person, Shown
from adapters.sandbox.polar import PolarSide
from adapters.sandbox.served import Served
from adapters.sandbox.slack import SlackSide
from adapters.sandbox.slack_issuer import slack_issuer
from adapters.sandbox.slack_play import SlackPlay
from adapters.sandbox.telegram import TelegramSide
from adapters.sandbox.telegram_issuer import telegram_issuer
from adapters.sandbox.telegram_play import TelegramPlay
from adapters.sandbox.world import World

PREFIX = "/sandbox"


class Sandbox(TelegramPlay, SlackPlay):
    """A world, a Telegram, a Slack, a Polar. Actions name people, chats, messages by world id."""

    def __init__(
        self,
        world: World,
        *,
        telegram_token: str,
        slack_bot_token: str,
        slack_signing_secret: str,
        slack_app_token: str | None = None,
        polar_access_token: str = "",
    ) -> None:
        self.world = world
        self.telegram = TelegramSide(world, telegram_token)
        self.slack = SlackSide(world, slack_bot_token, slack_signing_secret, slack_app_token)
        self.polar = PolarSide(polar_access_token)
        self.issuer, self.app = Issuer(), HostApp()
        self.proving = {"telegram": telegram_issuer(world), "slack": slack_issuer(world)}
        self._session: aiohttp.ClientSession | None = None

    def routes(self, prefix: str = PREFIX) -> list[web.RouteDef]:
        """`{prefix}/telegram/bot<token>/...`, `{prefix}/slack/api/...` and `{prefix}/polar/v1/...`,
        for loopback only."""
        sides = self.telegram.routes(f"{prefix}/telegram") + self.slack.routes(f"{prefix}/slack")
        sides += self.polar.routes(f"{prefix}/polar")
        sides += self.issuer.routes(f"{prefix}/issuer")
        for platform, issuer in self.proving.items():
            sides += issuer.routes(f"{prefix}/{platform}-sign-in")
        return sides

    async def start(
        self,
        *,
        base_url: str = "",
        telegram_webhook: str = "",
        telegram_secret: str = "",
        slack_request_url: str = "",
    ) -> None:
        """Begin to deliver.

        `base_url` is where `routes` are reached, prefix included (`http://127.0.0.1:8080/sandbox`):
        response URLs are made from it; without it, from the first call to Slack's API."""
        self._session = aiohttp.ClientSession(connector=Connector(limit=0), auto_decompress=False)
        self.telegram.start(self._session)
        self.slack.start(self._session)
        self.polar.start(self._session)
        self.world.links["payments"] = self.polar.url = f"{base_url}/polar"
        self.slack.base_url = f"{base_url}/slack" if base_url else ""
        self.issuer.url = f"{base_url}/issuer"
        for platform, issuer in self.proving.items():
            issuer.url = f"{base_url}/{platform}-sign-in"
        self.slack.delivery.url = slack_request_url
        if telegram_webhook:
            hook = {"url": telegram_webhook, "secret_token": telegram_secret}
            await self.telegram.set_webhook(hook)

    async def stop(self) -> None:
        """End deliveries, polls and connections."""
        await self.telegram.stop()
        await self.slack.stop()
        await self.polar.stop()
        if self._session:
            await self._session.close()

    async def say(
        self,
        person_id: str,
        chat_id: str,
        text: str,
        reply_to: str | None = None,
        *,
        again: str = "",
    ) -> Shown:
        """Type a message, or on Slack a slash command and wait for its answer.

        `again`, an id from `Shown`, delivers that same request once more, unchanged.
        Raises LookupError for an unknown person or chat, ValueError for an empty text."""
        who, where = self._pair(person_id, chat_id)
        if not text.strip() and not again:
            raise ValueError("nothing to send")
        return await self._side(who).say(who, where, text, reply_to, again)

    async def press(
        self, person_id: str, chat_id: str, message_id: str, press: Json, *, again: str = ""
    ) -> Shown:
        """Press a button: `press` as the message's `buttons` hold it. In a view `chat_id` is
        empty and `message_id` the view's id. Raises LookupError when the message is gone."""
        who = self.world.people[person_id]
        if not chat_id:
            return await self.slack.press(who, message_id, press, again)
        return await self._side(who).press(
            who, self._visible(who, chat_id, message_id), press, again
        )

    async def submit(
        self, person_id: str, view_id: str, values: dict[str, str], *, again: str = ""
    ) -> Shown:
        """Send a Slack form: field name (block id) -> value; choices by value, people by id."""
        return await self.slack.submit(self.world.people[person_id], view_id, values, again)

    async def close_view(self, person_id: str, view_id: str) -> Shown:
        """Close a Slack form without sending it."""
        return await self.slack.close_view(self.world.people[person_id], view_id)

    def deliver_update(self, update: Json) -> str:
        """Give Telegram's bot this update, as it is; returns its id."""
        return self.telegram.deliver_update(update)

    def deliver_event(self, payload: Json) -> str:
        """Give Slack's app this `event_callback`, as it is; returns its id."""
        return self.slack.deliver_event(payload)

    async def settled(self, within: float = 10.0) -> None:
        """Return when every update and event is accepted or given up. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while self._busy():  # noqa: ASYNC110  # two queues without an event in common
                await asyncio.sleep(0.01)

    def _busy(self) -> bool:
        return bool(self.telegram.updates.pending or self.slack.delivery.waiting)

    def limit(self, on: bool) -> None:
        """Switch the limits of all platforms."""
        self.polar.api.limits.on = on
        self.telegram.limits.on = self.slack.limits.on = on

    def _side(self, person: Person) -> TelegramSide | SlackSide:
        return self.telegram if person.platform == "telegram" else self.slack

    def _pair(self, person: str, chat: str) -> tuple[Person, Chat]:
        who, where = self.world.people[person], self.world.chats[chat]
        if person not in where.members:
            raise LookupError(f"{person} is not in {chat}")
        return who, where

    def _visible(self, person: Person, chat: str, message: str) -> Message:
        self._pair(person.id, chat)
        found = self.world.message(chat, message)
        if found is None or found.ephemeral_for not in (None, person.id):
            raise LookupError(f"no message {message} in {chat}")
        return found


@asynccontextmanager
async def serve(
    sandbox: Sandbox,
    port: int = 0,
    *,
    telegram_webhook: str = "",
    telegram_secret: str = "",
    slack_request_url: str = "",
) -> AsyncIterator[Served]:
    """Serve it on 127.0.0.1 until the context ends; port 0 takes a free one."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_routes(sandbox.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    served = Served(f"http://127.0.0.1:{runner.addresses[0][1]}{PREFIX}")
    try:
        await sandbox.start(
            base_url=served.url,
            telegram_webhook=telegram_webhook,
            telegram_secret=telegram_secret,
            slack_request_url=slack_request_url,
        )
        yield served
    finally:
        await sandbox.stop()
        await runner.cleanup()
