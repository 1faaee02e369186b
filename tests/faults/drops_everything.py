"""The service that is gone at once when it is asked to stop. A control."""

from __future__ import annotations

import signal
import sys

from bot import app
from bot.cli import main


def _is_up(running: object) -> None:
    """From now on SIGTERM does what it does to whoever does not listen."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


if __name__ == "__main__":
    app._say_where = _is_up
    sys.exit(main())
