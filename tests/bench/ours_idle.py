"""Our service with the pace of each chat as shipped, but not that of the bot: whatever the service
remembers of a chat it remembers here, and ten thousand are answered in a minute."""

from __future__ import annotations

import sys
from dataclasses import replace

from adapters.pacing import LocalPacer
from adapters.rates import LIMITS
from bot import loop
from tests.bench.ours import main

UNPACED = {name: replace(each, token=None) for name, each in LIMITS.items()}

if __name__ == "__main__":
    sys.exit(loop.run(main(lambda: LocalPacer(UNPACED))))
