"""What is kept no longer than it must be is dropped, round after round."""

from __future__ import annotations

import asyncio
import logging

from bot.jobs import Jobs
from bot.sharing import Alone, Together

log = logging.getLogger(__name__)

FORGET_FIRST = 300.0
"""Seconds from the start to the first round: who is started anew each hour forgets, too. What its
statements take to be compiled, some 0.7 MB, is taken while everything else takes its own."""
FORGET_EVERY = 3600.0
"""Seconds between two rounds."""


async def forget_for_ever(jobs: Jobs, shared: Alone | Together) -> None:
    """Until cancelled."""
    wait = FORGET_FIRST
    while True:
        await asyncio.sleep(wait)
        wait = FORGET_EVERY
        try:
            await jobs.forget()
            await shared.forget()
        except Exception:
            log.exception("retention failed")
