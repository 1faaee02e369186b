"""The service with connections that wait for a server as long as Linux does."""

from __future__ import annotations

import sys

from bot.cli import main
from core import postgres

if __name__ == "__main__":
    postgres.GONE.clear()
    sys.exit(main())
