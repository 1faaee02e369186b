"""Somebody opened the bot's Home tab. Pure.

Source: https://docs.slack.dev/reference/events/app_home_opened. It also comes for the Messages tab,
which is no Home."""

from __future__ import annotations

from typing import Any

from adapters.slack.addresses import own_address
from adapters.slack.fields import message_key, text_at
from adapters.slack.installation import Installation, home, whose
from core.addresses import Sender
from core.chat import Inbound, Kind

OPENED = "app_home_opened"
HOME = "home"
"""The tab's name in the event, and the line of the command that draws it."""


def read_visit(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """Who wants to see their tab. None for any other event."""
    user = text_at(payload, "event", "user")
    opened = text_at(payload, "event", "type") == OPENED
    if not opened or not user or text_at(payload, "event", "tab") != HOME:
        return None
    team, enterprise = whose(payload)
    # A tab is seen by the installation's own people only.
    scope = home("", team or us.team, enterprise or us.enterprise, shared=False)
    sender = Sender("slack", scope, user)
    return Inbound(
        key=message_key(text_at(payload, "event_id"), payload),
        kind=Kind.VISIT,
        sender=sender,
        address=own_address(sender),
        line=HOME,
        home=True,
    )
