"""The service that lets whoever waits for a commit wait for ever. A control."""

from __future__ import annotations

import sys

from bot import in_flight
from bot.cli import main

if __name__ == "__main__":
    in_flight.PATIENCE = 1e6
    sys.exit(main())
