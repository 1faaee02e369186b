"""The pane that opens from a Work Object: who looks at what, and what they are shown.

Source: https://docs.slack.dev/reference/events/entity_details_requested, and entity.presentDetails
beside it. Slack keeps what one person is shown for ten minutes, but for a press on its refresh."""

from __future__ import annotations

import logging
import re
from typing import Any

from adapters.slack import limits
from adapters.slack.addresses import chat_address, entrance, own_address
from adapters.slack.api import SlackApi
from adapters.slack.errors import TRIGGER
from adapters.slack.fields import message_key, object_at, text_at
from adapters.slack.installation import Installation, event_for, place
from adapters.slack.links import task_in
from adapters.slack.markup import clean, cut
from adapters.slack.objects import NOTHING, in_pane
from adapters.slack.ticket import Ticket
from core.addresses import Sender
from core.chat import Fact, Inbound, Kind, Pane
from core.errors import DeliveryError, TokenRevoked, Unsendable

log = logging.getLogger(__name__)

REQUESTED = "entity_details_requested"
IN_PANE = "entity_detail"
"""As `container.type` of what is pressed in it."""
PARTIAL = "custom_partial_view"
"""An error in words, with what the preview shows already above it."""
_ID = re.compile(r"[0-9a-z]{1,16}")


def read_request(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """Somebody opened a task's details, or asks for them anew. In a channel they are one of those
    who read there; Slack names none where they found it elsewhere."""
    event = object_at(payload, "event")
    user, trigger, at = text_at(event, "user"), text_at(event, "trigger_id"), place(payload, us)
    task, channel = shown_in(event), text_at(event, "channel")
    if not (user and trigger and task and at.author):
        return None
    sender = Sender("slack", at.author, user, language=clean(text_at(event, "user_locale"))[:16])
    return Inbound(
        key=message_key(text_at(payload, "event_id"), payload),
        kind=Kind.DETAILS,
        sender=sender,
        address=chat_address(at.scope, channel, sender) if channel else own_address(sender),
        line=f"details t:{task}",
        pane=task,
        external=at.external,
        guest=at.guest,
        entrance=entrance(payload, event_for(payload, us)[0] or at.scope),
        token=Ticket(trigger).pack(),
    )


def shown_in(about: dict[str, Any]) -> str:
    """The public id of the task that a pane is about, by the name we gave it or, where Slack does
    not tell that, by its page; empty for none of ours."""
    named = text_at(about, "external_ref", "id") or task_in(text_at(about, "entity_url"))
    return named if _ID.fullmatch(named) else ""


async def present(api: SlackApi, token: str, pane: Pane) -> bool:
    """Show it to whoever did what the token (`Inbound.token`) is of. False where that can't be,
    whatever the refusal says of a chat: none was written to. Raises `TokenRevoked`."""
    trigger = Ticket.unpack(token).trigger
    try:
        await api.call("entity.presentDetails", trigger_id=trigger, **_shown(pane))
    except TokenRevoked:
        raise
    except DeliveryError as error:
        late = isinstance(error, Unsendable) and error.reason in TRIGGER
        log.log(logging.INFO if late else logging.WARNING, "entity.presentDetails: %r", error)
        return False
    return True


def _shown(pane: Pane) -> dict[str, Any]:
    if pane.entity is not None:
        said = Fact(pane.text, pane.title)
        return {"metadata": in_pane(pane.entity, pane.buttons, said)}
    if pane.connect:
        return {"user_auth_required": True, "user_auth_url": pane.connect}
    return {
        "error": {
            "status": PARTIAL,
            "custom_title": _words(pane.title, limits.HEADER_TEXT),
            "custom_message": _words(pane.text, limits.SECTION_TEXT),
        }
    }


def _words(text: str, limit: int) -> str:
    return cut(clean(text).strip(), limit) or NOTHING
