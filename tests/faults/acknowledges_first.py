"""The service as chat libraries do it: it says yes, and works afterwards, from memory. A control:
it has to lose messages."""

from __future__ import annotations

import asyncio
import sys

from bot.cli import main
from bot.conversation import Conversation
from core.chat import Inbound, Reply

LATER = 0.3
"""Seconds between the yes and the work, so that a kill finds the gap."""
_receive = Conversation.receive
_working: set[asyncio.Task[Reply]] = set()


async def _yes(self: Conversation, inbound: Inbound) -> Reply:
    def work() -> None:
        task = asyncio.ensure_future(_receive(self, inbound))
        _working.add(task)
        task.add_done_callback(_working.discard)

    asyncio.get_running_loop().call_later(LATER, work)
    return Reply()


if __name__ == "__main__":
    Conversation.receive = _yes  # type: ignore[method-assign]  # what the control is about
    sys.exit(main())
