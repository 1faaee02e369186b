"""How far a long command is: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30
"""Characters of the bar."""
EVERY = 0.1
"""Seconds between two drawings."""


class Progress:
    """Of a known amount, in parts with names. Written to `out`, which is stderr."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._bar = out.isatty()
        self._total = self._done = 0
        self._drawn = 0.0

    def begin(self, total: int) -> None:
        self._total, self._done = total, 0

    def moved(self, count: int) -> None:
        """So much more is done."""
        self._done += count
        if self._bar and time.monotonic() - self._drawn > EVERY:
            self._draw()

    def finished(self, name: str, count: int) -> None:
        """One part is done."""
        if not self._bar:
            self._out.write(f"{name}: {count}\n")
            self._out.flush()

    def end(self) -> None:
        if self._bar:
            self._draw()
            self._out.write("\n")

    def _draw(self) -> None:
        share = self._done / self._total if self._total else 1.0
        filled = round(WIDTH * share)
        self._out.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {share:4.0%} {self._done:,}")
        self._out.flush()
        self._drawn = time.monotonic()
