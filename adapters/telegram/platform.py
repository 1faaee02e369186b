"""Telegram as a chat platform: sends, edits, answers, and takes updates in."""

# long: it is every method of the port

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

import aiohttp
from telegram.error import TelegramError

from adapters.telegram.faults import delivery_error
from adapters.telegram.http import Client
from adapters.telegram.inline import offer
from adapters.telegram.intake import Arrived, Me, read
from adapters.telegram.intake import key as key_of
from adapters.telegram.lifecycle import Joined, OnJoined, OnMasked, OnMoved
from adapters.telegram.menus import Menus, knows_fleeting, set_menus
from adapters.telegram.people import PLATFORM
from adapters.telegram.rulers import is_ruler
from adapters.telegram.sending import Sending
from adapters.telegram.text import clean, cut
from adapters.telegram.unread import unread
from adapters.telegram.whispers import Whispers, is_whisper
from core.addresses import Address, Sender
from core.chat import Audience, Home, Inbound, Kind, Reply, Sent
from core.errors import DeliveryError, MessageGone, Unsendable
from core.ports import ChatPlatform, KeepUnread, OnChat, OnMember, Receive, Suggest

TOAST_LIMIT = 200
"""Characters of an answer to a press. Source: Bot API, answerCallbackQuery."""


class TelegramPlatform(ChatPlatform):
    """One bot. `session` stays the caller's; `receive` is the one function of the conversation,
    `keep_unread` takes what cannot be given to it. `suggest`: what is offered to those who type to
    the bot elsewhere."""

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
        on_joined: OnJoined | None = None,
        on_member: OnMember | None = None,
        on_masked: OnMasked | None = None,
        suggest: Suggest | None = None,
    ) -> None:
        # below INFO the library logs the URL it calls, which holds the token
        logging.getLogger("telegram").setLevel(logging.INFO)
        self.client = Client(token, base_url, session)
        self._sending, self._whispers = Sending(self.client), Whispers(self.client)
        self._receive, self._on_chat, self._on_moved = receive, on_chat, on_moved
        self._keep_unread, self._suggest, self._on_joined = keep_unread, suggest, on_joined
        self._on_member, self._on_masked = on_member, on_masked
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
        hears_all = bool(user.can_read_all_group_messages)
        self._me = Me(user.id, (user.username or "").lower(), hears_all)
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
        if arrived.joined and self._on_joined:
            key = key_of(self.me, raw["update_id"])
            hears_all = await self._hears_all(arrived.joined)
            await self._on_joined(arrived.joined.address, arrived.joined.by, hears_all, key)
        await self._tell(arrived)
        if arrived.masked and self._on_masked:
            said = arrived.masked
            await self._on_masked(said.address, said.line, key_of(self.me, raw["update_id"]))
        if arrived.typing and self._suggest:
            await offer(self.client, arrived.typing, self._suggest)
        if arrived.inbound:
            await self._receive(arrived.inbound)
        return True

    async def _tell(self, arrived: Arrived) -> None:
        """What happened to a chat."""
        if arrived.presence and self._on_chat:
            await self._on_chat(*arrived.presence)
        if arrived.move and self._on_moved:
            await self._on_moved(*arrived.move)
        if self._on_member:
            for each in arrived.members:
                await self._on_member(each.person, each.address, each.present)

    async def _hears_all(self, joined: Joined) -> bool:
        """Whether every message of the group reaches us. Asked anew: group privacy is switched at
        @BotFather, and counts for a group from when the bot is added."""
        with suppress(DeliveryError):
            await self.identify()
        return joined.rules or self.me.hears_all

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        """Never: every reply is a call of its own."""
        return False

    async def person(self, scope: str, user_id: str) -> Sender | None:
        """As the port says: every message has the name, and no bot is told the zone."""
        return None

    async def rules(self, address: Address, user_id: str) -> bool:
        """As the port says."""
        return await is_ruler(self.client, address, user_id)

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        """As the port says. Long text becomes several messages; the last one is returned."""
        if edit:
            replaces = self._sending.instead if reply.instead else self._sending.edit
            return await replaces(address, reply, edit)
        return await self._sending.post(address, reply, reply_to)

    async def show(self, address: Address, home: Home) -> None:
        """Never: there is no Home tab."""

    async def acknowledge(self, inbound: Inbound, reply: Reply) -> None:
        """Stop the button's spinner. A failure matters only where the toast is all there is. What
        was typed needs none, but may have to be deleted."""
        if inbound.kind is not Kind.PRESS:
            if reply.unsay and inbound.token.isdecimal():
                await self._sending.unsay(inbound.address, int(inbound.token))
            return
        try:
            await self.client.answer_callback_query(inbound.token, text=_heard(reply))
        except TelegramError as error:
            failure = delivery_error(error, inbound.address)
            if not (reply.drawn or isinstance(failure, Unsendable)):  # that one is too old
                raise failure from None

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        """As the port says."""
        if not reply.drawn:
            return None
        private, here = inbound.address.private, reply.audience is Audience.HERE
        alone = not here or is_whisper(inbound.message)
        if not private and alone and await self._whispers.say(inbound, reply):
            return None
        if not (private or here):
            person = Address(PLATFORM, scope="", chat=inbound.sender.user_id, private=True)
            sent = await self.send(person, reply)
            await self._whispers.withdraw(inbound, reply)
            return sent
        old = "" if reply.fresh else reply.replaces or inbound.message
        with suppress(MessageGone):
            if old:
                return await self.send(inbound.address, reply, edit=old)
        return await self.send(inbound.address, reply)

    async def entrance(self) -> str:
        """The deep link whose Start button lets us write to whoever presses it."""
        me = self._me or await self.identify()
        return f"https://t.me/{me.username}?start=hello"

    async def way_in(self, scope: str, *, told: bool) -> str:
        """As `ChatPlatform.way_in`: nothing is begun anew there, and it says nothing of anybody.
        Telegram is not asked for it, whoever looks at pages."""
        return f"https://t.me/{self._me.username}" if self._me else ""

    async def set_menu(
        self, menus: Menus, language: str = "", fleeting: Collection[str] = ()
    ) -> None:
        """Set the command menus, (name, description) per scope: `private`, `groups`, `admins`; for
        those whose app speaks a `language` (ISO 639-1), or for all that have no menu of their own.
        `fleeting`: the commands that nobody else in a group needs to see. Raises KeyError for
        another scope, DeliveryError."""
        await set_menus(self.client, menus, language, fleeting)

    async def try_whispers(self) -> None:
        """Learn whether the server has messages that one person alone sees in a group, once a menu
        with fleeting commands was set. Raises DeliveryError."""
        self._whispers.supported = await knows_fleeting(self.client)


def _heard(reply: Reply) -> str | None:
    """What whoever pressed reads at once: the reply's toast, or else what it begins with. No press
    is answered without a word."""
    said = clean(reply.toast or reply.text or reply.heading).strip()
    return cut(said if reply.toast else said.partition("\n")[0], TOAST_LIMIT) or None
