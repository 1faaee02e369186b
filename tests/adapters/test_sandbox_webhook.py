"""Telegram's delivery to a webhook: ordered per chat, repeated until accepted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.adapters.test_sandbox_telegram import ADA, HERS, telegram


@dataclass
class Hook:
    """A webhook that answers what it is told to."""

    status: int = 200
    hang: bool = False
    got: list[dict] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def take(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.got.append(await request.json())
            self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
            await asyncio.sleep(0.02)
            return web.Response(status=self.status)
        finally:
            self.at_once -= 1

    @asynccontextmanager
    async def listen(self, port: int = 0) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/hook", self.take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        finally:
            await runner.cleanup()

    @property
    def ids(self) -> list[int]:
        return [each["update_id"] for each in self.got]


async def test_a_webhook_gets_one_update_of_a_chat_at_a_time_in_order_with_the_secret():
    async with telegram() as (sandbox, bot):
        hook = Hook()
        async with hook.listen() as url:
            await bot.set_webhook(url, secret_token="s3cret")
            for number in range(4):
                await sandbox.say(ADA, HERS, f"{number}")
            await sandbox.settled()
            assert [each["message"]["text"] for each in hook.got] == ["0", "1", "2", "3"]
            assert set(hook.secrets) == {"s3cret"}
            assert hook.most_at_once == 1
            await sandbox.say(ADA, HERS, "a")
            await sandbox.say("tg-ben", "telegram:1002", "b")
            await sandbox.settled()
            assert hook.most_at_once == 2
            assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_a_dead_or_failing_webhook_gets_the_same_update_until_it_accepts():
    async with telegram() as (sandbox, bot):
        sandbox.telegram.retry_unit = 0.01
        hook = Hook(status=500)
        async with hook.listen() as url:
            port = int(url.split(":")[2].split("/")[0])
            await bot.set_webhook(url)
            await sandbox.say(ADA, HERS, "first")
            await sandbox.say(ADA, HERS, "second")
            await asyncio.sleep(0.2)
            assert len(set(hook.ids)) == 1
            assert len(hook.ids) >= 3
        info = await bot.get_webhook_info()
        assert info.pending_update_count == 2
        assert info.last_error_message
        hook.status = 200
        async with hook.listen(port):
            await sandbox.settled()
        assert [each["message"]["text"] for each in hook.got][-2:] == ["first", "second"]
        assert len(sandbox.telegram.updates.acknowledged) == 2


async def test_a_press_is_dropped_after_150_seconds():
    async with telegram() as (sandbox, bot):
        sandbox.telegram.retry_unit = 0.01
        await bot.set_webhook("http://127.0.0.1:9/none")
        sandbox.deliver_update({"callback_query": {"id": "1", "from": {"id": 1001}, "data": "x"}})
        sandbox.deliver_update({"message": {"chat": {"id": 1001}, "text": "x"}})
        for entry in sandbox.telegram.updates.pending:
            entry.born -= 151
        await asyncio.sleep(0.2)
        assert [list(each.update)[1] for each in sandbox.telegram.updates.pending] == ["message"]
