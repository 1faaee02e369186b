"""The stand-in for Telegram, over sockets, with python-telegram-bot against it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Conflict, EndPointNotFound, Forbidden

from adapters.sandbox import Sandbox, World, serve

TOKEN = "4200:sandbox"
ADA, HERS, GROUP = "tg-ada", "telegram:1001", "telegram:-100200300"


@asynccontextmanager
async def telegram(world: World | None = None) -> AsyncIterator[tuple[Sandbox, Bot]]:
    sandbox = Sandbox(
        world or World.demo(), telegram_token=TOKEN, slack_bot_token="b", slack_signing_secret="s"
    )
    async with serve(sandbox) as served, Bot(TOKEN, f"{served.telegram_base_url}/bot") as bot:
        yield sandbox, bot


def keyboard(label: str, line: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=line)]])


async def test_a_conversation_by_polling():
    async with telegram() as (sandbox, bot):
        assert (await bot.get_me()).username == "fluxbot"
        said = await sandbox.say(ADA, HERS, "/add Milk 🥛")
        [update] = await bot.get_updates(timeout=2)
        assert update.message.parse_entities() == {update.message.entities[0]: "/add"}
        assert (update.message.from_user.id, update.message.chat.type) == (1001, "private")
        sent = await bot.send_message(
            1001, "<b>#1</b> Milk", parse_mode="HTML", reply_markup=keyboard("Done", "done 1"),
            reply_parameters=ReplyParameters(update.message.message_id), disable_notification=True,
        )  # fmt: skip
        assert (sent.text, sent.entities[0].type) == ("#1 Milk", "bold")
        shown = sandbox.world.messages(HERS)[-1]
        assert shown.silent
        assert shown.reply_to == said.message.id
        assert shown.display()["blocks"][0]["runs"] == [
            {"text": "#1", "bold": True}, {"text": " Milk"}
        ]  # fmt: skip
        pressing = asyncio.create_task(sandbox.press(ADA, HERS, shown.id, shown.press("Done")))
        [pressed] = await bot.get_updates(offset=update.update_id + 1, timeout=2)
        assert pressed.callback_query.data == "done 1"
        await pressed.callback_query.answer("Done.")
        await pressed.callback_query.edit_message_text("<s>Milk</s>", parse_mode="HTML")
        assert (await pressing).text == "Done."
        assert shown.text == "Milk"
        assert shown.edited == 1
        assert shown.buttons == []


async def test_an_offset_confirms_and_until_then_updates_come_again():
    async with telegram() as (sandbox, bot):
        await sandbox.say(ADA, HERS, "one")
        first = await bot.get_updates()
        assert await bot.get_updates() == first
        shown = await sandbox.say(ADA, HERS, "two")
        [second] = await bot.get_updates(offset=first[0].update_id + 1)
        assert second.message.text == "two"
        assert await bot.get_updates(offset=second.update_id + 1, timeout=0) == ()
        assert sandbox.telegram.updates.acknowledged == {first[0].update_id, second.update_id}
        await sandbox.say(ADA, HERS, "", again=shown.id)
        assert await bot.get_updates(offset=second.update_id + 1) == (second,)


async def test_the_older_of_two_polls_is_ended_and_a_webhook_excludes_polls():
    async with telegram() as (sandbox, bot):
        async with Bot(TOKEN, bot.base_url.removesuffix(TOKEN)) as another:
            older = asyncio.create_task(another.get_updates(timeout=5))
            await asyncio.sleep(0.1)
            newer = asyncio.create_task(bot.get_updates(timeout=5))
            with pytest.raises(Conflict, match="terminated by other getUpdates"):
                await older
        await sandbox.say(ADA, HERS, "hello")
        assert len(await newer) == 1
        await bot.set_webhook("http://127.0.0.1:9/none")
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert len(await bot.get_updates()) == 1


async def test_what_a_vanished_poller_took_goes_to_the_next_one():
    async with telegram() as (sandbox, bot), aiohttp.ClientSession() as http:
        poll = asyncio.create_task(http.get(f"{bot.base_url}/getUpdates?timeout=20"))
        await asyncio.sleep(0.05)
        poll.cancel()  # the service was killed in the middle of its poll
        await sandbox.say(ADA, HERS, "while nobody listened")
        await asyncio.sleep(0.05)
        [update] = await bot.get_updates(timeout=1)
        assert update.message.text == "while nobody listened"
        assert sandbox.telegram.updates.acknowledged == set()


async def test_what_telegram_refuses():
    async with telegram() as (sandbox, bot):
        with pytest.raises(Forbidden, match="can't initiate"):
            await bot.send_message(1001, "x")
        await sandbox.say(ADA, HERS, "/start")
        sandbox.limit(on=False)
        sent = await bot.send_message(1001, "x" * 4096, reply_markup=keyboard("a", "x" * 64))
        for text, words in {"🥛" * 2049: "message is too long", " ": "text is empty"}.items():
            with pytest.raises(BadRequest, match=f"(?i){words}"):
                await bot.send_message(1001, text)
        with pytest.raises(BadRequest, match='unsupported start tag "x"'):
            await bot.send_message(1001, "<x>", parse_mode="HTML")
        with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
            await bot.send_message(1001, "x", reply_markup=keyboard("a", "ü" * 33))
        with pytest.raises(BadRequest, match="is not modified"):
            await bot.edit_message_text("x" * 4096, 1001, sent.message_id,
                                        reply_markup=keyboard("a", "x" * 64))  # fmt: skip
        with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
            await bot.send_message(1001, "x", reply_to_message_id=999)
        await bot.delete_message(1001, sent.message_id)
        with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
            await bot.edit_message_text("y", 1001, sent.message_id)
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await bot.send_message(5, "x")
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query("1")
        with pytest.raises(EndPointNotFound):
            await bot.do_api_request("sendNonsense")


async def test_who_blocked_the_bot_gets_nothing_and_the_bot_is_told():
    async with telegram() as (sandbox, bot):
        await sandbox.say(ADA, HERS, "/start")
        sandbox.block(ADA)
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_message(1001, "x")
        assert (await bot.get_updates())[-1].my_chat_member.new_chat_member.status == "kicked"
        await sandbox.say(ADA, HERS, "/start")
        await bot.send_message(1001, "x")
        with pytest.raises(ValueError, match="nothing to send"):
            await sandbox.say(ADA, HERS, " ")


async def test_a_press_can_be_answered_for_fifteen_seconds():
    async with telegram() as (sandbox, bot):
        sandbox.telegram.patience = 0.05
        await sandbox.say(ADA, HERS, "/start")
        await bot.send_message(1001, "x", reply_markup=keyboard("Go", "go"))
        shown = sandbox.world.messages(HERS)[-1]
        pressed = await sandbox.press(ADA, HERS, shown.id, shown.press("Go"))
        assert pressed.error
        query = (await bot.get_updates())[-1].callback_query
        sandbox.telegram.queries[query.id].at -= 15.1
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await query.answer()


async def test_the_menu_the_chat_and_its_members():
    async with telegram() as (sandbox, bot):
        await bot.set_my_commands([BotCommand("add", "Add a task")])
        assert sandbox.world.menu["default/"][0]["command"] == "add"
        assert (await bot.get_my_commands())[0].description == "Add a task"
        with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
            await bot.set_my_commands([BotCommand("Add!", "x")])
        assert (await bot.get_chat(-100200300)).title == "Flat 4"
        assert (await bot.get_chat_member(-100200300, 1001)).status == "creator"
        assert (await bot.get_chat_member(-100200300, 4200)).status == "member"
        await bot.send_chat_action(-100200300, "typing")


async def test_json_bodies_a_wrong_token_and_strangers():
    async with telegram() as (sandbox, bot), aiohttp.ClientSession() as http:
        await sandbox.say(ADA, HERS, "/start")
        url = f"{bot.base_url}/sendMessage"
        async with http.post(url, json={"chat_id": 1001, "text": "x"}) as answer:
            assert (await answer.json())["result"]["chat"]["first_name"] == "Ada"
        async with http.post(url.replace("4200", "4201"), json={}) as answer:
            assert await answer.json() == {
                "ok": False, "error_code": 401, "description": "Unauthorized"
            }  # fmt: skip
        for header in ({"X-Forwarded-For": "127.0.0.1"}, {"Host": "evil.example"}):
            async with http.post(url, headers=header) as answer:
                assert answer.status == 403


async def test_the_feed_tells_what_happens():
    async with telegram() as (sandbox, bot), sandbox.world.feed() as feed:
        await sandbox.say(ADA, HERS, "/start")
        await bot.send_message(1001, "x")
        events = [await anext(feed), await anext(feed)]
        assert [each["message"]["from_bot"] for each in events] == [False, True]
        assert {each["type"] for each in events} == {"message"}
