"""The service that has in mind what its buttons mean, as many bots do, and has forgotten it after a
start. A control."""

from __future__ import annotations

import sys
from dataclasses import replace

from bot import parts
from bot.cli import main
from bot.conversation import Conversation
from core.chat import Button, Inbound, Kind, Reply

DRAWN: set[str] = set()
"""The lines of all buttons since the start."""
_init = Button.__init__


def _remember(self: Button, *given: object, **named: object) -> None:
    _init(self, *given, **named)  # type: ignore[arg-type]  # as it came
    DRAWN.add(self.line)


class Forgetful(Conversation):
    """Nothing else is other."""

    async def receive(self, inbound: Inbound) -> Reply:
        if inbound.kind is Kind.PRESS and inbound.line not in DRAWN:
            inbound = replace(inbound, line="what")
        return await super().receive(inbound)


if __name__ == "__main__":
    Button.__init__ = _remember  # type: ignore[method-assign]  # that is the point
    parts.Conversation = Forgetful  # type: ignore[misc]  # and that
    sys.exit(main())
