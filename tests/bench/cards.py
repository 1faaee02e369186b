"""`card`: how long a task's card takes, from the task to what is sent, on each platform."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path

from adapters.slack.render import draw
from adapters.telegram.render import render
from bot.cards import card
from bot.language import speaking
from core.chat import Reply
from core.identity import Account
from core.task import Due, Priority, Status, Task
from tests.bench.figures import Figure, median, percentile
from tests.bench.plan import Plan
from tests.bench.standin import StandIn

CARDS = 2000
"""Drawn in a cycle."""
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"
ADA = Account(1, "a1b2c3d4e5f6", "Ada", ZONE, "en", joined=True)
MILK = Task(
    id=1,
    public_id="9k3f7q2m",
    number=42,
    title="Buy milk & <oats> for the whole week",
    description="The one with the blue cap.\nTwo of them.",
    status=Status.PENDING,
    priority=Priority.HIGH,
    category="home",
    due=Due(date(2026, 11, 24), clock_time(17, 0), ZONE),
    owner=1,
    owner_name="Ada",
    assignee=2,
    assignee_name="Ben",
    completed_by_name="",
    chat=1,
    created_at=NOW,
    updated_at=NOW,
    completed_at=None,
    completions=0,
    revision=17,
    reminds_at=NOW.replace(hour=15),
)


async def cards(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
    drawn: dict[str, Callable[[Reply], object]] = {
        "telegram": render,
        "slack": lambda reply: draw(reply, "/task"),
    }
    figures = {}
    for name, language in (("telegram", "en"), ("slack", "en"), ("telegram", "de")):
        key = name if language == "en" else f"{name}_{language}"
        with speaking(language):
            _cycle(drawn[name])  # warm
            took = [_cycle(drawn[name]) for _ in range(plan.cycles)]
        pooled = percentile([each for cycle in took for each in cycle], 0.99) * 1000
        spread = median([percentile(each, 0.99) for each in took]).spread
        figures[f"{key}_p99_ms"] = Figure(pooled, spread)
        figures[f"{key}_p50_ms"] = median([percentile(each, 0.5) * 1000 for each in took])
    return figures


def _cycle(draws: Callable[[Reply], object]) -> list[float]:
    """Seconds of CPU of each, no two of the same task."""
    took = []
    for number in range(CARDS):
        task = replace(MILK, number=number, title=f"{MILK.title} {number}")
        began = time.thread_time()
        draws(card(task, ADA, NOW))
        took.append(time.thread_time() - began)
    return took
