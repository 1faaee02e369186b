"""`tests.faults.dies` with a lease of a few seconds: what a dead process had in hand is done soon,
and so the points after it are reached. Nor does it wait for who compared plans with Polar's when
they died: there is no other process that may still be at it."""

from __future__ import annotations

import sys
from datetime import timedelta

from bot import reconciling
from bot.cli import main
from tests.faults import short_lease
from tests.faults.dies import watch

if __name__ == "__main__":
    short_lease.shorten()
    reconciling.LASTS = timedelta()
    watch()
    sys.exit(main())
