"""Telegram's sending limits, and what a group lets through."""

from __future__ import annotations

import pytest
from telegram.error import RetryAfter

from adapters.sandbox import World
from tests.adapters.test_sandbox_telegram import ADA, GROUP, telegram


async def test_too_many_messages_to_a_chat_a_group_and_at_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with telegram(World.crowd(telegram=40)) as (sandbox, bot):
        sandbox.world.started.update(sandbox.world.people)
        members = list(sandbox.world.people)
        sandbox.world.add_chat("telegram", "-100200300", "Flat 4", members)
        now = 1000.0
        sandbox.telegram.limits.clock = lambda: now
        for _ in range(3):
            await bot.send_message(10_001, "x")
        with pytest.raises(RetryAfter, match="Retry in 0:00:01"):
            await bot.send_message(10_001, "x")
        for number in range(2, 29):
            await bot.send_message(10_000 + number, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(10_030, "x")  # the 31st of this second
        for _ in range(20):
            now += 2.0
            await bot.send_message(-100200300, "x")
        now += 2.0
        with pytest.raises(RetryAfter, match="Retry in 0:00:20"):
            await bot.send_message(-100200300, "x")
        stats = sandbox.telegram.stats
        assert (stats.sends, stats["429s"]) == (50, 3)
        assert len(stats.log["telegram:10001"]) == 3
        sandbox.limit(on=False)
        await bot.send_message(-100200300, "x")


async def test_a_group_hears_commands_mentions_and_replies_only():
    async with telegram() as (sandbox, bot):
        await bot.send_message(-100200300, "card")
        card = sandbox.world.messages(GROUP)[-1]
        heard = ["/list", "/list@fluxbot now", "thanks @fluxbot"]
        for text in ["hello", "/list@otherbot", "@ben look", *heard]:
            assert bool((await sandbox.say(ADA, GROUP, text)).id) == (text in heard)
        assert (await sandbox.say(ADA, GROUP, "note", reply_to=card.id)).id
        updates = await bot.get_updates()
        assert [each.message.text for each in updates] == [*heard, "note"]
        assert updates[-1].message.reply_to_message.message_id == int(card.id)
        assert updates[0].message.chat.type == "supergroup"


async def test_a_message_for_one_member_of_a_group():
    async with telegram() as (sandbox, bot):
        sandbox.telegram.whispers = True
        await bot.send_message(-100200300, "psst", api_kwargs={"receiver_user_id": 1002})
        assert [each.text for each in sandbox.world.messages(GROUP, "tg-ben")] == ["psst"]
        assert sandbox.world.messages(GROUP, ADA) == []


async def test_an_older_server_says_it_to_all():
    async with telegram() as (sandbox, bot):
        await bot.send_message(-100200300, "psst", api_kwargs={"receiver_user_id": 1002})
        assert [each.text for each in sandbox.world.messages(GROUP, ADA)] == ["psst"]
