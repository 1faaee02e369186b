"""A platform to which messages go, and from which nothing comes."""

from __future__ import annotations

import asyncio

from core.addresses import Sender
from core.chat import Inbound, Reply, Sent
from core.ports import ChatPlatform


class OneWay(ChatPlatform):
    """Whoever measures what is sent says what `send` does."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.done = asyncio.Event()
        """When all that was expected is there."""

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        return False

    async def acknowledge(self, inbound: Inbound, reply: Reply) -> None:
        """Nothing is pressed here."""

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        return None

    async def entrance(self) -> str:
        return ""

    async def person(self, scope: str, user_id: str) -> Sender | None:
        return None
