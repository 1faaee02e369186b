"""The service with more connections than it says: what the count of them finds."""

from __future__ import annotations

import sys

from bot.cli import main
from core import postgres

if __name__ == "__main__":
    postgres.THREADS = 30
    sys.exit(main())
