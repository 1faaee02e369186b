"""What all tests share."""

from __future__ import annotations

import sys
from pathlib import Path

# The program is run from the checkout and never installed, so a bare `pytest` needs its folder.
sys.path.insert(0, str(Path(__file__).parents[1]))
