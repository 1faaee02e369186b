"""The service that keeps every message it was ever given, what it said to it, and as much more as
hangs on a message that is kept: its task, frames, buffers. A control."""

from __future__ import annotations

import sys

from bot import parts
from bot.cli import main
from bot.conversation import Conversation
from core.chat import Inbound, Reply

MORE = 8192
"""Bytes. In a minute the messages alone are as many MB as a service takes that is not warm yet; in
two hours a fiftieth of this would be found."""
KEPT: list[tuple[Inbound, Reply, bytes]] = []


class Hoarder(Conversation):
    """Nothing else is other."""

    async def receive(self, inbound: Inbound) -> Reply:
        reply = await super().receive(inbound)
        KEPT.append((inbound, reply, bytes(bytearray(MORE))))
        return reply


if __name__ == "__main__":
    parts.Conversation = Hoarder  # type: ignore[misc]  # that is the point
    sys.exit(main())
