"""What all tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# The program is run from the checkout and never installed, so a bare `pytest` needs its folder.
sys.path.insert(0, str(Path(__file__).parents[1]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, or one worker would be left with them in the end (`make test` keeps the
    order)."""
    items.sort(key=lambda item: "faults" not in item.path.parts)
