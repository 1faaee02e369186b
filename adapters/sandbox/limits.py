"""The sending limits of both platforms, as strict as they may be."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]
LOG_KEPT = 1000
"""Rows of `Stats.log` of each chat."""


class Bucket:
    """A burst, then an even rate: `burst` at once, one more every `1 / rate` seconds."""

    def __init__(self, burst: int, rate: float) -> None:
        self._burst, self._rate = float(burst), rate
        self._level, self._at = float(burst), 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more may go; 0 is now."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        return 0.0 if self._level >= 1 else (1 - self._level) / self._rate

    def take(self, now: float) -> None:
        self._level -= 1


class Window:
    """Never more than `count` in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count, self._seconds = count, seconds
        self._taken: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more may go; 0 is now."""
        while self._taken and self._taken[0] <= now - self._seconds:
            self._taken.popleft()
        full = len(self._taken) >= self._count
        return self._taken[0] + self._seconds - now if full else 0.0

    def take(self, now: float) -> None:
        self._taken.append(now)


Gate = Bucket | Window


@dataclass
class Limits:
    """Which gates a send to a chat must pass. Refused sends cost nothing."""

    overall: list[Gate]
    per_chat: Callable[[bool], list[Gate]]
    """New gates for a chat; the argument says whether it is a group."""
    on: bool = True
    clock: Clock = time.monotonic
    _chats: dict[str, list[Gate]] = field(default_factory=dict)

    def take(self, chat: str, *, group: bool = False) -> int:
        """0 when it may go; else the whole seconds to wait, at least 1."""
        if not self.on:
            return 0
        gates = self.overall + self._chats.setdefault(chat, self.per_chat(group))
        now = self.clock()
        wait = max(gate.wait(now) for gate in gates)
        if wait > 0:
            return math.ceil(wait)
        for gate in gates:
            gate.take(now)
        return 0


def telegram_limits() -> Limits:
    """Telegram's FAQ: 30/s over all, 1/s per chat with short bursts, 20 a minute per group."""

    def per_chat(group: bool) -> list[Gate]:
        bucket: list[Gate] = [Bucket(3, 1.0)]
        return [*bucket, Window(20, 60.0)] if group else bucket

    return Limits([Window(30, 1.0)], per_chat)


def slack_limits() -> Limits:
    """Slack's rate limit page: `chat.postMessage` one a second per channel, short bursts."""
    return Limits([], lambda _group: [Bucket(3, 1.0)])


@dataclass
class Stats:
    """What was accepted and refused, for tests."""

    sends: int = 0
    edits: int = 0
    limited: int = 0
    """Answers with 429."""
    max_per_second: int = 0
    log: dict[str, deque[tuple[float, str]]] = field(default_factory=dict)
    """Chat id -> (unix time, plain text) of the newest accepted sends and edits."""
    _recent: deque[float] = field(default_factory=deque)

    def sent(self, chat: str, text: str, *, edit: bool = False) -> None:
        now = time.time()
        self.log.setdefault(chat, deque(maxlen=LOG_KEPT)).append((now, text))
        self.edits += edit
        self.sends += not edit
        if not edit:
            self._recent.append(now)
            while self._recent[0] <= now - 1:
                self._recent.popleft()
            self.max_per_second = max(self.max_per_second, len(self._recent))

    def __getitem__(self, key: str) -> object:
        """By name, also `429s`."""
        return getattr(self, "limited" if key == "429s" else key)
