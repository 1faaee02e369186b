"""Messages in a group that one person alone sees (Bot API 10.2), where the server has them.

A server that does not know of them would say them to the whole group. So nothing is whispered
before the server kept the mark of a fleeting command (`adapters/telegram/menus.py`), and before a
first whisper without a word in it came back as one."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

from telegram.error import BadRequest, TelegramError

from adapters.telegram.http import Client
from adapters.telegram.render import Page, render
from adapters.telegram.sending import content
from adapters.telegram.text import ELLIPSIS
from core.chat import Inbound, Kind, Link, Reply

log = logging.getLogger(__name__)

MARK = "e"
"""Before the number of such a message, in whatever names it: other messages have only numbers."""
_BLANK = Page(ELLIPSIS, ELLIPSIS)


class Whispers:
    """Says what is for one person where they asked. `supported`: whether the server has said that
    it can."""

    def __init__(self, bot: Client) -> None:
        self._bot = bot
        self.supported = False
        self._proven = False
        self._proving = asyncio.Lock()

    async def say(self, inbound: Inbound, reply: Reply) -> bool:
        """Answer somebody in a group so that nobody else sees it. False where that is not possible:
        then it has to be said elsewhere."""
        if not (self.supported and _may_be_lost(inbound, reply) and await self._works(inbound)):
            return False
        try:
            if await self._edited(inbound, reply):
                return True
            for page in render(reply):
                if not await self._said(inbound, page):
                    return False
            await self.withdraw(inbound, reply)
        except TelegramError as error:
            log.info("an answer could not be whispered: %s", error.message)
            return False
        return True

    async def withdraw(self, inbound: Inbound, reply: Reply) -> None:
        """Delete the whisper whose button was pressed, where the reply takes its place: wherever
        that was said. It goes with their app anyway, so nothing is done where it can't be."""
        if reply.instead and is_whisper(inbound.message):
            with suppress(TelegramError):
                await self._bot.call("deleteEphemeralMessage", _pressed(inbound))

    async def _works(self, inbound: Inbound) -> bool:
        """Whisper nothing, once, and see what comes of it."""
        async with self._proving:
            if self.supported and not self._proven:
                try:
                    self._proven = await self._said(inbound, _BLANK, vanishing=True)
                except TelegramError as error:
                    log.info("whispers cannot be tried: %s", error.message)
        return self.supported and self._proven

    async def _edited(self, inbound: Inbound, reply: Reply) -> bool:
        """Redraw the whisper whose button was pressed; False where it was none, or is gone."""
        if reply.fresh or reply.instead or not is_whisper(inbound.message):
            return False
        [page] = render(reply, single=True)
        with suppress(BadRequest):
            named = _pressed(inbound)
            await self._bot.call("editEphemeralMessageText", {**named, **content(page)})
            return True
        return False

    async def _said(self, inbound: Inbound, page: Page, *, vanishing: bool = False) -> bool:
        """Whether it was a whisper. What was none is deleted, and none is tried again."""
        place, thread = _place(inbound), inbound.address.thread
        options = {"message_thread_id": int(thread)} if thread.isdecimal() else {}
        pressed = {"callback_query_id": inbound.token} if inbound.kind is Kind.PRESS else {}
        whom = {"receiver_user_id": place["receiver_user_id"], **pressed}
        # The version after the first has the same in an object: whichever the server reads.
        values = {**place, **options, **pressed, "ephemeral_message_parameters": whom}
        sent = await self._bot.call("sendMessage", {**values, **content(page)})
        if not isinstance(sent, dict):
            raise TelegramError("Invalid server response")
        number = sent.get("ephemeral_message_id")
        if isinstance(number, int):
            if vanishing:
                named = {**place, "ephemeral_message_id": number}
                await self._bot.call("deleteEphemeralMessage", named)
            return True
        self.supported = False
        log.error("the server said aloud what was to be whispered; nothing is whispered any more")
        with suppress(TelegramError):
            await self._bot.delete_message(inbound.address.chat, sent["message_id"])
        return False


def _place(inbound: Inbound) -> dict[str, Any]:
    return {"chat_id": inbound.address.chat, "receiver_user_id": int(inbound.sender.user_id)}


def _pressed(inbound: Inbound) -> dict[str, Any]:
    return {**_place(inbound), "ephemeral_message_id": int(inbound.message.removeprefix(MARK))}


def is_whisper(message: str) -> bool:
    """Whether a name of a message is one of these."""
    return message.startswith(MARK)


def _may_be_lost(inbound: Inbound, reply: Reply) -> bool:
    """Whether nobody needs it later: they may never get it, it goes with their app, and it is not
    edited when something changes. Of a card that they open in a whisper they know where to look."""
    kept = reply.prompt or reply.step or (reply.card and not is_whisper(inbound.message))
    secret = any(isinstance(b, Link) and b.secret for row in reply.buttons for b in row)
    return not (kept or secret or reply.document or reply.picture or reply.unsay)
