"""A form whose command takes long. Slack lets it be opened for 3 seconds only, so it is opened with
nothing in it, and filled when it is known what it asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from adapters.slack import limits
from adapters.slack.api import SlackApi
from adapters.slack.buttons import plain
from adapters.slack.markup import cut
from adapters.slack.render import sentence
from adapters.slack.ticket import NEW, Ticket
from core.chat import Inbound, Kind, Reply
from core.errors import DeliveryError
from core.ports import Receive

log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds before a form is opened empty: two are left for the call. A commit takes milliseconds."""
TITLE = "One moment"
WAIT = "This takes a little longer than usual."
BROKE = "That did not work, and nothing was changed. Please try again."

Opens = Callable[[str], bool]
"""Whether a line asks for a form."""


class Early:
    """Stands before the conversation, and keeps the forms that wait for it."""

    def __init__(self, receive: Receive, opens: Opens, patience: float = PATIENCE) -> None:
        self._receive = receive
        self._opens = opens
        self._patience = patience
        self._held: dict[str, asyncio.Task[str]] = {}

    async def receive(self, inbound: Inbound, api: SlackApi) -> Reply:
        """As the conversation's own; what it raises is raised."""
        ticket = Ticket.unpack(inbound.token)
        trigger, below = ticket.trigger, ticket.screen not in ("", NEW)
        if not trigger or below or inbound.kind is Kind.FORM:
            return await self._receive(inbound)
        loop = asyncio.get_running_loop()
        soon = loop.call_later(self._patience, self._begin, inbound, api, trigger)
        try:
            reply = await self._receive(inbound)
        except Exception:
            await self._tell(inbound, api, BROKE)
            raise
        finally:
            soon.cancel()
        if reply.form is None and inbound.key in self._held:
            said = reply.home.parts[0] if reply.home and not reply.drawn else reply
            await self._tell(inbound, api, sentence(said))
        return reply

    def _begin(self, inbound: Inbound, api: SlackApi, trigger: str) -> None:
        if self._opens(inbound.line):
            self._held[inbound.key] = asyncio.create_task(_open(api, trigger))

    async def view(self, inbound: Inbound) -> str:
        """The view that waits for the answer to this; empty for none. It is asked for once."""
        held = self._held.pop(inbound.key, None)
        return await held if held is not None else ""

    async def _tell(self, inbound: Inbound, api: SlackApi, words: str) -> None:
        """No form comes of it: say why in its place."""
        view = await self.view(inbound)
        if not view:
            return
        try:
            await api.call("views.update", view_id=view, view=_saying(words))
        except DeliveryError as error:
            log.info("A form that was opened early stays as it is: %s", error)


async def _open(api: SlackApi, trigger: str) -> str:
    """Empty where Slack does not open it."""
    try:
        opened = await api.call("views.open", trigger_id=trigger, view=_saying(WAIT))
    except DeliveryError as error:
        log.info("A form was not opened early: %s", error)
        return ""
    return str((opened.get("view") or {}).get("id") or "")


def _saying(words: str) -> dict[str, Any]:
    text = plain(cut(words, limits.SECTION_TEXT))
    return {
        "type": "modal",
        "title": plain(TITLE),
        "close": plain("Close"),
        "blocks": [{"type": "section", "text": text}],
    }
