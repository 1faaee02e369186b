"""Numbers for the metrics that are looked up now and then: a scrape reads them, and never the
database."""

from __future__ import annotations

import asyncio
import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import partial

from bot.metrics import Metrics

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds. As often as the sweep, which is what shortens the backlog (`house.md` 5)."""


class Gauges(ABC):
    """The newest numbers; not a number before the first look, and after one that failed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """`texts`: of each number, by its name, what it means."""
        self._texts = texts
        self.numbers: dict[str, float] = dict.fromkeys(texts, math.nan)

    def show(self, metrics: Metrics, prefix: str = "") -> None:
        """Show the numbers among the metrics."""
        for name, text in self._texts.items():
            metrics.watch(prefix + name, text, partial(self.numbers.__getitem__, name))

    @abstractmethod
    async def look(self) -> None:
        """Look all of them up."""

    async def look_for_ever(self) -> None:
        """Look at once and every `LOOK_EVERY` seconds, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                self.numbers.update(dict.fromkeys(self._texts, math.nan))
                log.exception("what %s shows could not be looked up", type(self).__name__)
            await asyncio.sleep(LOOK_EVERY)
