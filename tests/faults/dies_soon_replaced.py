"""`tests.faults.dies` with a lease of a few seconds: what a dead process had in hand is done soon,
and so the points after it are reached."""

from __future__ import annotations

import sys

from bot.cli import main
from tests.faults import short_lease
from tests.faults.dies import watch

if __name__ == "__main__":
    short_lease.shorten()
    watch()
    sys.exit(main())
