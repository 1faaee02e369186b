"""The service with each process pacing itself, as if alone: what the shared rows prevent."""

from __future__ import annotations

import sys

from adapters.pacing import LocalPacer
from bot import sharing
from bot.cli import main


class Selfish(LocalPacer):
    """Of the shared pacer's shape."""

    def __init__(self, url: str, process: str) -> None:
        super().__init__()

    async def close(self) -> None:
        """Nothing is open."""


if __name__ == "__main__":
    sharing.RowPacer = Selfish  # type: ignore[assignment,misc]  # that is the point
    sys.exit(main())
