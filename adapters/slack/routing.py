"""Where an answer goes, decided from what was done and what is said. Pure."""

from __future__ import annotations

from enum import Enum, auto

from adapters.slack.ticket import Ticket
from core.chat import Audience, Inbound, Reply


class Way(Enum):
    NOTHING = auto()
    """There is nothing to draw (at most a toast)."""
    RIDE = auto()
    """In the response to Slack's own request."""
    OPEN = auto()
    """A modal."""
    EDIT = auto()
    """In place of the message that was pressed, or from which the modal was opened."""
    REPLACE = auto()
    """In place of a message that one person sees, through its URL."""
    WHISPER = auto()
    """A message in the channel that only this person sees."""
    SCREEN = auto()
    """In a modal."""
    POST = auto()
    """A message of its own."""


def way(inbound: Inbound, reply: Reply) -> Way:
    """How this reply answers this request. Nothing private goes where others read."""
    ticket = Ticket.unpack(inbound.token)
    if reply.form is not None:
        return Way.RIDE if ticket.view else Way.OPEN
    if ticket.slash and _fleeting(reply):
        return Way.RIDE
    if reply.drawn and ticket.screen:
        return Way.SCREEN
    return _drawn(inbound, reply, ticket) if reply.drawn else Way.NOTHING


def _fleeting(reply: Reply) -> bool:
    """For one person, and never needed again: what is edited later can't be an ephemeral."""
    private = reply.audience is Audience.PRIVATE
    return private and not reply.edited_later and bool(reply.drawn or reply.toast)


def _drawn(inbound: Inbound, reply: Reply, ticket: Ticket) -> Way:
    private_chat = inbound.address.private
    seen_here = private_chat or reply.audience is Audience.HERE
    if not reply.fresh:
        if inbound.message and seen_here:
            return Way.EDIT
        if ticket.ephemeral and (private_chat or not seen_here):
            return Way.REPLACE
    return Way.POST if seen_here else Way.WHISPER
