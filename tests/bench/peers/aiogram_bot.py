"""aiogram 3 by webhook, with the ORM store: 200 after the work, as a careful user would set it."""

from __future__ import annotations

import asyncio

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, Update
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from common import given, serve
from orm import Tasks


async def main() -> None:
    options = given()
    tasks = Tasks(options.db)
    bot = Bot(options.token, AiohttpSession(api=TelegramAPIServer.from_base(options.api)))
    dispatcher = Dispatcher()

    @dispatcher.message(Command("add"))
    async def add(message: Message, command: CommandObject, event_update: Update) -> None:
        assert message.from_user is not None
        key, user = str(event_update.update_id), str(message.from_user.id)
        text = await tasks.add(key, user, str(message.chat.id), command.args or "")
        if text:
            await message.answer(text)

    app = web.Application()
    SimpleRequestHandler(
        dispatcher, bot, handle_in_background=False, secret_token=options.secret
    ).register(app, "/telegram/webhook")
    setup_application(app, dispatcher, bot=bot)
    await bot.me()
    await serve(app, options.port)


if __name__ == "__main__":
    asyncio.run(main())
