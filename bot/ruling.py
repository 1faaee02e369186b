"""Who may set how much a group is told: asked of its platform before the command is done, since
what is done in a transaction cannot ask."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from bot import verbs
from bot.courier import Courier
from bot.reading import entry_of
from core.chat import Inbound
from core.errors import DeliveryError, GiveUp
from core.ports import ChatPlatform, Ruled

WITHIN = 1.0
"""Seconds: less than half of what a platform waits for a commit (`bot/in_flight.py`)."""
_ASK = frozenset({verbs.GroupPreset, verbs.PresetOf})


async def ruled(courier: Courier, inbound: Inbound) -> Inbound:
    """What somebody said, and whether they rule there, where that matters."""
    if inbound.address.private or not _sets(inbound.line):
        return inbound

    async def may(platform: ChatPlatform) -> bool:
        if not isinstance(platform, Ruled):
            return True
        return await platform.rules(inbound.address, inbound.sender.user_id)

    with suppress(DeliveryError, GiveUp, TimeoutError):
        async with asyncio.timeout(WITHIN):
            rules = await courier.ask(inbound.address.platform, may)
            return replace(inbound, rules=rules)
    return inbound


def _sets(line: str) -> bool:
    entry = entry_of(line)
    return entry is not None and entry.kind in _ASK and len(line.split()) > 1
