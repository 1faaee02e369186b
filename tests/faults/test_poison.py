"""One message in a hundred breaks our code: the others are done, in order, and it waits for the
operator, who has it handled by code that can (B21)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from adapters.sandbox import World
from tests.faults.breaks import BREAKS
from tests.faults.city import City
from tests.faults.nursery import born
from tests.faults.pair import core_postgres, one_town, town_url
from tests.faults.supervisor import Supervised

__all__ = ["core_postgres", "town_url"]  # fixtures
PEOPLE, EACH, ONE_IN = 250, 40, 100
WITHIN = 240.0
"""Seconds; it takes a tenth of that on a machine that has nothing else to do."""
KEYS = "SELECT count(*) FROM message_key"
FAILED = "SELECT count(*) FROM failed_message WHERE replayed_at IS NULL"
TASKS = "SELECT owner_id, title FROM task ORDER BY id"


async def all_write(here: City) -> list[str]:
    """Everybody in turn, before the service is up; what they write."""
    titles = []
    for number in range(PEOPLE * EACH):
        person = f"tg-p{1 + number % PEOPLE}"
        what = BREAKS if number % ONE_IN == ONE_IN // 2 else "Carry"
        titles.append(f"{what} {number:05}")
        await here.sandbox.say(person, here.private(person), titles[-1])
    return titles


def by_owner(here: City) -> list[list[str]]:
    """What everybody has, in the order in which it was made."""
    found: defaultdict[object, list[str]] = defaultdict(list)
    for owner, title in here.service.rows(TASKS):
        found[owner].append(str(title))
    return list(found.values())


async def replayed(service: Supervised) -> None:
    """As an operator does it, once the code is mended."""
    home = service.directory
    process = await born(
        "bot", "failed", "--replay", "all",
        cwd=home, env=service.settings, log=home / "failed.log",
    )  # fmt: skip
    assert await process.wait() == 0, f"see {home}"


@pytest.mark.faults
@pytest.mark.promise("B21", "F21")
async def test_what_breaks_the_code_holds_up_nothing_and_is_not_lost(
    tmp_path: Path, town_url: str, record_property: Callable[[str, object], None]
) -> None:
    world, module = World.crowd(PEOPLE, 1), "tests.faults.breaks"
    async with one_town(tmp_path, town_url, "polling", module=module, world=world) as both:
        here, service = both
        titles = await all_write(here)
        good = [each for each in titles if each.startswith("Carry")]
        await service.start()
        await here.until(lambda: here.service.count(KEYS) >= len(titles), WITHIN)
        owned = by_owner(here)
        assert sorted(chain(*owned)) == good
        assert all(each == sorted(each) for each in owned)
        broken = here.service.count(FAILED)
        assert broken == len(titles) - len(good)
        await service.terminate()
        service.module = "bot"
        await service.start()
        await replayed(service)
        await here.until(lambda: here.service.count(FAILED) == 0)
        assert sorted(chain(*by_owner(here))) == sorted(titles)
    record_property("messages", len(titles))
    record_property("broke the code", broken)
    record_property("replayed", broken)
