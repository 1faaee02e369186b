"""Long polling: updates are taken, then confirmed; never the other way round."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram_kit import Conversation, message, platform_at
from telegram_server import BotApi, bot_api, until

from adapters.telegram import Polling, TelegramPlatform
from adapters.telegram.intake import KINDS
from core.chat import Inbound
from core.errors import TokenRevoked


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
async def polling(platform: TelegramPlatform) -> AsyncIterator[Polling]:
    loop = Polling(platform, wait=1, pause=0.01)
    task = asyncio.create_task(loop.run())
    try:
        yield loop
    finally:
        loop.stop()
        async with asyncio.timeout(5):
            await task


async def confirmed(api: BotApi) -> None:
    await until(lambda: not api.updates)


async def test_polling_takes_then_confirms(
    api: BotApi, platform: TelegramPlatform, talk: Conversation
) -> None:
    api.webhook = "https://example.org/old"
    api.updates = [message(n, 1, f"line {n}") for n in range(10, 15)]
    async with polling(platform):
        await talk.heard(5)
        await confirmed(api)
    assert talk.lines == [f"line {n}" for n in range(10, 15)]
    assert api.of("deleteWebhook") == [{"drop_pending_updates": False}]
    first = api.of("getUpdates")[0]
    assert first["allowed_updates"] == list(KINDS)
    assert first["limit"] == 100
    assert "offset" not in first


async def test_a_slow_chat_keeps_its_order_and_holds_up_no_other(
    api: BotApi, platform: TelegramPlatform, talk: Conversation
) -> None:
    gate = asyncio.Event()

    async def wait_in_chat_1(inbound: Inbound) -> None:
        if inbound.line == "slow":
            await gate.wait()

    talk.before = wait_in_chat_1
    api.updates = [message(1, 1, "slow"), message(2, 2, "other"), message(3, 1, "after")]
    async with polling(platform):
        await talk.heard(1)
        assert talk.lines == ["other"]
        assert len(api.updates) == 3  # nothing is confirmed while the batch is in hand
        gate.set()
        await confirmed(api)
    assert talk.lines == ["other", "slow", "after"]


async def test_at_most_64_chats_at_once(
    api: BotApi, platform: TelegramPlatform, talk: Conversation
) -> None:
    async def breathe(inbound: Inbound) -> None:
        await asyncio.sleep(0.01)

    talk.before = breathe
    api.updates = [message(n, n, "x") for n in range(1, 101)]
    async with polling(platform):
        await talk.heard(100)
    assert talk.most_at_once == 64


async def test_what_was_not_taken_is_fetched_again(
    api: BotApi, platform: TelegramPlatform, talk: Conversation
) -> None:
    failures = 2

    async def store_is_down(inbound: Inbound) -> None:
        nonlocal failures
        if inbound.line == "two" and failures:
            failures -= 1
            raise OSError("disk full")

    talk.before = store_is_down
    api.updates = [message(1, 1, "one"), message(2, 1, "two"), message(3, 1, "three")]
    async with polling(platform):
        await confirmed(api)
    assert talk.lines == ["one", "two", "three"]


async def test_odd_updates_block_nothing(
    api: BotApi, platform: TelegramPlatform, talk: Conversation
) -> None:
    api.updates = [
        {"update_id": 1, "message": {"text": 5}},
        {"update_id": 2, "message": None},
        {"update_id": 3, "callback_query": {"from": 7}},
        message(4, 1, "good"),
    ]
    async with polling(platform):
        await confirmed(api)
    assert talk.lines == ["good"]
    assert [each.key for each in talk.unread] == ["telegram:42:1", "telegram:42:3"]


async def test_what_can_be_neither_read_nor_kept_is_fetched_again(
    api: BotApi, platform: TelegramPlatform, talk: Conversation
) -> None:
    """Negative control: an update is confirmed because it is kept."""
    talk.keeps = False
    api.updates = [{"update_id": 1, "message": {"text": 5}}, message(2, 1, "good")]
    async with polling(platform):
        await talk.heard(1)
        await asyncio.sleep(0.1)
        assert len(api.updates) == 2
        talk.keeps = True
        await confirmed(api)
    assert [each.key for each in talk.unread] == ["telegram:42:1"]


async def test_trouble_is_waited_out(
    api: BotApi, platform: TelegramPlatform, talk: Conversation
) -> None:
    api.fail("deleteWebhook", 502, "Bad Gateway")
    api.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    api.fail("getUpdates", 429, "Too Many Requests", retry_after=1)
    api.updates = [message(1, 1, "one")]
    async with polling(platform):
        await talk.heard(1)
    assert len(api.of("deleteWebhook")) == 3  # failed, done, and again after the conflict


async def test_a_revoked_token_ends_polling_at_once(
    api: BotApi, platform: TelegramPlatform
) -> None:
    api.fail("getUpdates", 401, "Unauthorized")
    with pytest.raises(TokenRevoked):
        await Polling(platform, wait=1).run()
    assert len(api.of("getUpdates")) == 1


async def test_ids_may_restart(api: BotApi, platform: TelegramPlatform, talk: Conversation) -> None:
    """After a quiet week Telegram numbers from a random id, perhaps a lower one."""
    api.updates = [message(900, 1, "before")]
    loop = Polling(platform, wait=0, pause=0.01)
    task = asyncio.create_task(loop.run())
    await talk.heard(1)
    await confirmed(api)
    await asyncio.sleep(0.05)
    api.updates = [message(5, 1, "after")]
    await talk.heard(2)
    loop.stop()
    await task
    assert talk.lines == ["before", "after"]


async def test_stop_finishes_the_batch_in_hand(
    api: BotApi, platform: TelegramPlatform, talk: Conversation
) -> None:
    started = asyncio.Event()

    async def slow(inbound: Inbound) -> None:
        started.set()
        await asyncio.sleep(0.05)

    talk.before = slow
    api.updates = [message(1, 1, "one")]
    async with polling(platform):
        await started.wait()
    assert talk.lines == ["one"]
