"""Telegram as a chat platform: sends, edits, answers, and takes updates in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from adapters.telegram.faults import delivery_error
from adapters.telegram.http import Client
from adapters.telegram.intake import Me, read
from adapters.telegram.people import PLATFORM
from adapters.telegram.sending import Sending
from adapters.telegram.text import clean, cut
from adapters.telegram.unread import unread
from core.addresses import Address, Sender
from core.chat import Audience, Inbound, Kind, Reply, Sent
from core.errors import MessageGone, Unsendable
from core.ports import ChatPlatform, KeepUnread, OnChat, Receive

OnMoved = Callable[[Address, Address], Awaitable[None]]
"""A group that became another one: from, to. Told up to twice."""

TOAST_LIMIT = 200
"""Characters of an answer to a press. Source: Bot API, answerCallbackQuery."""
SCOPES: Mapping[str, BotCommandScope] = {
    "private": BotCommandScopeAllPrivateChats(),
    "groups": BotCommandScopeAllGroupChats(),
    "admins": BotCommandScopeAllChatAdministrators(),
}


class TelegramPlatform(ChatPlatform):
    """One bot. `session` stays the caller's; `receive` is the one function of the conversation,
    `keep_unread` takes what cannot be given to it."""

    name = PLATFORM

    def __init__(
        self,
        *,
        token: str,
        base_url: str,
        session: aiohttp.ClientSession,
        receive: Receive,
        keep_unread: KeepUnread,
        on_chat: OnChat | None = None,
        on_moved: OnMoved | None = None,
    ) -> None:
        # below INFO the library logs the URL it calls, which holds the token
        logging.getLogger("telegram").setLevel(logging.INFO)
        self.client = Client(token, base_url, session)
        self._sending = Sending(self.client)
        self._receive, self._on_chat, self._on_moved = receive, on_chat, on_moved
        self._keep_unread = keep_unread
        self._me: Me | None = None

    @property
    def me(self) -> Me:
        """The bot. Raises RuntimeError before `identify`."""
        if self._me is None:
            raise RuntimeError("TelegramPlatform.identify() comes first")
        return self._me

    @property
    def identified(self) -> bool:
        """Whether `identify` has been answered."""
        return self._me is not None

    async def identify(self) -> Me:
        """Ask Telegram who the bot is. Raises DeliveryError, TokenRevoked above all."""
        try:
            user = await self.client.get_me()
        except TelegramError as error:
            raise delivery_error(error) from None
        self._me = Me(user.id, (user.username or "").lower())
        return self._me

    async def take(self, raw: Mapping[str, Any]) -> bool:
        """Take in one update; return when it may be confirmed to Telegram.

        False where it could not be read, and was kept for the operator instead. Raises what
        `receive`, `keep_unread` and the callbacks raise: then it must not be confirmed."""
        try:
            arrived = read(raw, self.me)
        except Exception as error:
            await self._keep_unread(unread(raw, self.me), error)
            return False
        if arrived.presence and self._on_chat:
            await self._on_chat(*arrived.presence)
        if arrived.move and self._on_moved:
            await self._on_moved(*arrived.move)
        if arrived.inbound:
            await self._receive(arrived.inbound)
        return True

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        """Never: every reply is a call of its own."""
        return False

    async def person(self, scope: str, user_id: str) -> Sender | None:
        """As the port says: every message has the name, and no bot is told the zone."""
        return None

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        """As the port says. Long text becomes several messages; the last one is returned."""
        if edit:
            return await self._sending.edit(address, reply, edit)
        return await self._sending.post(address, reply, reply_to)

    async def acknowledge(self, inbound: Inbound, reply: Reply) -> None:
        """Stop the button's spinner. A failure matters only where the toast is all there is. What
        was typed needs none, but may have to be deleted."""
        if inbound.kind is not Kind.PRESS:
            if reply.unsay and inbound.token.isdecimal():
                await self._sending.unsay(inbound.address, int(inbound.token))
            return
        toast = cut(clean(reply.toast), TOAST_LIMIT) or None
        try:
            await self.client.answer_callback_query(inbound.token, text=toast)
        except TelegramError as error:
            failure = delivery_error(error, inbound.address)
            too_old = isinstance(failure, Unsendable)
            if not too_old and not reply.drawn:
                raise failure from None

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        """As the port says."""
        if not reply.drawn:
            return None
        here = inbound.address.private or reply.audience is Audience.HERE
        if here and inbound.message and not reply.fresh:
            try:
                return await self.send(inbound.address, reply, edit=inbound.message)
            except MessageGone:
                return await self.send(inbound.address, reply)
        if here:
            return await self.send(inbound.address, reply)
        person = Address(PLATFORM, scope="", chat=inbound.sender.user_id, private=True)
        return await self.send(person, reply)

    async def entrance(self) -> str:
        """The deep link whose Start button lets us write to whoever presses it."""
        me = self._me or await self.identify()
        return f"https://t.me/{me.username}?start=hello"

    async def set_menu(self, commands_by_scope: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Set the command menus, (name, description) per scope: `private`, `groups`, `admins`.

        Raises KeyError for another scope, DeliveryError."""
        for scope, commands in commands_by_scope.items():
            menu = [BotCommand(name, cut(text, 256)) for name, text in commands]
            try:
                await self.client.set_my_commands(menu, scope=SCOPES[scope])
            except TelegramError as error:
                raise delivery_error(error) from None
