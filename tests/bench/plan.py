"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    cycles: int
    """Bursts a contender."""
    open_cycles: int
    """Seconds of open loop a contender."""
    tasks: int
    """Tasks of the large database, for `growth`."""
    reminders: int
    """Of a backlog."""
    chats: int
    """That spoke once, for `idle`."""
    starts: int
    verdict: bool


FULL = Plan(
    cycles=24,
    open_cycles=20,
    tasks=1_000_000,
    reminders=100_000,
    chats=10_000,
    starts=7,
    verdict=True,
)
QUICK = Plan(
    cycles=6,
    open_cycles=5,
    tasks=100_000,
    reminders=5_000,
    chats=1_000,
    starts=3,
    verdict=False,
)
"""A quarter of the cycles: to see that it runs, not for a verdict."""
