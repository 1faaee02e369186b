"""The menus of commands; and by them, whether the server knows commands that one person alone
sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from telegram.error import TelegramError

from adapters.telegram.faults import delivery_error
from adapters.telegram.http import Client
from adapters.telegram.text import cut

DESCRIPTION_LIMIT = 256
"""Characters of what a command does. Source: Bot API, BotCommand."""
SCOPES: Mapping[str, str] = {
    "private": "all_private_chats",
    "groups": "all_group_chats",
    "admins": "all_chat_administrators",
}
_IN_GROUPS = frozenset({"groups", "admins"})

Menus = Mapping[str, Sequence[tuple[str, str]]]


async def set_menus(client: Client, menus: Menus, language: str, fleeting: Collection[str]) -> None:
    """As `TelegramPlatform.set_menu` says."""
    for scope, commands in menus.items():
        place: dict[str, Any] = {"scope": {"type": SCOPES[scope]}}
        place |= {"language_code": language} if language else {}
        menu = [
            _command(name, text, fleeting=scope in _IN_GROUPS and name in fleeting)
            for name, text in commands
        ]
        try:
            await client.call("setMyCommands", {**place, "commands": menu})
        except TelegramError as error:
            raise delivery_error(error) from None


async def knows_fleeting(client: Client) -> bool:
    """Whether the server kept what was said of fleeting commands: an older one passes over it."""
    try:
        kept = await client.call("getMyCommands", {"scope": {"type": SCOPES["groups"]}})
    except TelegramError as error:
        raise delivery_error(error) from None
    listed = kept if isinstance(kept, list) else []
    return any(isinstance(each, dict) and each.get("is_ephemeral") is True for each in listed)


def _command(name: str, text: str, *, fleeting: bool) -> dict[str, Any]:
    command: dict[str, Any] = {"command": name, "description": cut(text, DESCRIPTION_LIMIT)}
    return command | ({"is_ephemeral": True} if fleeting else {})
