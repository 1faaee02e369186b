"""A bot's busiest hour, simulated: who waits how long for the bot's pace.

All processes of a cell draw the instants at which they may send from one row, first come, first
served, and each has at most `AHEAD` of them drawn (`adapters/pacing_rows.py`). Web processes send
answers; workers send what jobs have to say. Within a process first come is first served, too."""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.pacing_rows import AHEAD
from tests.scale import figures as f


@dataclass
class Process:
    """One sender: the times at which its messages came, in order, and those at which they went."""

    waiting: deque[float] = field(default_factory=deque)
    answers: bool = False
    drawn: int = 0
    looking: bool = False
    waits: list[float] = field(default_factory=list)


ARRIVES, REACHED, LOOKS = 0, 1, 2
Event = tuple[float, int, int, Process]
"""When; a message, an instant that was drawn, or a look for one; a number against ties; whose."""


@dataclass(frozen=True)
class Hour:
    """What is sent by one bot in it."""

    answers: float
    """A second."""
    told: float
    """A second: reminders, notices."""
    digests: int
    """All in the minute after the first third of the time, when things have settled."""
    webs: int
    workers: int
    answers_first: bool = True
    """Whether what nobody waits for draws the next instant only, as it does."""
    seconds: float = 3600.0
    seed: int = 1


@dataclass(frozen=True)
class Waited:
    """Seconds until a message was sent."""

    answers: Sequence[float]
    """Sorted."""
    told: Sequence[float]
    sent: float
    """Messages a second, at the most, of any minute."""

    def answers_at(self, share: float) -> float:
        return self.answers[int(share * (len(self.answers) - 1))]

    @property
    def last_told(self) -> float:
        return self.told[-1]


def simulate(hour: Hour) -> Waited:
    """Play it."""
    chance = random.Random(hour.seed)  # noqa: S311  # load, no secret
    webs = [Process(answers=True) for _ in range(hour.webs)]
    workers = [Process() for _ in range(hour.workers)]
    events: list[Event] = []
    for rate, group in ((hour.answers, webs), (hour.told, workers)):
        at = chance.expovariate(rate)
        while at < hour.seconds:
            events.append((at, ARRIVES, len(events), chance.choice(group)))
            at += chance.expovariate(rate)
    begins = hour.seconds / 3
    for _ in range(hour.digests):
        at = begins + chance.random() * 2.0  # a tick of the reminders
        events.append((at, ARRIVES, len(events), chance.choice(workers)))
    heapq.heapify(events)
    sent = _play(events, answers_first=hour.answers_first)
    return Waited(
        sorted(each for one in webs for each in one.waits),
        sorted(each for one in workers for each in one.waits),
        _fullest_minute(sent) / 60,
    )


def _play(events: list[Event], *, answers_first: bool) -> list[float]:
    """Until nothing is left; the instants at which something was sent, in order."""
    price = 1 / (f.TELEGRAM * f.SHARE)
    due, number, sent = 0.0, len(events), []
    while events:
        now, what, _, process = heapq.heappop(events)
        if what == ARRIVES:
            process.waiting.append(now)
        elif what == REACHED:
            process.drawn -= 1
        else:
            process.looking = False
        while process.waiting and process.drawn < AHEAD:
            if answers_first and not process.answers and due - now > price + 1e-9:
                if not process.looking:
                    process.looking, number = True, number + 1
                    heapq.heappush(events, (due - price, LOOKS, number, process))
                break
            instant = max(due, now)
            due = instant + price
            process.drawn += 1
            process.waits.append(instant - process.waiting.popleft())
            sent.append(instant)
            number += 1
            heapq.heappush(events, (instant, REACHED, number, process))
    return sent


def _fullest_minute(sent: Sequence[float]) -> int:
    first = most = 0
    for last, at in enumerate(sent):
        while sent[first] <= at - 60:
            first += 1
        most = max(most, last - first + 1)
    return most
