"""The service in which nobody looks for the dead: what they were doing would wait for ever."""

from __future__ import annotations

import asyncio
import sys
from functools import partial

from adapters.engine.leases import Leases, OnDead
from bot import sharing
from bot.cli import main
from tests.faults.short_lease import SECONDS


class Blind(Leases):
    """Renews its own lease, and that is all."""

    async def sweep_for_ever(self, on_dead: OnDead) -> None:
        await asyncio.Event().wait()


if __name__ == "__main__":
    sharing.Leases = partial(Blind, ttl=SECONDS)  # type: ignore[assignment,misc]  # that is the point
    sys.exit(main())
