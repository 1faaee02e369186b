"""Time and chance, taken over for the whole process before anything else is imported: what asks
the clock or the random source of the system asks the simulation instead.

So a simulation has a process of its own (`python -m tests.simulation`), and never runs inside a
test's."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

BEGAN = 1_767_603_600.0
"""Unix seconds at the start of every seed: 5 January 2026, 9:00 UTC."""
real_seconds = time.perf_counter

_since: Callable[[], float] = real_seconds
_bytes = random.Random(0)  # noqa: S311  # chance that a seed decides, as everything here


class Moments(datetime):
    """`datetime`, whose `now` is the simulation's. For modules that ask by themselves."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Moments:
        return cls.fromtimestamp(time.time(), tz)


def take_over() -> None:
    """From now on, and for good. Call it before any other import of the project."""
    time.time = lambda: BEGAN + _since()
    time.monotonic = lambda: 1_000.0 + _since()
    time.perf_counter = time.monotonic
    time.time_ns = lambda: int(time.time() * 10**9)
    os.urandom = _random_bytes
    random._urandom = os.urandom  # type: ignore[attr-defined]  # what `secrets` is made of


def _random_bytes(size: int) -> bytes:
    return _bytes.randbytes(size)


def begin(seed: str, since: Callable[[], float]) -> None:
    """A new world: `since` gives the seconds since it began."""
    global _since, _bytes  # the process has one
    _since, _bytes = since, random.Random(f"{seed}:bytes")  # noqa: S311  # the same
    random.seed(f"{seed}:shared")


def end() -> None:
    """No world any more: whoever waits until a time comes, between two of them, waits in ours."""
    global _since  # noqa: PLW0603  # the process has one
    _since = real_seconds


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)
