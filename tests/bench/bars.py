"""What must hold (issues 5, 6 and 7), and whether it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from tests.bench.figures import Figure

Results = Mapping[str, Mapping[str, Figure]]
NOISE = 0.35
"""A spread from which a figure says nothing (`performance.md` section 7)."""


class Verdict(IntEnum):
    """As exit codes."""

    HOLDS = 0
    MISSED = 1
    NOISY = 2


@dataclass(frozen=True, slots=True)
class Bar:
    group: str
    key: str
    bound: float
    at_least: bool = False

    def judge(self, figure: Figure) -> Verdict:
        """Noisy where the spread is too wide, or the bound lies within it."""
        off = figure.value * figure.spread
        if figure.spread > NOISE or abs(figure.value - self.bound) < off:
            return Verdict.NOISY
        good = figure.value >= self.bound if self.at_least else figure.value <= self.bound
        return Verdict.HOLDS if good else Verdict.MISSED

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:g}"


BARS = (
    Bar("telegram_add", "rate_vs_peer", 6, at_least=True),
    Bar("telegram_add", "cpu_vs_floor", 2.5),
    Bar("telegram_add", "p99_open_vs_peer", 1),
    Bar("slack_command", "rate_vs_peer", 5, at_least=True),
    Bar("slack_command", "p50_ms", 2.5),
    Bar("polar_webhook", "rate_vs_floor", 0.5, at_least=True),
    Bar("polar_webhook", "rate_vs_sdk", 15, at_least=True),
    Bar("polar_webhook", "p99_open_ms", 50),
    Bar("quick_add", "plain_p99_ms", 1),
    Bar("quick_add", "dated_p99_ms", 5),
    Bar("cards", "telegram_p99_ms", 0.2),
    Bar("cards", "slack_p99_ms", 0.2),
    Bar("reminders", "over_ideal", 1.02),
    Bar("reminders", "grown_mb", 32),
    Bar("send", "telegram_vs_aiohttp", 0.5, at_least=True),
    Bar("send", "slack_vs_aiohttp", 0.7, at_least=True),
    Bar("start", "seconds_vs_peer", 0.5),
    Bar("idle", "grown_mb", 10),
    Bar("fanout", "over_ideal", 1.02),
    Bar("fanout", "channels_per_second", 300, at_least=True),
    Bar("growth", "list", 1.3),
    Bar("growth", "done", 1.3),
    Bar("growth", "add", 1.3),
)


def bar_of(group: str, key: str) -> Bar | None:
    return next((each for each in BARS if (each.group, each.key) == (group, key)), None)


def check(results: Results) -> Verdict:
    """Of the bars whose group was measured: a miss outweighs noise."""
    found = [bar.judge(results[bar.group][bar.key]) for bar in BARS if bar.group in results]
    return next((each for each in (Verdict.MISSED, Verdict.NOISY) if each in found), Verdict.HOLDS)
