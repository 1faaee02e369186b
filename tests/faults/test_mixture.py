"""Ten thousand messages for a thousand chats, over platforms in trouble (B12): see `mixture`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

IDEALS = 1.5
"""Of the time that Telegram's limit asks for, at the most."""


async def mixed(*words: str) -> dict[str, Any]:
    """What came of it, in a process whose clock is its own."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.mixture", *words, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await running.communicate()
    assert running.returncode == 0
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.mark.faults
@pytest.mark.promise("B12", "F13", "F14")
async def test_all_arrive_in_order_and_within_the_limits(
    record_property: Callable[[str, object], None],
) -> None:
    found = await mixed()
    for name, figure in found.items():
        record_property(name, figure)
    assert found["delivered"] == found["messages"] == 10_000
    assert found["extra copies"] <= found["ambiguous"]
    assert found["out of order"] == 0
    assert found["before the wait was over"] == 0
    assert sum(each for name, each in found.items() if name.startswith("over")) == 0
    assert found["seconds"] <= IDEALS * found["ideal s"]


@pytest.mark.faults
@pytest.mark.parametrize(
    ("protection", "shows"),
    [
        # Without the pacer's hold nothing is sent too soon here: a job waits by itself.
        ("order", "out of order"),
        ("pace", "over 30/s in all"),
    ],
)
@pytest.mark.control("F13", "B12")
async def test_without_a_protection_it_would_not(protection: str, shows: str) -> None:
    found = await mixed("--without", protection, "--each", "3")
    assert found[shows] > 0
