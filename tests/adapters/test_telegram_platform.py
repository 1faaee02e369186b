"""Answers to people, the bot's menus, and its token, which nobody sees."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from telegram_kit import ALICE, DM, GROUP, HELLO, platform_at, press, typed
from telegram_server import BotApi, bot_api

from adapters.telegram import TelegramPlatform, Webhook, http
from core.chat import Audience, Inbound, Reply, Sent
from core.errors import ChatGone, DeliveryError, RetryLater, TokenRevoked, Unsendable


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


@pytest.fixture
async def platform(api: BotApi) -> AsyncIterator[TelegramPlatform]:
    async with platform_at(api.url) as made:
        await made.identify()
        yield made


async def test_identify(platform: TelegramPlatform) -> None:
    assert (platform.me.id, platform.me.username) == (42, "fluxbot")
    assert not platform.rides(typed(DM), HELLO)


async def test_a_press_is_acknowledged_then_its_message_redrawn(
    api: BotApi, platform: TelegramPlatform
) -> None:
    toast = Reply(text="Done", toast="t" * 300)
    await platform.acknowledge(press(DM), toast)
    assert await platform.answer(press(DM), toast) == Sent(DM, "80")
    assert [name for name, _ in api.calls[1:]] == ["answerCallbackQuery", "editMessageText"]
    assert len(api.of("answerCallbackQuery")[0]["text"]) == 200


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(text="When is it due?\nNow: Fri", title="#1 Milk"), "When is it due?"),
        (Reply(title="#1 Milk"), "#1 Milk"),
        (Reply(title="#1 Milk", headline="Added #1 Milk"), "Added #1 Milk"),
        (Reply(title="#1 Milk", text="Saved.", toast="Saved, indeed."), "Saved, indeed."),
    ],
)
async def test_no_press_is_answered_without_a_word(
    api: BotApi, platform: TelegramPlatform, reply: Reply, said: str
) -> None:
    await platform.acknowledge(press(DM), reply)
    [call] = api.of("answerCallbackQuery")
    assert call["text"] == said


async def test_a_toast_changes_no_message(api: BotApi, platform: TelegramPlatform) -> None:
    toast = Reply(toast="Not yours")
    await platform.acknowledge(press(GROUP), toast)
    assert await platform.answer(press(GROUP), toast) is None
    assert [name for name, _ in api.calls[1:]] == ["answerCallbackQuery"]


@pytest.mark.parametrize(
    ("asked", "to", "edits"),
    [
        ((press(DM), Reply(text="x", fresh=True)), "1001", 0),
        ((press(DM, ""), Reply(text="x")), "1001", 0),
        ((press(GROUP), Reply(text="x", audience=Audience.HERE)), "-100", 1),
        ((press(GROUP), Reply(text="x")), "1001", 0),
        ((typed(DM), Reply(text="x")), "1001", 0),
        ((typed(DM), Reply(text="x", replaces="80")), "1001", 1),
        ((typed(GROUP), Reply(text="x", replaces="80", audience=Audience.HERE)), "-100", 1),
        ((typed(GROUP), Reply(text="x", replaces="80")), "1001", 0),
        ((typed(GROUP), Reply(text="x")), "1001", 0),
        ((typed(GROUP), Reply(text="x", audience=Audience.HERE)), "-100", 0),
    ],
)
async def test_where_an_answer_goes(
    api: BotApi, platform: TelegramPlatform, asked: tuple[Inbound, Reply], to: str, edits: int
) -> None:
    sent = await platform.answer(*asked)
    assert sent is not None
    assert sent.address.chat == to
    assert len(api.of("editMessageText")) == edits
    assert len(api.of("sendMessage")) == 1 - edits
    assert str((api.of("editMessageText") + api.of("sendMessage"))[0]["chat_id"]) == to


async def test_a_pressed_message_that_is_gone_is_sent_anew(
    api: BotApi, platform: TelegramPlatform
) -> None:
    api.fail("editMessageText", 400, "Bad Request: message to edit not found")
    assert await platform.answer(press(DM), Reply(text="x")) == Sent(DM, "501")


async def test_an_acknowledgement_too_late_hinders_nothing(
    api: BotApi, platform: TelegramPlatform
) -> None:
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    for drawn in (Reply(text="x"), Reply(toast="x")):
        api.fail("answerCallbackQuery", 400, old)
        await platform.acknowledge(press(DM), drawn)
    assert len(api.of("answerCallbackQuery")) == 2


async def test_what_was_typed_needs_no_acknowledgement(
    api: BotApi, platform: TelegramPlatform
) -> None:
    await platform.acknowledge(typed(DM), Reply(text="x"))
    assert api.of("answerCallbackQuery") == []


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_secret_in_a_group_is_deleted_where_that_is_allowed(
    api: BotApi, platform: TelegramPlatform, allowed: bool
) -> None:
    """A bot that is no administrator is told no, and goes on."""
    if not allowed:
        api.fail("deleteMessage", 400, "Bad Request: message can't be deleted")
    said = replace(typed(GROUP), token="77")
    await platform.acknowledge(said, Reply(text="x"))
    before = list(api.calls)
    await platform.acknowledge(said, Reply(text="x", unsay=True))
    [(method, values)] = api.calls[len(before) :]
    assert "deleteMessage" not in dict(before)
    assert (method, str(values["chat_id"]), int(values["message_id"])) == (
        "deleteMessage",
        GROUP.chat,
        77,
    )


async def test_a_failed_acknowledgement_matters_when_it_is_all(
    api: BotApi, platform: TelegramPlatform
) -> None:
    api.fail("answerCallbackQuery", 500, "Internal Server Error")
    await platform.acknowledge(press(DM), Reply(text="x"))
    api.fail("answerCallbackQuery", 500, "Internal Server Error")
    with pytest.raises(RetryLater):
        await platform.acknowledge(press(DM), Reply(toast="x"))


async def test_nothing_private_is_said_in_a_group_instead(
    api: BotApi, platform: TelegramPlatform
) -> None:
    api.fail("sendMessage", 403, "Forbidden: bot can't initiate conversation with a user")
    with pytest.raises(ChatGone):
        await platform.answer(typed(GROUP), Reply(text="secret"))
    assert [each["chat_id"] for each in api.of("sendMessage")] == [int(ALICE.user_id)]


async def test_the_entrance_is_a_link_that_starts_the_bot(platform: TelegramPlatform) -> None:
    assert await platform.entrance() == "https://t.me/fluxbot?start=hello"


async def test_the_way_in_asks_telegram_for_nothing(api: BotApi) -> None:
    async with platform_at(api.url) as made:
        assert await made.way_in("", told=True) == ""
        assert api.calls == []
        await made.identify()
        assert await made.way_in("", told=True) == "https://t.me/fluxbot"
        assert len(api.calls) == 1


async def test_menu(api: BotApi, platform: TelegramPlatform) -> None:
    await platform.set_menu({"private": [("add", "d" * 300)], "groups": [], "admins": []})
    first, *rest = api.of("setMyCommands")
    assert first["scope"] == {"type": "all_private_chats"}
    assert first["commands"] == [{"command": "add", "description": "d" * 255 + "…"}]
    assert [call["scope"]["type"] for call in rest] == [
        "all_group_chats",
        "all_chat_administrators",
    ]


async def test_a_menu_for_those_whose_app_speaks_a_language(
    api: BotApi, platform: TelegramPlatform
) -> None:
    await platform.set_menu({"private": [("add", "Neue Aufgabe")]}, "de")
    await platform.set_menu({"private": [("add", "Add a task")]})
    german, rest = api.of("setMyCommands")
    assert german["language_code"] == "de"
    assert "language_code" not in rest


async def test_calls_about_the_bot_itself_fail_by_the_same_names(
    api: BotApi, platform: TelegramPlatform
) -> None:
    api.fail("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
    with pytest.raises(Unsendable):
        await platform.set_menu({"private": [("Add!", "x")]})
    api.fail("setWebhook", 400, "Bad Request: bad webhook: HTTPS url must be provided")
    with pytest.raises(Unsendable):
        await Webhook(platform, "s" * 32).register("http://example.org")


async def test_who_the_bot_is_must_be_asked_first(api: BotApi) -> None:
    async with platform_at(api.url) as platform:
        with pytest.raises(RuntimeError, match="identify"):
            await platform.take({"update_id": 1})


async def test_the_token_is_seen_nowhere(
    api: BotApi, caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    secret = "77:another-secret-token"
    errors: list[BaseException] = []
    with caplog.at_level(logging.DEBUG):
        for url in (api.url, f"http://127.0.0.1:{unused_tcp_port}", "http://[bad"):
            async with platform_at(url, secret) as platform:
                with pytest.raises(DeliveryError) as raised:
                    await platform.identify()
                errors.append(raised.value)
                assert secret not in repr(platform.client)
    seen = [*map(repr, errors), *(repr(each.__context__) for each in errors), caplog.text]
    assert "another-secret-token" not in " ".join(seen)
    assert isinstance(errors[0], TokenRevoked)


async def test_the_library_would_log_the_token(caplog: pytest.LogCaptureFixture) -> None:
    """Negative control: without the level that the constructor sets, it is in the log."""
    async with platform_at("http://127.0.0.1:1"):
        logging.getLogger("telegram").setLevel(logging.DEBUG)
        async with aiohttp.ClientSession() as session:
            with caplog.at_level(logging.DEBUG):
                http.Client("77:secret", "http://127.0.0.1:1", session)
    logging.getLogger("telegram").setLevel(logging.INFO)
    assert "77:secret" in caplog.text
