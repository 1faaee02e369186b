"""Keeps every send of this process within the platforms' limits.

aiolimiter lets a full burst through and then the rate: `AsyncLimiter(30, 1)` is 59 in the first
second. So what must never be exceeded is drawn evenly, or with a burst that leaves room for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter

from adapters.rates import LIMITS, Limits, Rate
from adapters.turns import Turns
from core.addresses import Address
from core.ports import Before, Pacer

CREDIT = 0.14
"""Of a message of a token's. A timer wakes late, which would slow a backlog down by a percent, and
by seven on a busy machine: so much is made up for, and no second has more than 30 for it, since 30
intervals are longer than one by 0.15 of an interval (`adapters.rates.SAFETY`)."""
LITTLE = 0.01
"""Of a message: what is paid back of it in the time that most wait."""
EVICT_FROM = 1000
"""Chats remembered before the idle ones are looked for."""


class NoPacer(Pacer):
    """Never waits: for benches and stand-ins."""

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        """Return at once."""
        if before:
            await before()

    def hold(self, address: Address, seconds: float) -> None:
        """Nothing."""


@dataclass(slots=True)
class _Token:
    limiter: AsyncLimiter
    turns: Turns = field(default_factory=Turns)
    """One waits for the limiter at a time: aiolimiter lets a newcomer take the place that falls
    free while the one who waits for it wakes, and sends that one to the end."""


@dataclass(slots=True)
class _Chat:
    limiters: list[AsyncLimiter]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """First come, first served: messages of a chat leave in the order of `wait`."""
    waiting: int = 0
    held_until: float = 0.0
    """In the event loop's time."""


class LocalPacer(Pacer):
    """`core.ports.Pacer` for one process and one event loop."""

    def __init__(self, limits: Mapping[str, Limits] = LIMITS) -> None:
        """`limits` by platform; a platform that is not there is not paced."""
        self._limits = limits
        self._tokens: dict[tuple[str, str], _Token] = {}
        self._chats: dict[tuple[str, str, str], _Chat] = {}
        self._evict_at = EVICT_FROM

    def __len__(self) -> int:
        """Chats remembered."""
        return len(self._chats)

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        """See `core.ports.Pacer.wait`. May be cancelled."""
        chat = self._chat(address)
        chat.waiting += 1
        try:
            async with chat.turn:
                await self._turn(address, chat, before or nothing, answer=answer)
        finally:
            chat.waiting -= 1

    def hold(self, address: Address, seconds: float) -> None:
        """See `core.ports.Pacer.hold`. Never shortens a hold."""
        chat = self._chat(address)
        chat.held_until = max(chat.held_until, asyncio.get_running_loop().time() + seconds)
        self._give_back(address)

    def _give_back(self, address: Address) -> None:
        if token := self._tokens.get((address.platform, address.scope)):
            token.turns.give_back(address.chat)

    async def _turn(self, address: Address, chat: _Chat, before: Before, *, answer: bool) -> None:
        loop, paid = asyncio.get_running_loop(), list[tuple[AsyncLimiter, float]]()
        for limiter in chat.limiters:
            await limiter.acquire()
            paid.append((limiter, loop.time()))
        left = 0.0
        while True:  # a hold may be prolonged while it is waited out
            await asyncio.sleep(left)
            left = await self._token_unless_held(address, chat, before, answer=answer)
            if left <= 0:
                break
        for limiter, at in paid:  # what was paid back while it waited: it goes now, not then
            back = (loop.time() - at) * limiter.max_rate / limiter.time_period
            if back > LITTLE:
                await limiter.acquire(min(back, 1.0))

    async def _token_unless_held(
        self, address: Address, chat: _Chat, before: Before, *, answer: bool
    ) -> float:
        """Seconds the chat is still held, or none when the message may go. A 429 may come while we
        wait for the token: looked at on both sides."""
        loop = asyncio.get_running_loop()
        if (held := chat.held_until - loop.time()) > 0:
            return held
        await self._token(address, before, answer=answer)
        if (held := chat.held_until - loop.time()) > 0:
            self._give_back(address)  # it did not go: it is not sent behind all others
        return held

    async def _token(self, address: Address, before: Before, *, answer: bool) -> None:
        limits = self._limits.get(address.platform)
        if limits is None or limits.token is None:
            await before()
            return
        key = (address.platform, address.scope)
        if key not in self._tokens:
            self._tokens[key] = _Token(_token_limiter(limits.token))
        token = self._tokens[key]
        async with token.turns.turn(address.chat, answer=answer):
            await before()  # while the next place is still to come
            await token.limiter.acquire()

    def _chat(self, address: Address) -> _Chat:
        key = (address.platform, address.scope, address.chat)
        chat = self._chats.get(key)
        if chat is None:
            if len(self._chats) >= self._evict_at:
                self._evict()
            chat = self._chats[key] = _Chat(self._limiters(address))
        return chat

    def _limiters(self, address: Address) -> list[AsyncLimiter]:
        limits = self._limits.get(address.platform)
        if limits is None:
            return []
        rates = [*limits.chat, *(() if address.private else limits.group)]
        return [AsyncLimiter(*rate) for rate in rates]

    def _evict(self) -> None:
        """Forget the chats whose next message would find full limits anyway, so that forgetting
        lets no second burst through. Grows with what is busy: the work per message stays constant.
        """
        now = asyncio.get_running_loop().time()
        self._chats = {key: each for key, each in self._chats.items() if not _idle(each, now)}
        self._evict_at = max(EVICT_FROM, 2 * len(self._chats))


def _token_limiter(rate: Rate) -> AsyncLimiter:
    at_once, seconds = rate
    return AsyncLimiter(at_once + CREDIT, seconds * (at_once + CREDIT) / at_once)


async def nothing() -> None:
    """There is nothing to look at."""


def _idle(chat: _Chat, now: float) -> bool:
    return (
        chat.waiting == 0
        and chat.held_until <= now
        and all(limiter.has_capacity(limiter.max_rate) for limiter in chat.limiters)
    )
