"""Whose turn it is to send, where many wait for one bot's pace.

Somebody looks at an answer, and nobody at a reminder: answers go first, but for one turn in
`SHARE`. Among those that are alike, the chat goes first whose last turn is the longest ago: one
that is new waits for no crowd, and no chat for another that writes without end. Nor for a crowd of
new ones without end: who asks before `WINDOW` others goes before them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush

SHARE = 5
"""Of so many turns, one is for those whom nobody waits for, while there are any."""
WINDOW = 2_000
"""Turns and requests by which somebody who had a turn may be overtaken: a minute of Telegram's."""
KEPT = 10_000
"""Chats whose last turn is remembered. Who is forgotten counts as new."""
_Waiting = list[tuple[int, int, "asyncio.Future[None]"]]


class Turns:
    """So many at once have their turn; for one event loop."""

    def __init__(self, at_once: int = 1) -> None:
        self._free = at_once
        self._answers: _Waiting = []
        self._others: _Waiting = []
        self._last: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._in_a_row = 0
        """Answers that went before others since one of these had its turn."""

    @asynccontextmanager
    async def turn(self, chat: str, *, answer: bool) -> AsyncIterator[None]:
        """Wait for it, and have it while the block runs. May be cancelled."""
        await self._wait(chat, answer=answer)
        try:
            self._remember(chat)
            yield
        finally:
            self._pass_on()

    def give_back(self, chat: str) -> None:
        """What a chat had its turn for did not get through: it is not sent behind all others."""
        self._last.pop(chat, None)

    async def _wait(self, chat: str, *, answer: bool) -> None:
        if self._free:  # then nobody waits
            self._free -= 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        number = next(self._numbers)
        place = (max(self._last.get(chat, 0), number - WINDOW), number, mine)
        heappush(self._answers if answer else self._others, place)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # it was ours by then
                self._pass_on()
            raise

    def _remember(self, chat: str) -> None:
        self._last.pop(chat, None)  # so that the oldest stays in front
        self._last[chat] = next(self._numbers)
        if len(self._last) > KEPT:
            del self._last[next(iter(self._last))]

    def _pass_on(self) -> None:
        for waiting in (self._answers, self._others):
            while waiting and waiting[0][2].done():  # cancelled
                heappop(waiting)
        if not self._answers and not self._others:
            self._free += 1
            return
        heappop(self._next())[2].set_result(None)

    def _next(self) -> _Waiting:
        if not self._others or (self._answers and self._in_a_row < SHARE - 1):
            self._in_a_row += bool(self._others)
            return self._answers
        self._in_a_row = 0
        return self._others
