"""Messages out by the Bot API, errors as the house names them."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import Any

from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from adapters import charts
from adapters.telegram.faults import delivery_error, says
from adapters.telegram.http import Client
from adapters.telegram.inline import MARK as PICKED
from adapters.telegram.inline import name_of
from adapters.telegram.render import Page, render
from adapters.telegram.text import cut
from core.addresses import Address
from core.chat import Reply, Sent
from core.errors import ChatGone, DeliveryError, MessageGone, Unsendable

log = logging.getLogger(__name__)

FILE_LIMIT = 50 * 1000 * 1000
"""Bytes of a file that a bot may send. Source: Bot API, sendDocument."""
CAPTION_LIMIT = 1024
"""UTF-16 units of the words beside a file. Source: Bot API, sendDocument."""
LOOK = charts.Look(paper="#ffffff", ink="#222222", faint="#707579", bar="#2aabee")
"""As Telegram's own apps by day."""
_NO_PREVIEW = {"is_disabled": True}  # a preview would spend one-time links
_TAGS_REFUSED = "can't parse entities"
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed")


class Sending:
    """Draws and sends. Every method raises DeliveryError, and ValueError for a bad button."""

    def __init__(self, bot: Client) -> None:
        self._bot = bot

    async def post(self, address: Address, reply: Reply, reply_to: str = "") -> Sent:
        """Send as one message or several; the last one is returned. A file has one, its
        caption."""
        message = 0
        try:
            if reply.document is not None or reply.picture is not None:
                return Sent(address, str(await self._post_file(address, reply)))
            for page in render(reply):
                message = await self._post(address, page, reply_to, silent=reply.silent)
                reply_to = ""
        except TelegramError as error:
            raise delivery_error(error, address) from None
        return Sent(address, str(message))

    async def edit(self, address: Address, reply: Reply, message: str) -> Sent:
        """Redraw a message. One that looks the same already is a success."""
        place = _place(address, message)
        [page] = render(reply, single=True)
        try:
            await self._edit(place, page)
        except TelegramError as error:
            if not says(error, "message is not modified"):
                raise _not_edited(error, address, message) from None
        return Sent(address, message)

    async def instead(self, address: Address, reply: Reply, message: str) -> Sent:
        """Send, then delete a message, which we may for 48 hours; an older one says so. The new one
        is there, so what becomes of the old one is no failure: its button still works."""
        sent = await self.post(address, reply)
        if address.private and message.isdecimal():
            try:
                await self._bot.delete_message(address.chat, int(message))
            except TelegramError as error:
                log.info("a message was not deleted: %s", error.message)
                with suppress(DeliveryError):
                    await self.edit(address, Reply(text=reply.instead), message)
        return sent

    async def unsay(self, address: Address, message: int) -> None:
        """Delete what somebody wrote in a group: only an administrator may, so it is tried."""
        with suppress(TelegramError):
            await self._bot.delete_message(address.chat, message)

    async def _post(self, address: Address, page: Page, reply_to: str, *, silent: bool) -> int:
        """The new message's id. What the server refuses to place or to read is sent simpler."""
        options: dict[str, Any] = {"chat_id": address.chat, "disable_notification": silent or None}
        if reply_to.isdecimal():
            options["reply_parameters"] = {
                "message_id": int(reply_to),
                "allow_sending_without_reply": True,
            }
        if address.thread.isdecimal():
            options["message_thread_id"] = int(address.thread)
        try:
            return await self._bot.send({**options, **content(page)})
        except BadRequest as error:
            if address.thread and says(error, *_TOPIC_GONE):
                return await self._post(replace(address, thread=""), page, reply_to, silent=silent)
            if not says(error, _TAGS_REFUSED):
                raise
            return await self._bot.send({**options, **content(page, plain=True)})

    async def _post_file(self, address: Address, reply: Reply) -> int:
        """The new message's id. Telegram keeps no words for who does not see a picture, so they
        stand below it. Raises `Unsendable` for what is larger than the Bot API takes, without
        trying: the server closes the connection, which says nothing."""
        picture = reply.picture
        file = await charts.draw(picture, LOOK) if picture else reply.document
        assert file is not None  # noqa: S101  # there is one or the other
        if len(file.content) > FILE_LIMIT:
            raise Unsendable("the file is larger than 50 MB")
        text = "\n\n".join(filter(None, (reply.text, picture.alt if picture else "")))
        [page] = render(replace(reply, text=text, buttons=()), single=True)
        options = {"chat_id": address.chat, "disable_notification": reply.silent or None}
        caption = cut(page.plain, CAPTION_LIMIT)
        return await self._bot.send_file({**options, "caption": caption}, file, photo=bool(picture))

    async def _edit(self, place: dict[str, Any], page: Page) -> None:
        try:
            await self._bot.edit({**place, **content(page)})
        except BadRequest as error:
            if not says(error, _TAGS_REFUSED):
                raise
            await self._bot.edit({**place, **content(page, plain=True)})


def _place(address: Address, message: str) -> dict[str, Any]:
    """What names a message in an edit. One that somebody picked is in a chat that we don't know."""
    if message.startswith(PICKED):
        return {"inline_message_id": name_of(message)}
    if not message.isdecimal():
        raise MessageGone("not a message of Telegram's")
    return {"chat_id": address.chat, "message_id": int(message)}


def _not_edited(error: TelegramError, address: Address, message: str) -> DeliveryError:
    """What went wrong; with what somebody picked it says nothing of the `address`."""
    failure = delivery_error(error, address)
    elsewhere = isinstance(failure, ChatGone) and message.startswith(PICKED)
    return MessageGone(error.message) if elsewhere else failure


def content(page: Page, *, plain: bool = False) -> dict[str, Any]:
    """The parameters of what a page says."""
    return {
        "text": page.plain if plain else page.html,
        "parse_mode": None if plain else ParseMode.HTML,
        "reply_markup": page.keyboard,
        "link_preview_options": _NO_PREVIEW,
    }
