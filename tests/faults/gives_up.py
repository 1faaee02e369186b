"""The service whose engine takes a full disk for a defect of the job. A control: jobs stay pending,
and their chats behind them. What is done is written down late, so that a disk that fills finds
some."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from sqlalchemy import Update

from adapters.engine import outcomes, room
from adapters.engine.outcomes import Outcomes, Values
from bot.cli import main

LATE = 3.0
"""Seconds."""
_write = Outcomes._write


def _late(self: Outcomes, waiting: Sequence[tuple[Update, Values]]) -> None:
    time.sleep(LATE)  # in a thread of its own
    _write(self, waiting)


if __name__ == "__main__":
    room.wait_for_room = lambda: None
    outcomes.FIRST_WAIT = outcomes.LONGEST_WAIT = 1e6
    Outcomes._write = _late  # type: ignore[method-assign]  # what the control is about
    sys.exit(main())
