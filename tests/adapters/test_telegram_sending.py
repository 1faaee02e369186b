"""Sending and editing, and what each failure of the Bot API means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram_kit import DM, GROUP, HELLO, platform_at
from telegram_server import BotApi, bot_api

from adapters.telegram import TelegramPlatform, http
from core.chat import Reply, Sent
from core.errors import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    DeliveryError,
    MessageGone,
    RetryLater,
    TokenRevoked,
    Unsendable,
)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


@pytest.fixture
async def platform(api: BotApi) -> AsyncIterator[TelegramPlatform]:
    async with platform_at(api.url) as made:
        await made.identify()
        yield made


async def test_send(api: BotApi, platform: TelegramPlatform) -> None:
    sent = await platform.send(GROUP, HELLO, reply_to="77")
    [call] = api.of("sendMessage")
    assert sent == Sent(GROUP, "501")
    assert call["text"] == "Hello &lt;b&gt;you&lt;/b&gt;"
    assert call["message_thread_id"] == 9
    assert call["link_preview_options"] == {"is_disabled": True}
    assert call["reply_parameters"] == {"message_id": 77, "allow_sending_without_reply": True}
    assert call["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "done 3"
    assert "disable_notification" not in call


async def test_silent(api: BotApi, platform: TelegramPlatform) -> None:
    await platform.send(DM, Reply(text="psst", silent=True))
    assert api.of("sendMessage")[0]["disable_notification"] is True


async def test_long_text_is_several_messages_named_by_the_last(
    api: BotApi, platform: TelegramPlatform
) -> None:
    sent = await platform.send(DM, Reply(text="<&" * 2500, buttons=HELLO.buttons), reply_to="5")
    first, second = api.of("sendMessage")
    assert sent.message == "502"
    assert "reply_markup" not in first
    assert "reply_markup" in second
    assert "reply_parameters" not in second


async def test_refused_tags_are_sent_plain_once(api: BotApi, platform: TelegramPlatform) -> None:
    for _ in range(2):
        api.fail("sendMessage", 400, "Bad Request: can't parse entities: byte offset 3")
    with pytest.raises(Unsendable):
        await platform.send(DM, HELLO)
    api.fail("sendMessage", 400, "Bad Request: can't parse entities: byte offset 3")
    await platform.send(DM, HELLO)
    plain = api.of("sendMessage")[-1]
    assert plain["text"] == "Hello <b>you</b>"
    assert "parse_mode" not in plain


async def test_a_topic_that_is_gone_is_left_out(api: BotApi, platform: TelegramPlatform) -> None:
    api.fail("sendMessage", 400, "Bad Request: message thread not found")
    await platform.send(GROUP, HELLO)
    assert "message_thread_id" not in api.of("sendMessage")[-1]


async def test_edit(api: BotApi, platform: TelegramPlatform) -> None:
    assert await platform.send(DM, HELLO, edit="80") == Sent(DM, "80")
    api.fail("editMessageText", 400, "Bad Request: message is not modified: it is the same")
    assert await platform.send(DM, HELLO, edit="80") == Sent(DM, "80")
    api.fail("editMessageText", 400, "Bad Request: can't parse entities")
    await platform.send(DM, HELLO, edit="80")
    assert "parse_mode" not in api.of("editMessageText")[-1]


@pytest.mark.parametrize("why", ["message to edit not found", "message can't be edited"])
async def test_edit_of_what_is_gone(api: BotApi, platform: TelegramPlatform, why: str) -> None:
    api.fail("editMessageText", 400, f"Bad Request: {why}")
    with pytest.raises(MessageGone):
        await platform.send(DM, HELLO, edit="80")
    with pytest.raises(MessageGone):
        await platform.send(DM, HELLO, edit="1790000000.001")


@pytest.mark.parametrize(
    ("answer", "parameters", "error"),
    [
        ((429, "Too Many Requests: retry after 3"), {"retry_after": 3}, RetryLater(3.0)),
        ((429, "Too Many Requests"), {}, RetryLater(1.0)),
        ((429, "Too Many Requests"), {"retry_after": "nan"}, RetryLater(1.0)),
        ((429, "Too Many Requests"), {"retry_after": "inf"}, RetryLater(1.0)),
        ((429, "Too Many Requests"), {"retry_after": 1e300}, RetryLater(86_400.0)),
        ((403, "Forbidden: bot was blocked by the user"), {}, ChatGone("")),
        ((403, "Forbidden: user is deactivated"), {}, ChatGone("")),
        ((403, "Forbidden: bot was kicked from the supergroup chat"), {}, ChatGone("")),
        ((400, "Bad Request: chat not found"), {}, ChatGone("")),
        ((400, "Bad Request: not enough rights to send text messages"), {}, ChatGone("")),
        ((400, "Bad Request: BUTTON_DATA_INVALID"), {}, Unsendable("")),
        ((401, "Unauthorized"), {}, TokenRevoked("")),
        ((404, "Not Found"), {}, TokenRevoked("")),
        ((500, "Internal Server Error"), {}, RetryLater(1.0)),
        ((502, "Bad Gateway"), {}, RetryLater(1.0)),
    ],
)
async def test_what_errors_mean(
    api: BotApi,
    platform: TelegramPlatform,
    answer: tuple[int, str],
    parameters: dict[str, int],
    error: DeliveryError,
) -> None:
    api.fail("sendMessage", answer[0], answer[1], **parameters)
    with pytest.raises(type(error)) as raised:
        await platform.send(DM, HELLO)
    if isinstance(error, RetryLater):
        assert isinstance(raised.value, RetryLater)
        assert raised.value.seconds == error.seconds


async def test_a_group_that_moved(api: BotApi, platform: TelegramPlatform) -> None:
    moved = "Bad Request: group chat was upgraded to a supergroup chat"
    api.fail("sendMessage", 400, moved, migrate_to_chat_id=-1007)
    with pytest.raises(ChatMoved) as raised:
        await platform.send(GROUP, HELLO)
    assert raised.value.to.chat == "-1007"


async def test_nothing_listens_so_nothing_was_sent(unused_tcp_port: int) -> None:
    async with platform_at(f"http://127.0.0.1:{unused_tcp_port}") as platform:
        with pytest.raises(RetryLater):
            await platform.send(DM, HELLO)


async def test_no_answer_is_ambiguous(
    api: BotApi, platform: TelegramPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_USUAL", aiohttp.ClientTimeout(total=0.1))
    api.faults["sendMessage"].append(0.3)
    with pytest.raises(Ambiguous):
        await platform.send(DM, HELLO)


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.close()


async def not_telegram(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}')
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("server", [hang_up, not_telegram])
async def test_a_broken_answer_is_ambiguous(server: Any) -> None:
    listener = await asyncio.start_server(server, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, platform_at(f"http://127.0.0.1:{port}") as platform:
        with pytest.raises(Ambiguous):
            await platform.send(DM, HELLO)
