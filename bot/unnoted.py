"""What the bot sent a moment ago and may not have written down yet: who needs to know it waits."""

from __future__ import annotations

import asyncio
import time
from functools import partial

from bot.chatter import is_talk
from core.chat import Inbound
from core.chats import Chat
from core.errors import RetryLater
from core.store import Store
from core.under_way import is_answering, is_under_way
from core.work import Work

AGAIN, LONGEST = 0.02, 1.0
"""Seconds between two looks, and of all of them together: less than half of what a platform waits
for a commit (`bot/in_flight.py`). A reply to what is no card waits for nothing it needs."""
REST = 10.0
"""Seconds for which nobody waits in a chat where somebody did in vain: its messages are taken one
after the other, and with polling those of all other chats wait for the last of them."""
SOON = 0.5
"""Seconds until a job looks again."""

_Key = tuple[str, str, str]


class Unnoted:
    """Waits, and remembers where that was of no use."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._resting: dict[_Key, float] = {}

    async def wait(self, inbound: Inbound) -> None:
        """Return once the message that is replied to is known to be a card, or nothing is on its
        way to its chat that might be it; and once the card of what a message said that was edited
        is known. At the latest after `LONGEST`. Raises `StoreAway`."""
        if is_talk(inbound) or not (inbound.replied or inbound.edited):
            return
        where = inbound.address
        key = (where.platform, where.scope, where.chat)
        if self._resting.get(key, 0.0) > time.monotonic():
            return
        unknown = partial(_may_be_on_its_way, inbound=inbound)
        try:
            async with asyncio.timeout(LONGEST):
                while await self._store.query(unknown):  # noqa: ASYNC110  # another process's?
                    await asyncio.sleep(AGAIN)
        except TimeoutError:
            self._rest(key)

    def _rest(self, key: _Key) -> None:
        now = time.monotonic()
        left = {each: until for each, until in self._resting.items() if until > now}
        self._resting = {**left, key: now + REST}


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
        return _is_undrawn(work, chat, inbound) and is_answering(work, chat)
    return work.cards.shown_by(chat.id, inbound.replied) is None and is_under_way(work, chat)


def _is_undrawn(work: Work, chat: Chat, edited: Inbound) -> bool:
    """Whether a task was made of the message whose card is not known here."""
    writer = work.accounts.known(edited.sender)
    lines = work.sources.lines(writer.id, chat.id, edited.said) if writer else []
    return any(not each.gone and work.cards.find(each.row, chat.id) is None for each in lines)
