"""Messages that only one person sees, wherever they are."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from adapters.slack.addresses import own_address
from adapters.slack.installs import Installed
from adapters.slack.render import draw
from adapters.slack.ticket import Ticket, split_ref
from core.addresses import Address
from core.chat import Inbound, Reply, Sent
from core.errors import ChatGone, DeliveryError, Unsendable

log = logging.getLogger(__name__)


class Send(Protocol):
    async def __call__(
        self, by: Installed, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent: ...


class Whispers:
    """Says what is for one person, by the install that was asked."""

    def __init__(self, send: Send, command: str) -> None:
        self._send = send
        self._command = command

    async def say(
        self, by: Installed, inbound: Inbound, reply: Reply, *, replacing: bool = False
    ) -> None:
        """By the request's URL, which works wherever they are; else in the channel; else in the
        direct chat. `replacing`: in place of the whisper that was pressed."""
        message, over = ephemeral(reply, self._command), replacing and not reply.instead
        if inbound.address.thread and not over:
            message["thread_ts"] = inbound.address.thread
        url = Ticket.unpack(inbound.token).url
        try:
            if by.api.usable(url):
                here = {"response_type": "ephemeral", "replace_original": over}
                await by.api.respond(url, {**message, **here})
                if replacing and not over:
                    await _withdraw(by, url)
                return
        except (Unsendable, ChatGone) as error:
            log.info("A response_url was refused: %s", error.reason)
        await self._without_url(by, inbound, reply, message)

    async def _without_url(
        self, by: Installed, inbound: Inbound, reply: Reply, message: dict[str, Any]
    ) -> None:
        address, user = inbound.address, inbound.sender.user_id
        channel = split_ref(inbound.message)[0] or ("" if address.private else address.chat)
        try:
            if channel:
                await by.api.call("chat.postEphemeral", channel=channel, user=user, **message)
                return
        except (ChatGone, Unsendable) as error:
            log.info("An ephemeral message was refused: %s", error.reason)
        await self._send(by, own_address(inbound.sender), with_toast(reply))


async def _withdraw(by: Installed, url: str) -> None:
    """Delete the whisper that was pressed. Nothing but the URL reaches it, so where that is refused
    there is no second way: it stays until they look at the channel anew, and its button works."""
    with suppress(DeliveryError):
        await by.api.respond(url, {"delete_original": True})


def ephemeral(reply: Reply, command: str) -> dict[str, Any]:
    """The reply as such a message, which is not edited later."""
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return {**draw(with_toast(reply), command), **quiet}


def with_toast(reply: Reply) -> Reply:
    """The toast as words of the message, where nothing is shown for a moment only."""
    toast = "" if reply.toast in reply.text else reply.toast
    return replace(reply, text="\n\n".join(filter(None, (toast, reply.text))), toast="")
