"""What the operator's command line asks of Telegram, without the service."""

from __future__ import annotations

from contextlib import suppress

import aiohttp
from telegram.error import TelegramError

from adapters.telegram.http import Client
from adapters.telegram.intake import Me
from adapters.telegram.menus import set_menus
from bot.menu import FLEETING, in_every_language
from bot.operator import say
from bot.settings import Settings, SettingsError
from core.errors import DeliveryError, TokenRevoked

__all__ = ["Me", "bot_of", "set_commands"]


async def set_commands(settings: Settings) -> int:
    """Set the menus of commands, as each start does. Raises `SettingsError` without a token."""
    if settings.telegram_bot_token is None:
        raise SettingsError(
            ["TELEGRAM_BOT_TOKEN: needed to set Telegram's menus; the sandbox sets its own"]
        )
    token = settings.telegram_bot_token.get_secret_value()
    async with aiohttp.ClientSession() as session:
        client = Client(token, settings.telegram_base_url, session)
        try:
            for language, menus in in_every_language():
                await set_menus(client, menus, language, FLEETING)
                for scope, listed in menus.items():
                    names = ", ".join(name for name, _ in listed)
                    say(f"{language or 'en, and all others'}, {scope}: {names}")
        except TokenRevoked:
            say("TELEGRAM_BOT_TOKEN: Telegram does not know the token.")
            return 1
        except DeliveryError as problem:
            say(f"Telegram could not be asked: {type(problem).__name__}.")
            return 1
    return 0


async def bot_of(settings: Settings) -> Me | None:
    """Who the bot is on Telegram; where Telegram cannot be asked, by the token, without its name.
    None without a token."""
    if settings.telegram_bot_token is None:
        return None
    token = settings.telegram_bot_token.get_secret_value()
    async with aiohttp.ClientSession() as session:
        with suppress(TelegramError):
            user = await Client(token, settings.telegram_base_url, session).get_me()
            return Me(user.id, (user.username or "").lower())
    return Me(int(token.partition(":")[0]), "")
