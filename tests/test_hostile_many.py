"""A million bodies that are nearly genuine, and hundreds of thousands of requests, break nothing
(`promises.md` B4)."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox.world import World
from tests.databases import whole_url
from tests.fuzz.bodies import POLAR, SLACK, TELEGRAM, Bodies
from tests.fuzz.doors import door
from tests.fuzz.flood import SECRETS, alone, pour, recorded_world
from tests.hostile_kit import resident

__all__ = ["whole_url"]  # a fixture
Record = Callable[[str, object], None]
DOORS = (TELEGRAM, SLACK, POLAR)
P99 = 0.1
"""Seconds (`promises.md` B4)."""
GROWTH = 20
"""MB after the first tenth."""
LOUD = re.compile(r"\d{4}-\S+ (ERROR|CRITICAL) ")
SEED = 20261126


def passed(path: str, count: int) -> tuple[Counter[str], list[float], float]:
    """What becomes of so many in this process: the outcomes, the seconds each took, and the MB that
    the process grew after the first tenth."""
    now = time.time()
    bodies = Bodies(path, SECRETS, random.Random(SEED), lambda: now)  # noqa: S311  # the same ones every time
    through, outcomes, seconds = door(path, SECRETS), Counter[str](), []
    begun = 0
    for number in range(count):
        if number == count // 10:
            begun = resident()
        request = bodies.another()
        began = time.perf_counter()
        outcome = through(request, now)
        seconds.append(time.perf_counter() - began)
        assert (outcome != "refused") is request.genuine, (outcome, request)
        outcomes[outcome] += 1
    return outcomes, seconds, (resident() - begun) / 2**20


@pytest.mark.promise("B4", on="neither")
@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("count", [1_500, pytest.param(333_334, marks=pytest.mark.faults)])
def test_nothing_nearly_genuine_breaks_a_door(
    path: str, count: int, record_property: Record
) -> None:
    outcomes, seconds, grown = passed(path, count)
    seconds.sort()
    p99 = seconds[int(0.99 * count)]
    record_property("bodies", count)
    record_property("got through", count - outcomes["refused"])
    record_property("p99 ms", p99 * 1000)
    record_property("grown MB", grown)
    assert outcomes["read"] > count / 10, outcomes  # it is not all refused at the first look
    assert p99 <= P99
    assert grown <= GROWTH


@pytest.mark.control("B4")
def test_a_door_that_takes_any_json_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""

    def anything(raw: bytes | str) -> Any:
        return json.loads(raw)

    monkeypatch.setattr("adapters.slack.guard.parse_object", anything)
    with pytest.raises(Exception, match=r".") as broke:
        passed(SLACK, 3_000)
    assert not isinstance(broke.value, AssertionError) or "NUL" in str(broke.value)


@pytest.mark.faults  # `test_hostile_signed.py` has a short form of it
@pytest.mark.alone  # how long it takes is asked of a machine of two cores
@pytest.mark.promise("B4")
@pytest.mark.parametrize(
    ("path", "world"),
    [
        pytest.param(path, world, id=f"{path}{said}")
        for path in DOORS
        for world, said in ((World.demo, ""), (recorded_world, "-answered"))
        if path != POLAR or not said  # which is answered by nobody
    ],
)
async def test_nothing_nearly_genuine_breaks_the_service(
    path: str,
    world: Callable[[], World],
    whole_url: str,
    tmp_path: Path,
    record_property: Record,
) -> None:
    """In chats where no answer arrives, and in chats where each does."""
    count = 100_000
    bodies = Bodies(path, SECRETS, random.Random(SEED), time.time)  # noqa: S311  # as above
    async with alone(tmp_path, whole_url, world()) as service:
        began = time.monotonic()
        flood = await pour(service, bodies, count)
        took = time.monotonic() - began
        said = service.log.read_text(errors="replace").splitlines()
    record_property("requests", count)
    record_property("a second", count / took)
    record_property("worst status", max(flood.statuses))
    record_property("hung up", flood.hung_up)
    record_property("p99 ms", flood.p99 * 1000)
    record_property("grown MB", flood.grown)
    assert flood.wrong == []
    assert flood.statuses[200] + flood.statuses[202] > count / 10, flood.statuses
    assert unhandled(said) == []
    assert flood.grown <= GROWTH
    assert flood.p99 <= P99


def unhandled(said: list[str]) -> list[str]:
    """What is told loudly, but for updates of no shape of Telegram's, which are kept."""
    return [each for each in said if LOUD.match(each) and "could not be read" not in each]
