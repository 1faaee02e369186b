"""Every message on its way out: one pace, one place that knows what went wrong."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import TypeVar

from bot.metrics import Metrics
from core.addresses import Address, Sender
from core.chat import Home, Inbound, Reply, Sent
from core.errors import (
    ChatGone,
    ChatMoved,
    DeliveryError,
    GiveUp,
    RetryLater,
    TokenRevoked,
    Withdrawn,
)
from core.ports import Before, ChatPlatform, Pacer
from core.reaching import lose
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)
T = TypeVar("T")
_Call = Callable[[], Awaitable[T]]
_Key = tuple[str, str, str]
Still = Callable[[Work], bool]

LONG = 0.1
"""Seconds after which an answer that waited for its turn may be stale. Most do not wait, and need
no second look."""


class Courier:
    """Sends on all platforms. One message of a chat is on its way at a time, in the order in
    which they were handed over; different chats go side by side."""

    def __init__(
        self,
        *,
        store: Store,
        platforms: Mapping[str, ChatPlatform],
        pacer: Pacer,
        metrics: Metrics,
        waiting: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
    ) -> None:
        """`waiting`: around whatever only waits, for the engine, if it is a job that does."""
        self._store = store
        self._platforms = platforms
        self._pacer = pacer
        self._metrics = metrics
        self._only_waits = waiting
        self._queues: dict[_Key, asyncio.Lock] = {}
        self._waiting: defaultdict[_Key, int] = defaultdict(int)
        self.problems: dict[str, str] = {}
        """Why nothing is sent to a platform any more, in words for the operator."""

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        """Whether the reply goes out in the response to the platform's request."""
        return self._platforms[inbound.address.platform].rides(inbound, reply)

    def waiting(self, address: Address) -> int:
        """How many messages are on their way to the chat, or wait for their turn."""
        return self._waiting.get((address.platform, address.scope, address.chat), 0)

    async def answer(
        self, inbound: Inbound, reply: Reply, target: Address, *, still: Still | None = None
    ) -> Sent | None:
        """Answer directly. `still`: as for `send`, asked where the turn was long in coming. Raises
        `DeliveryError`, `GiveUp`."""
        platform = self._platforms[inbound.address.platform]
        call = partial(platform.answer, inbound, reply)
        await self._by_token(platform.name, partial(platform.acknowledge, inbound, reply))
        if not reply.drawn:  # a toast, a form: no message, and somebody waits for it
            return await self._by_token(platform.name, call)
        began = time.monotonic()

        async def before() -> None:
            if time.monotonic() - began > LONG:
                await self._admit_still(still)

        return await self._send(target, call, before, answer=True)

    async def send(
        self,
        address: Address,
        reply: Reply,
        *,
        edit: str = "",
        reply_to: str = "",
        still: Still | None = None,
        answer: bool = False,
    ) -> Sent:
        """Send or edit on our own account. `still`: whether it is still to be said, asked when the
        chat's turn has come, since a turn may be long in coming. `answer`: somebody waits for it.
        Raises `DeliveryError`, `GiveUp`."""
        platform = self._platforms.get(address.platform)
        if platform is None:
            raise GiveUp(f"{address.platform} is not set up")
        call = partial(platform.send, address, reply, edit=edit, reply_to=reply_to)
        before = partial(self._admit_still, still) if still else None
        return await self._send(address, call, before, answer=answer)

    async def show(self, address: Address, home: Home) -> None:
        """Draw somebody's Home tab, which waits for no turn in their chat. Raises
        `DeliveryError`, `GiveUp`."""
        await self.ask(address.platform, lambda platform: platform.show(address, home))

    async def ask(self, name: str, call: Callable[[ChatPlatform], Awaitable[T]]) -> T:
        """Have a platform do what is no message, so that it waits for no turn. Raises
        `DeliveryError`, `GiveUp`."""
        platform = self._platforms.get(name)
        if platform is None:
            raise GiveUp(f"{name} is not set up")
        return await self._by_token(name, partial(call, platform))

    async def entrance(self, platform: str) -> str:
        """As the platform's own. Raises `DeliveryError`."""
        return await self._platforms[platform].entrance()

    async def person(self, platform: str, scope: str, user_id: str) -> Sender | None:
        """What a platform knows of somebody. Raises `DeliveryError`, `GiveUp`."""
        return await self.ask(platform, lambda asked: asked.person(scope, user_id))

    async def _send(
        self, address: Address, call: _Call[T], before: Before | None, *, answer: bool
    ) -> T:
        self._admit(address.platform)  # before it waits for its turn, and once more after
        result = await self._in_turn(address, partial(self._noted, address, call), before, answer)
        self._metrics.sent(address.platform, "ok")
        return result

    async def _noted(self, address: Address, call: _Call[T]) -> T:
        """What went wrong is counted, and kept while it is still this message's turn."""
        try:
            return await self._by_token(address.platform, call)
        except DeliveryError as error:
            self._metrics.sent(address.platform, type(error).__name__)
            await self._note(address, error)
            raise

    async def _admit_still(self, still: Still | None) -> None:
        if still is not None and not await self._store.query(still):
            raise Withdrawn

    async def _note(self, address: Address, error: DeliveryError) -> None:
        """What a failure says about the chat, kept before anybody else runs into it."""
        match error:
            case RetryLater(seconds=seconds):
                self._metrics.waited(address.platform, seconds)
                self._pacer.hold(address, seconds)
            case ChatGone(reason=reason):
                await self._store.mutate(lambda work: lose(work, work.chats.get(address), reason))
            case ChatMoved(to=to):
                await self._store.mutate(lambda work: work.chats.move(address, to))

    def _admit(self, platform: str) -> None:
        if platform in self.problems:
            raise GiveUp(f"{platform} refused our token")

    async def _by_token(self, platform: str, call: _Call[T]) -> T:
        """Every call: none is made under a token that was refused before."""
        self._admit(platform)
        try:
            return await call()
        except TokenRevoked as error:
            if platform not in self.problems:
                self.problems[platform] = f"{platform}: the token was revoked"
                log.error("%s refused our token: no more is sent there; %s", platform, error.reason)
            raise

    async def _in_turn(
        self, address: Address, call: _Call[T], before: Before | None, answer: bool
    ) -> T:
        """In the chat's turn, at the platform's pace."""
        key = (address.platform, address.scope, address.chat)
        queue, ours = self._queues.setdefault(key, asyncio.Lock()), False
        self._waiting[key] += 1
        try:
            async with self._only_waits():
                ours = await queue.acquire()
                await self._pacer.wait(address, before, answer=answer)
            return await call()
        finally:
            if ours:
                queue.release()
            self._waiting[key] -= 1
            if not self._waiting[key]:  # nobody behind us: the chat is idle
                del self._waiting[key], self._queues[key]
