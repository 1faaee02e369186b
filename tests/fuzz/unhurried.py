"""The program with nobody's pace to keep: the stand-ins' limits are off, and what is answered would
wait for hours. `python -m tests.fuzz.unhurried run`."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from adapters.pacing_rows import RowPacer
from bot import cli, sharing
from tests.hostile_kit import Unhurried

if __name__ == "__main__":
    taken: Any = sharing
    taken.LocalPacer, taken.RowPacer = Unhurried, partial(RowPacer, limits={})
    sys.exit(cli.main())
