"""What is offered to somebody who types elsewhere; and what is told of a group that it joins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from telegram_kit import Conversation
from telegram_server import DATE, TOKEN, BotApi, bot_api

from adapters.telegram import TelegramPlatform
from adapters.telegram.inline import name_of, picked
from adapters.telegram.polling import queue_of
from core.addresses import Address, Sender
from core.chat import Button, Inbound, Link, Offered, Reply, Suggestion
from core.errors import MessageGone

ALICE = {"id": 1001, "is_bot": False, "first_name": "Alice", "language_code": "de"}
ASKED = {"id": "77", "from": ALICE, "query": "  milk\n", "offset": "", "chat_type": "group"}
TYPED = {"update_id": 5, "inline_query": ASKED}
PLAIN = Suggestion("add", "Add: <milk>", "high", Reply(title="<milk>", text="A new task"))
SHOWN = Suggestion(
    "t:9k3f7q2m",
    "#1 Milk",
    "",
    Reply(title="Milk", buttons=((Link("Open", "https://t.me/fluxbot?start=t_9k3f7q2m"),),)),
)


class Offers:
    """Offers what it is told to, or raises it."""

    def __init__(self, offered: Sequence[Suggestion] | Exception) -> None:
        self.offered, self.asked = offered, list[tuple[str, str]]()
        self.way = ""
        self.joined: list[tuple[str, str, bool, str]] = []

    async def suggest(self, sender: Sender, text: str) -> Offered:
        self.asked.append((sender.user_id, text))
        if isinstance(self.offered, Exception):
            raise self.offered
        return Offered(tuple(self.offered), self.way)

    async def on_joined(self, address: Address, by: Sender, hears_all: bool, key: str) -> None:
        self.joined.append((address.chat, by.language, hears_all, key))


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


@asynccontextmanager
async def platform_of(api: BotApi, offers: Offers) -> AsyncIterator[TelegramPlatform]:
    talk = Conversation()
    async with aiohttp.ClientSession() as session:
        made = TelegramPlatform(
            token=TOKEN,
            base_url=api.url,
            session=session,
            receive=talk.receive,
            keep_unread=talk.keep_unread,
            on_joined=offers.on_joined,
            suggest=offers.suggest,
        )
        await made.identify()
        yield made


async def test_what_is_offered_is_for_one_person_and_kept_by_nobody(api: BotApi) -> None:
    offers = Offers([PLAIN, SHOWN])
    async with platform_of(api, offers) as platform:
        assert await platform.take(TYPED)
    assert offers.asked == [("1001", "milk")]
    [answer] = api.of("answerInlineQuery")
    assert (answer["inline_query_id"], answer["cache_time"]) == (77, 0)
    assert answer["is_personal"] is True
    first, second = answer["results"]
    assert (first["type"], first["id"], first["title"]) == ("article", "add", "Add: <milk>")
    assert first["description"] == "high"
    assert first["input_message_content"]["message_text"] == "<b>&lt;milk&gt;</b>\nA new task"
    assert first["input_message_content"]["parse_mode"] == "HTML"
    assert "reply_markup" not in first
    assert "description" not in second
    [[button]] = second["reply_markup"]["inline_keyboard"]
    assert button["url"].endswith("t_9k3f7q2m")


async def test_a_way_on_is_a_button_that_leads_to_the_private_chat(api: BotApi) -> None:
    offers = Offers([])
    async with platform_of(api, offers) as platform:
        assert await platform.take(TYPED)
        offers.way = "Ask me " + "again " * 100
        assert await platform.take(TYPED)
    plain, answer = api.of("answerInlineQuery")
    assert "button" not in plain
    assert (answer["results"], answer["button"]["start_parameter"]) == ([], "inline")
    assert answer["button"]["text"].startswith("Ask me again")
    assert len(answer["button"]["text"]) <= 256


@pytest.mark.parametrize(
    "offered",
    [
        OSError("the database is away"),
        [Suggestion("x", "x", "", Reply(text="x", buttons=((Button("x", "y" * 65),),)))],
    ],
    ids=["nothing found", "nothing that can be drawn"],
)
async def test_a_question_that_finds_no_answer_is_not_asked_again(
    api: BotApi, offered: Any
) -> None:
    """They typed on by then: it is no message that must not be lost."""
    async with platform_of(api, Offers(offered)) as platform:
        assert await platform.take(TYPED)
    assert api.of("answerInlineQuery") == []


async def test_an_answer_that_comes_too_late_is_no_failure(api: BotApi) -> None:
    api.fail("answerInlineQuery", 400, "Bad Request: query is too old")
    async with platform_of(api, Offers([PLAIN])) as platform:
        assert await platform.take(TYPED)
        assert await platform.take(TYPED)
    assert len(api.of("answerInlineQuery")) == 2


PICKED_MESSAGE = "i00000000000000000007:AgAAAx_y"


def picks(result: str, order: int = 7, **more: Any) -> Inbound | None:
    return picked("k", {"result_id": result, "from": ALICE, "query": " milk\n", **more}, order)


def test_what_is_picked_is_a_line_that_knows_the_message_it_became() -> None:
    named = {"inline_message_id": "AgAAAx_y"}
    added, shown = picks("add", **named), picks("shown-elsewhere t:9k3f7q2m", **named)
    assert added is not None
    assert shown is not None
    assert (added.line, name_of(added.shown)) == ("add milk", "AgAAAx_y")
    assert (shown.line, shown.shown) == ("shown-elsewhere t:9k3f7q2m", added.shown)
    assert shown.address.private
    unnamed = picks("add")
    assert unnamed is not None
    assert unnamed.shown == ""
    assert picks("shown-elsewhere t:9k3f7q2m") is None  # nothing could be drawn again
    assert picks("delete-now t:9k3f7q2m", **named) is None


def test_names_sort_by_when_they_were_picked() -> None:
    named = [{"inline_message_id": each} for each in ("Zz", "Aa", "Mm")]
    orders = (9, 10, 700_000_000)
    said = [picks("add", order, **each) for order, each in zip(orders, named, strict=True)]
    names = [each.shown for each in said if each]
    assert [name_of(each) for each in sorted(names)] == ["Zz", "Aa", "Mm"]


async def test_what_was_picked_is_edited_where_the_bot_is_not(api: BotApi) -> None:
    home = Address("telegram", "", "1001", private=True)
    async with platform_of(api, Offers([])) as platform:
        await platform.send(home, SHOWN.reply, edit=PICKED_MESSAGE)
        [edit] = api.of("editMessageText")
        assert (edit["inline_message_id"], edit["text"]) == ("AgAAAx_y", "<b>Milk</b>")
        assert "chat_id" not in edit
        assert "reply_markup" in edit
        for code, why in ((400, "MESSAGE_ID_INVALID"), (400, "chat not found"), (403, "kicked")):
            api.fail("editMessageText", code, f"Oh no: {why}")
            with pytest.raises(MessageGone):  # of the person's own chat it says nothing
                await platform.send(home, SHOWN.reply, edit=PICKED_MESSAGE)


def test_who_types_waits_for_nobody_else() -> None:
    other = {"inline_query": {**ASKED, "from": {"id": 1002}}}
    message = {"message": {"chat": {"id": 1001}}}
    assert len({queue_of(each) for each in (TYPED, other, message)}) == 3


def joins(status: str) -> dict[str, Any]:
    change = {
        "chat": {"id": -100, "type": "supergroup", "title": "Flat"},
        "from": ALICE,
        "date": DATE,
        "old_chat_member": {"status": "left"},
        "new_chat_member": {"status": status},
    }
    return {"update_id": 9, "my_chat_member": change}


async def test_a_joined_group_is_told_of_with_what_reaches_the_bot(api: BotApi) -> None:
    offers = Offers([])
    async with platform_of(api, offers) as platform:
        for status in ("member", "administrator", "restricted"):
            update = joins(status)
            update["my_chat_member"]["new_chat_member"]["can_send_messages"] = False
            await platform.take(update)
        before = len(api.of("getMe"))
        api.fail("getMe", 500, "Internal Server Error")  # then what was known before counts
        await platform.take(joins("member"))
    assert offers.joined == [
        ("-100", "de", False, "telegram:42:9"),
        ("-100", "de", True, "telegram:42:9"),
        ("-100", "de", False, "telegram:42:9"),
    ]
    assert before == 3  # at the start, and for each group: it may have been switched since
