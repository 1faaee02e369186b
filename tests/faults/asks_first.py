"""The service that asks the platform who somebody is before it hears what they say. A control."""

from __future__ import annotations

import sys
from contextlib import suppress

from bot import parts
from bot.cli import main
from bot.conversation import Conversation
from core.chat import Inbound, Reply
from core.errors import DeliveryError, GiveUp


class Asker(Conversation):
    """Nothing else is other."""

    async def receive(self, inbound: Inbound) -> Reply:
        who = inbound.sender
        with suppress(DeliveryError, GiveUp):
            await self._courier.person(who.platform, who.scope, who.user_id)
        return await super().receive(inbound)


if __name__ == "__main__":
    parts.Conversation = Asker  # type: ignore[misc]  # that is the point
    sys.exit(main())
