"""The service that does not look whether another one has its file. A control: two then run."""

from __future__ import annotations

import sys
from contextlib import nullcontext

from bot import app
from bot.cli import main

if __name__ == "__main__":
    app.only_one = lambda file: nullcontext()  # type: ignore[assignment,return-value]  # that is the point
    sys.exit(main())
