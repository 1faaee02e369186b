"""What is kept no longer than it must be is dropped, round after round."""

from __future__ import annotations

import asyncio
import logging

from bot.jobs import Jobs
from bot.sharing import Alone, Together

log = logging.getLogger(__name__)

FORGET_EVERY = 3600.0
"""Seconds between two rounds."""


async def forget_for_ever(jobs: Jobs, shared: Alone | Together) -> None:
    """Until cancelled; the first round is an hour after the start."""
    while True:
        await asyncio.sleep(FORGET_EVERY)
        try:
            await jobs.forget()
            await shared.forget()
        except Exception:
            log.exception("retention failed")
