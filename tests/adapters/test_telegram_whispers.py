"""Answers that one person alone sees in a group, and what is said in private instead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from telegram_kit import ALICE, GROUP, platform_at, press, typed
from telegram_server import BotApi, listening

from adapters.telegram import TelegramPlatform
from core.chat import Audience, Button, Card, Document, Link, Prompt, Reply

MENU = {"groups": [("list", "List"), ("add", "Add")], "private": [("list", "List")]}
HERE = replace(GROUP, thread="9")
LIST = Reply(title="Open tasks", buttons=((Button("1", "show 1"),),))


class Newer(BotApi):
    """A server of Bot API 10.2, as long as it `whispers`."""

    def __init__(self) -> None:
        super().__init__()
        self.whispers = True
        self.kept: list[Any] = []

    async def on_setmycommands(self, given: dict[str, Any]) -> Any:
        if given["scope"]["type"] == "all_group_chats":
            self.kept = given["commands"]
        return True

    async def on_getmycommands(self, given: dict[str, Any]) -> Any:
        return self.kept

    async def on_sendmessage(self, given: dict[str, Any]) -> Any:
        message = await super().on_sendmessage(given)
        if "receiver_user_id" not in given or not self.whispers:
            return message
        number = message["message_id"]
        return message | {"message_id": 0, "ephemeral_message_id": number}


@pytest.fixture
async def api() -> AsyncIterator[Newer]:
    server, app = Newer(), web.Application()
    app.router.add_post("/bot{token}/{method}", server.serve)
    async with listening(app) as server.url:
        yield server


@pytest.fixture
async def platform(api: Newer) -> AsyncIterator[TelegramPlatform]:
    async with platform_at(api.url) as made:
        await made.identify()
        await made.set_menu(MENU, "", {"list"})
        await made.try_whispers()
        yield made


def chats(api: Newer) -> list[str]:
    """Where messages went, after the one without a word by which it is found out."""
    return [str(each["chat_id"]) for each in api.of("sendMessage") if each["text"] != "…"]


async def test_the_menu_says_which_commands_nobody_else_needs_to_see(
    api: Newer, platform: TelegramPlatform
) -> None:
    groups, private = api.of("setMyCommands")
    assert [each.get("is_ephemeral") for each in groups["commands"]] == [True, None]
    assert "is_ephemeral" not in private["commands"][0]


async def test_a_private_answer_is_whispered_in_its_topic(
    api: Newer, platform: TelegramPlatform
) -> None:
    assert await platform.answer(typed(HERE), LIST) is None
    assert await platform.answer(typed(HERE), LIST) is None
    first, told, _ = api.of("sendMessage")
    assert first["text"] == "…"  # once, and it is gone again
    assert len(api.of("deleteEphemeralMessage")) == 1
    for each in (first, told):
        assert (each["chat_id"], each["message_thread_id"]) == (-100, 9)
        assert each["receiver_user_id"] == int(ALICE.user_id)
        assert each["ephemeral_message_parameters"] == {"receiver_user_id": int(ALICE.user_id)}


async def test_a_press_in_a_whisper_redraws_it(api: Newer, platform: TelegramPlatform) -> None:
    card = Reply(title="Milk", card=Card("t1", 1), audience=Audience.HERE)
    for reply in (LIST, card, replace(card, audience=Audience.PRIVATE)):
        assert await platform.answer(press(HERE, "e7"), reply) is None
    edits = api.of("editEphemeralMessageText")
    assert [each["ephemeral_message_id"] for each in edits] == [7, 7, 7]
    assert chats(api) == []
    api.fail("editEphemeralMessageText", 400, "Bad Request: message to edit not found")
    assert await platform.answer(press(HERE, "e7"), LIST) is None
    assert api.of("sendMessage")[-1]["callback_query_id"] == "q1"
    assert api.of("editMessageText") == []


@pytest.mark.parametrize("status", [200, 400])
async def test_a_whisper_goes_when_another_message_takes_its_place(
    api: Newer, platform: TelegramPlatform, status: int
) -> None:
    await platform.answer(typed(HERE), LIST)
    anew = replace(LIST, instead="Below.")
    for reply in (anew, replace(anew, prompt=Prompt("a", "issued"))):  # here; in the private chat
        if status == 400:
            api.fail("deleteEphemeralMessage", 400, "Bad Request: message to delete not found")
        await platform.answer(press(HERE, "e7"), reply)
    assert chats(api) == ["-100", "-100", ALICE.user_id]
    gone = [each["ephemeral_message_id"] for each in api.of("deleteEphemeralMessage")]
    assert gone[1:] == [7, 7]  # the first was the one without a word
    assert api.of("editEphemeralMessageText") == api.of("deleteMessage") == []


@pytest.mark.parametrize(
    "reply",
    [
        replace(LIST, card=Card("t1", 1)),
        replace(LIST, prompt=Prompt("a", "open")),
        replace(LIST, step="s"),
        replace(LIST, unsay=True),
        replace(LIST, buttons=((Link("Sign in", "https://example.org/x", secret=True),),)),
    ],
    ids=["card", "prompt", "step", "secret that was said", "secret link"],
)
async def test_what_must_not_be_lost_is_said_in_private(
    api: Newer, platform: TelegramPlatform, reply: Reply
) -> None:
    assert await platform.answer(typed(HERE), reply) is not None
    assert chats(api) == [ALICE.user_id]


async def test_a_file_is_never_whispered(api: Newer, platform: TelegramPlatform) -> None:
    reply = Reply(text="x", document=Document("x.csv", b"1"))
    assert not await platform._whispers.say(typed(HERE), reply)
    assert api.of("sendMessage") == []


async def test_what_is_for_all_is_said_aloud(api: Newer, platform: TelegramPlatform) -> None:
    await platform.answer(typed(HERE), replace(LIST, audience=Audience.HERE))
    [sent] = api.of("sendMessage")
    assert "receiver_user_id" not in sent


@pytest.mark.parametrize("status", [400, 403, 429, 500])
async def test_where_a_whisper_fails_it_is_said_in_private(
    api: Newer, platform: TelegramPlatform, status: int
) -> None:
    await platform.answer(typed(HERE), LIST)
    api.fail("sendMessage", status, "Bad Request: USER_NOT_PARTICIPANT")
    assert await platform.answer(typed(HERE), LIST) is not None
    assert chats(api) == ["-100", "-100", ALICE.user_id]


async def test_a_server_that_says_it_aloud_is_found_out_without_a_word(
    api: Newer, platform: TelegramPlatform
) -> None:
    api.whispers = False
    for _ in range(2):
        assert await platform.answer(typed(HERE), LIST) is not None
    aloud = [each["text"] for each in api.of("sendMessage") if each["chat_id"] == -100]
    assert aloud == ["…"]
    assert [each["message_id"] for each in api.of("deleteMessage")] == [501]
    assert chats(api) == [ALICE.user_id, ALICE.user_id]


@pytest.mark.parametrize("kept", [None, True, ["list"], [{"command": "list"}]])
async def test_a_server_that_keeps_no_mark_is_never_tried(api: Newer, kept: Any) -> None:
    async with platform_at(api.url) as older:
        await older.identify()
        await older.set_menu(MENU, "", {"list"})
        api.kept = kept
        await older.try_whispers()
        await older.answer(typed(HERE), LIST)
    assert chats(api) == [ALICE.user_id]
