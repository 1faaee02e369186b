"""`python -m bot`."""

import sys

from bot.memory import loading

with loading():
    from bot.cli import main

sys.exit(main())
