"""The webhook: nothing is read from strangers, nothing is acknowledged before it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram_kit import Conversation, message, platform_at
from telegram_server import DATE, BotApi, bot_api, listening
from yarl import URL

from adapters.telegram import TelegramPlatform, Webhook
from adapters.telegram.webhook import HEADER, PATH
from core.chat import Inbound
from core.errors import DeliveryError

SECRET = "s" * 32


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


@pytest.fixture
def talk() -> Conversation:
    return Conversation()


@pytest.fixture
async def platform(api: BotApi, talk: Conversation) -> AsyncIterator[TelegramPlatform]:
    async with platform_at(api.url, talk=talk) as made:
        await made.identify()
        yield made


@asynccontextmanager
async def hook(platform: TelegramPlatform) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(Webhook(platform, SECRET).routes())
    async with listening(app) as url:
        yield f"{url}{PATH}"


async def deliver(url: str, body: Any, headers: Any = None) -> tuple[int, bytes]:
    headers = {HEADER: SECRET} if headers is None else headers
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, headers=headers, **sent) as response,
    ):
        return response.status, await response.read()


async def test_webhook_takes_then_answers_with_nothing(
    platform: TelegramPlatform, talk: Conversation
) -> None:
    async with hook(platform) as url:
        assert await deliver(url, message(1, 1, "one")) == (200, b"")
        assert await deliver(url, {"update_id": 2, "new_kind": {}}) == (200, b"")
        assert await deliver(url, {"update_id": 3, "message": {"text": 5}}) == (200, b"")
    assert talk.lines == ["one"]
    assert [each.key for each in talk.unread] == ["telegram:42:3"]


async def test_webhook_is_asked_again_when_what_it_cannot_read_could_not_be_kept(
    platform: TelegramPlatform, talk: Conversation
) -> None:
    talk.keeps = False
    async with hook(platform) as url:
        assert (await deliver(url, {"update_id": 3, "message": {"text": 5}}))[0] == 503


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b'{"update_id": "x"}', b"\xff"])
async def test_webhook_refuses_what_is_no_update(platform: TelegramPlatform, body: bytes) -> None:
    async with hook(platform) as url:
        assert (await deliver(url, body))[0] == 400


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(HEADER, "")],
        [(HEADER, "t" * 32)],
        [(HEADER, SECRET[:-1])],
        [(HEADER, SECRET), (HEADER, SECRET)],
        [(HEADER, SECRET + "\xe9")],
    ],
)
async def test_webhook_refuses_strangers_before_it_reads(
    platform: TelegramPlatform, talk: Conversation, headers: list[tuple[str, str]]
) -> None:
    async with hook(platform) as url:
        assert (await deliver(url, message(1, 1, "one"), headers))[0] == 403
        assert (await deliver(url, b"x" * 300_000, headers))[0] == 403
        # negative control: only the secret was wrong
        assert (await deliver(url, b"x" * 300_000))[0] == 413
        assert (await deliver(url, message(1, 1, "one")))[0] == 200
    assert talk.lines == ["one"]


async def test_webhook_refuses_a_secret_that_is_no_text(platform: TelegramPlatform) -> None:
    """Byte by byte: a client of ours would not send it."""
    async with hook(platform) as url:
        at = URL(url)
        reader, writer = await asyncio.open_connection(at.host, at.port)
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n{HEADER}: {SECRET}"
        writer.write(head.encode() + b"\xe9\r\n\r\n{}")
        assert (await reader.readline()).startswith(b"HTTP/1.1 403 ")
        writer.close()
        await writer.wait_closed()


async def test_webhook_is_asked_again_while_we_do_not_know_who_we_are(
    api: BotApi, talk: Conversation
) -> None:
    async with platform_at(api.url, talk=talk) as platform, hook(platform) as url:
        assert (await deliver(url, message(1, 1, "one")))[0] == 503
        assert not talk.lines
        await platform.identify()
        assert (await deliver(url, message(1, 1, "one")))[0] == 200
    assert talk.lines == ["one"]


async def test_webhook_is_asked_again_when_nothing_could_be_kept(
    platform: TelegramPlatform, talk: Conversation
) -> None:
    async def store_is_down(inbound: Inbound) -> None:
        raise OSError("disk full")

    talk.before = store_is_down
    async with hook(platform) as url:
        assert (await deliver(url, message(1, 1, "one")))[0] == 503


async def test_webhook_tells_what_happens_to_chats(
    platform: TelegramPlatform, talk: Conversation
) -> None:
    chat = {"id": -5, "type": "group", "title": "Team"}
    who = {"id": 42, "is_bot": True, "first_name": "F"}
    left = {"user": who, "status": "left"}
    change = {"chat": chat, "from": who, "date": DATE, "old_chat_member": left}
    moved = {"message_id": 1, "chat": chat, "date": DATE, "migrate_to_chat_id": -1005}
    async with hook(platform) as url:
        await deliver(url, {"update_id": 1, "my_chat_member": change | {"new_chat_member": left}})
        await deliver(url, {"update_id": 2, "message": moved})
    assert talk.told == [("-5", False), ("-5", "-1005")]


async def test_register(api: BotApi, platform: TelegramPlatform) -> None:
    await Webhook(platform, SECRET).register("https://example.org/")
    assert api.of("setWebhook") == [
        {
            "url": "https://example.org/telegram/webhook",
            "max_connections": 100,
            "allowed_updates": [
                "message",
                "edited_message",
                "callback_query",
                "my_chat_member",
                "chat_member",
                "inline_query",
                "chosen_inline_result",
            ],
            "secret_token": SECRET,
        }
    ]


async def test_register_tells_when_it_is_refused(api: BotApi, platform: TelegramPlatform) -> None:
    api.fail("setWebhook", 400, "Bad Request: bad webhook: HTTPS url must be provided")
    with pytest.raises(DeliveryError):
        await Webhook(platform, SECRET).register("http://example.org/AX")
    await Webhook(platform, SECRET).register("https://example.org/AX")
    assert api.webhook == "https://example.org/AX/telegram/webhook"  # nothing but a slash is cut


@pytest.mark.parametrize("secret", ["", "s" * 31, "s" * 257, "s" * 31 + "!", "s" * 32 + "\n"])
async def test_a_weak_secret_refuses_to_start(platform: TelegramPlatform, secret: str) -> None:
    with pytest.raises(ValueError, match="TELEGRAM_WEBHOOK_SECRET"):
        Webhook(platform, secret)
