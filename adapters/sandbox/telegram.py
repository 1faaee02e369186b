"""A stand-in for Telegram: its Bot API for the service, its app for the people."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from zlib import crc32

import aiohttp
from aiohttp import web

from adapters.sandbox.limits import Stats, telegram_limits
from adapters.sandbox.loopback import local_only
from adapters.sandbox.model import Chat, Json, Message, Person, Shown
from adapters.sandbox.recent import Recent
from adapters.sandbox.telegram_api import ApiError, read_params
from adapters.sandbox.telegram_html import found_entities, parse_plain
from adapters.sandbox.telegram_inline import Asked
from adapters.sandbox.telegram_methods import METHODS
from adapters.sandbox.telegram_objects import (
    chat_json,
    drawn,
    in_topic,
    is_bots,
    message_json,
    user_json,
    with_reply,
)
from adapters.sandbox.telegram_updates import Updates
from adapters.sandbox.telegram_webhook import Webhook
from adapters.sandbox.telegram_whispers import is_typed_alone, named
from adapters.sandbox.world import World


@dataclass
class Query:
    """A press that waits for `answerCallbackQuery`."""

    person: str
    chat: str
    answer: asyncio.Future[str] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    at: float = field(default_factory=time.monotonic)


class TelegramSide:
    """The Bot API and what people do in their app. `start` before use."""

    def __init__(self, world: World, token: str, *, username: str = "fluxbot") -> None:
        self.world, self.token = world, token
        prefix = token.partition(":")[0]
        self.me: Json = {
            "id": int(prefix) if prefix.isdigit() else 4200,
            "is_bot": True,
            "first_name": "Fluxbot",
            "username": username,
        }
        self.limits, self.stats, self.updates = telegram_limits(), Stats(), Updates()
        self.queries: Recent[Query] = Recent()
        self.whispers = False
        """Whether the server has messages that one person alone sees (Bot API 10.2)."""
        self.group_privacy = True
        """Whether groups keep from the bot what is not for it, as @BotFather has it."""
        self.asked: Recent[Asked] = Recent()
        self.picked: Recent[Message] = Recent()
        """What somebody picked, by the name under which it is edited."""
        self.feedback = True
        """Whether the bot is told of what was picked, as its operator asks @BotFather to."""
        self.webhook: Webhook | None = None
        self.patience = 5.0
        """Seconds that `press` waits for the toast."""
        self.retry_unit = 1.0
        """Seconds that the webhook's delays 2, 4, 8 ... are multiples of."""
        self._session: aiohttp.ClientSession | None = None
        self._numbers = count(1)
        self._query_ids = count(4_382_000_000_000_000_001)
        self._history: Recent[Json] = Recent()

    def start(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def stop(self) -> None:
        if self.webhook:
            await self.webhook.stop()
        self.updates.close()

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """`{prefix}/bot<token>/<method>`."""
        return [web.route("*", prefix + "/bot{token}/{method}", local_only(self._call))]

    async def _call(self, request: web.Request) -> web.Response:
        try:
            token = request.match_info["token"].encode()
            if not hmac.compare_digest(token, self.token.encode()):
                raise ApiError(401, "Unauthorized")
            method = METHODS.get(request.match_info["method"].lower())
            if method is None:
                raise ApiError(404, "Not Found")
            result = await method(self, await read_params(request))
        except ApiError as error:
            return error.response()
        return web.json_response({"ok": True, "result": result})

    async def set_webhook(self, params: Mapping[str, Any], *, drop: bool = False) -> None:
        """Deliver to `params["url"]` (`secret_token`, `max_connections`); empty: to polls."""
        if self.webhook:
            await self.webhook.stop()
        if drop:
            self.updates.pending.clear()
        self.webhook = None
        if params.get("url"):
            if self._session is None:
                raise RuntimeError("the sandbox is not started")
            self.webhook = Webhook(self.updates, self._session, dict(params), self.retry_unit)

    def new_message_id(self) -> int:
        return next(self._numbers)

    def chat_json(self, chat: Chat) -> Json:
        return chat_json(chat, self.world.people[chat.members[0]] if chat.private else None)

    def deliver_update(self, update: Json) -> str:
        """Queue an update as it is, numbered if it has no `update_id`; returns that id."""
        update = {"update_id": update.get("update_id") or self.updates.new_id(), **update}
        entry = self.updates.put(update)
        if entry and self.webhook:
            self.webhook.put(entry)
        name = str(update["update_id"])
        self._history[name] = update
        return name

    async def say(
        self,
        person: Person,
        chat: Chat,
        text: str,
        reply_to: str | None = None,
        again: str = "",
        *,
        topic: str = "",
    ) -> Shown:
        """Write a message, perhaps in a topic of a forum; with `again` (an id from `Shown`),
        deliver that update once more."""
        if again:
            return Shown(self.deliver_update(self._history[again]))
        replied = self.world.message(chat.id, reply_to) if reply_to else None
        parsed, number = parse_plain(text), self.new_message_id()
        sent = message_json(self.chat_json(chat), user_json(person), number, parsed.text,
                            found_entities(parsed.text))  # fmt: skip
        alone = is_typed_alone(self, chat, parsed.text)
        sent |= in_topic(topic) | (named(number) if alone else {})
        message = self.world.post(Message(
            str(number), chat.id, person.id, person.name, drawn(parsed.runs, None),
            with_reply(sent, replied), time.time(), person.id if alone else None,
            reply_to=reply_to,
        ))  # fmt: skip
        if chat.private:
            self.world.started.add(person.id)
            self.world.blocked.discard(person.id)
        heard = self.hears(chat, parsed.text, replied)
        return Shown(
            self.deliver_update({"message": message.sent}) if heard else "", message=message
        )

    def hears(self, chat: Chat, text: str, replied: Message | None) -> bool:
        """Privacy mode: in a group the bot gets commands, mentions of it and replies to it."""
        if chat.private:
            return True
        if not chat.with_bot:
            return False
        me = f"@{self.me['username']}".lower()
        words = [text.encode("utf-16-le")[2 * each["offset"] :][: 2 * each["length"]].decode(
            "utf-16-le") for each in found_entities(text)]  # fmt: skip
        commands = [each for each in words if each.startswith("/")]
        addressed = [each for each in commands if "@" not in each or each.lower().endswith(me)]
        mentioned = any(each.lower() == me for each in words)
        return bool(addressed) or mentioned or (replied is not None and is_bots(replied))

    async def press(self, person: Person, message: Message, press: Json, again: str = "") -> Shown:
        """Press a button, and wait for the toast for up to `patience` seconds."""
        if again:
            return Shown(self.deliver_update(self._history[again]))
        query_id = str(next(self._query_ids))
        query = self.queries[query_id] = Query(person.id, message.chat)
        name = self.deliver_update({"callback_query": {
            "id": query_id, "from": user_json(person), "message": message.sent,
            "chat_instance": str(crc32(message.chat.encode())), "data": press["data"],
        }})  # fmt: skip
        try:
            async with asyncio.timeout(self.patience):
                return Shown(name, text=await asyncio.shield(query.answer))
        except TimeoutError:
            return Shown(name, error="the button got no answer")
