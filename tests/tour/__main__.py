"""Play a newcomer's first minutes on the sandbox page, and write them down with pictures into
`docs/`: `python -m tests.tour` (`make tour`). It takes a minute, and needs Chromium."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.adapters.chromium import PROGRAM
from tests.tour.playing import played
from tests.tour.story import story

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "first-minutes"


async def tour() -> None:
    shutil.rmtree(PICTURES, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        async with played(Path(folder), PICTURES) as made:
            await story(made)
            made.transcript.write(DOCS / "first-minutes.md")


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("Chromium is needed to play the page; install it as `chromium`.")
    asyncio.run(tour())
