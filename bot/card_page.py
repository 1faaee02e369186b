"""Where a card leads beyond the chat: to its task's page."""

from __future__ import annotations

from dataclasses import replace

from core.chat import Reply
from core.work import Work


def with_page(work: Work, reply: Reply) -> Reply:
    """The reply, a card with the address of its task's page, where there is one."""
    if reply.card is None or not (url := work.site.task(reply.card.task)):
        return reply
    return replace(reply, card=replace(reply.card, url=url))
