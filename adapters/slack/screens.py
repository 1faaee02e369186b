"""Answers shown in a modal: to what was chosen outside of any conversation, and to what is pressed
in such a modal."""

from __future__ import annotations

import logging
from typing import Any

from adapters.slack import limits
from adapters.slack.buttons import plain
from adapters.slack.errors import CLOSED, TRIGGER
from adapters.slack.installs import Installed
from adapters.slack.markup import cut
from adapters.slack.render import draw
from adapters.slack.ticket import NEW, Ticket
from core.chat import Inbound, Reply
from core.errors import Ambiguous, RetryLater, Unsendable

log = logging.getLogger(__name__)


async def show_screen(by: Installed, inbound: Inbound, reply: Reply, command: str) -> bool:
    """Show it. False where that can't be any more: the trigger is too old, the modal was closed."""
    ticket, view = Ticket.unpack(inbound.token), _view(by, reply, command)
    try:
        if ticket.screen == NEW:
            await by.api.call("views.open", trigger_id=ticket.trigger, view=view)
        else:
            await by.api.call("views.update", view_id=ticket.screen, view=view)
    except (Unsendable, RetryLater, Ambiguous) as error:
        if isinstance(error, Unsendable) and error.reason not in TRIGGER | CLOSED:
            raise
        log.info("An answer was not shown in a modal: %s", error.reason)
        return False
    return True


def _view(by: Installed, reply: Reply, command: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": plain(cut(by.us.name or "fluxbot", limits.MODAL_TITLE)),
        "close": plain("Close"),
        "blocks": draw(reply, command)["blocks"],
    }
