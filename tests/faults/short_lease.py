"""The service with a lease of a few seconds: a test need not wait out the one that is shipped."""

from __future__ import annotations

import sys
from functools import partial

from adapters.engine.leases import Leases
from bot import sharing
from bot.cli import main

SECONDS = 4.0
"""A quarter of it is between two renewals, a third between two looks for the dead."""


def shorten() -> None:
    """From the next start on."""
    sharing.Leases = partial(Leases, ttl=SECONDS)  # type: ignore[assignment,misc]  # that is the point


if __name__ == "__main__":
    shorten()
    sys.exit(main())
