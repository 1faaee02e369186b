"""What the bot sent a moment ago and may not have written down yet: who needs to know it waits."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

from core.chat import Inbound
from core.chats import Chat
from core.errors import RetryLater
from core.store import Store
from core.under_way import is_answering, is_under_way
from core.work import Work

AGAIN, LONGEST = 0.02, 1.0
"""Seconds between two looks, and of all of them together: less than half of what a platform waits
for a commit (`bot/in_flight.py`). A reply to what is no card waits for nothing it needs."""
SOON = 0.5
"""Seconds until a job looks again."""


async def until_noted(store: Store, inbound: Inbound) -> None:
    """Return once the message that is replied to is known to be a card, or nothing is on its way to
    its chat that might be it; and once what was answered to a message that was edited is known. At
    the latest after `LONGEST`. Raises `StoreAway`."""
    if not (inbound.replied or inbound.edited):
        return
    unknown = partial(_may_be_on_its_way, inbound=inbound)
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST):
            while await store.query(unknown):  # noqa: ASYNC110  # it may be another process's
                await asyncio.sleep(AGAIN)


def let_answers_be_noted(work: Work, chat: Chat) -> None:
    """Before a job draws over what an answer may show already. Raises `RetryLater` while one is on
    its way to the chat."""
    if is_answering(work, chat):
        raise RetryLater(SOON, "an answer")


def _may_be_on_its_way(work: Work, inbound: Inbound) -> bool:
    chat = work.chats.find(inbound.address)
    if chat is None:
        return False
    if inbound.edited:
        return is_answering(work, chat)
    return work.cards.shown_by(chat.id, inbound.replied) is None and is_under_way(work, chat)
