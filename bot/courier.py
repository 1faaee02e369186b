"""Every message on its way out: one pace, one place that knows what went wrong."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.metrics import Metrics
from core.addresses import Address, Sender
from core.chat import Inbound, Reply, Sent
from core.errors import ChatGone, ChatMoved, DeliveryError, GiveUp, RetryLater, TokenRevoked
from core.ports import ChatPlatform, Pacer
from core.store import Store

log = logging.getLogger(__name__)
T = TypeVar("T")
_Key = tuple[str, str, str]


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
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._pacer = pacer
        self._metrics = metrics
        self._queues: dict[_Key, asyncio.Lock] = {}
        self._waiting: defaultdict[_Key, int] = defaultdict(int)
        self._revoked: set[str] = set()

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        """Whether the reply goes out in the response to the platform's request."""
        return self._platforms[inbound.address.platform].rides(inbound, reply)

    async def answer(self, inbound: Inbound, reply: Reply, target: Address) -> Sent | None:
        """Answer directly. Raises `DeliveryError`, `GiveUp`."""
        platform = self._platforms[inbound.address.platform]
        await platform.acknowledge(inbound, reply)
        if not reply.drawn:  # a toast, a form: no message, and somebody waits for it
            return await platform.answer(inbound, reply)
        return await self._send(target, lambda: platform.answer(inbound, reply))

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        """Send or edit on our own account. Raises `DeliveryError`, `GiveUp`."""
        platform = self._platforms.get(address.platform)
        if platform is None:
            raise GiveUp(f"{address.platform} is not set up")
        return await self._send(
            address, lambda: platform.send(address, reply, edit=edit, reply_to=reply_to)
        )

    async def person(self, platform: str, scope: str, user_id: str) -> Sender | None:
        """What a platform knows of somebody. Raises `DeliveryError`."""
        return await self._platforms[platform].person(scope, user_id)

    async def _send(self, address: Address, call: Callable[[], Awaitable[T]]) -> T:
        if address.platform in self._revoked:
            raise GiveUp(f"{address.platform} refused our token")
        async with self._in_order(address):
            await self._pacer.wait(address)
            try:
                result = await call()
            except DeliveryError as error:
                self._metrics.sent(address.platform, type(error).__name__)
                await self._note(address, error)
                raise
        self._metrics.sent(address.platform, "ok")
        return result

    async def _note(self, address: Address, error: DeliveryError) -> None:
        """What a failure says about the chat, kept before anybody else runs into it."""
        match error:
            case RetryLater(seconds=seconds):
                self._metrics.waited(address.platform, seconds)
                self._pacer.hold(address, seconds)
            case ChatGone(reason=reason):
                await self._store.mutate(
                    lambda work: work.chats.lose(work.chats.get(address).id, reason)
                )
            case ChatMoved(to=to):
                await self._store.mutate(lambda work: work.chats.move(address, to))
            case TokenRevoked(reason=reason):
                if address.platform not in self._revoked:
                    self._revoked.add(address.platform)
                    log.error(
                        "%s refused our token: nothing is sent there any more; %s",
                        address.platform,
                        reason,
                    )

    @asynccontextmanager
    async def _in_order(self, address: Address) -> AsyncIterator[None]:
        key = (address.platform, address.scope, address.chat)
        queue = self._queues.setdefault(key, asyncio.Lock())
        self._waiting[key] += 1
        try:
            async with queue:
                yield
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:  # nobody behind us: the chat is idle
                del self._waiting[key], self._queues[key]
