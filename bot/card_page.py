"""A card as a platform can show it: with menus, and with its task's page beyond the chat."""

from __future__ import annotations

from dataclasses import replace

from bot.card_menus import PLATFORMS, with_menus
from core.chat import Reply
from core.work import Work


def card_on(work: Work, platform: str, reply: Reply) -> Reply:
    """The reply, a card with what only this platform has."""
    if reply.card is None or platform not in PLATFORMS:
        return reply
    url = work.site.task(reply.card.task)  # empty where there are no pages
    shown = replace(reply.card, url=url) if url else reply.card
    return replace(reply, buttons=with_menus(reply), card=shown)
