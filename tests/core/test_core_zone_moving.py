"""When somebody is in another zone, their dates go along only if they say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from core import schema, zone_moving
from core.errors import NoSuchTask, NothingToUndo
from core.store import Store
from core.task import Due, Ref, Status, Task
from core.zone_moving import dated_in, move
from tests.core.people import Person, add, complete, person
from tests.databases import Database

BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"
TODAY = date(2026, 1, 5)  # the clock stands at 9:00 UTC
FIVE = Due(TODAY, time(17), "UTC")


async def now_in(store: Store, who: Person, zone: str) -> None:
    await store.mutate(lambda work: work.profile.set_timezone(who.account, zone))


async def due(store: Store, who: Person, task: Task) -> Due | None:
    ref = Ref(public_id=task.public_id)
    return (await store.query(lambda work: work.tasks.get(who.actor, ref))).due


async def reminders(store: Store) -> dict[str, datetime]:
    rows = await store.query(lambda work: work.run(select(schema.reminder)).all())
    return {row.why: row.at for row in rows}


async def test_dates_keep_their_time_on_the_clock(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    timed = await add(store, ada, "Milk", due=FIVE)
    day = await add(store, ada, "Bread", due=Due(TODAY, None, "UTC"))
    elsewhere = await add(store, ada, "Tokyo", due=Due(TODAY, time(17), TOKYO))
    bens = await add(store, ben, "Ben's", due=FIVE, assignee=ada.account)
    await complete(store, ada, await add(store, ada, "Done", due=FIVE))
    await now_in(store, ada, BERLIN)
    assert await due(store, ada, timed) == FIVE  # until they say so
    found = await store.query(lambda work: dated_in(work, ada.account, "UTC"))
    assert (found[0], found[1] and found[1].title) == (2, "Milk")
    assert await store.mutate(lambda work: move(work, ada.actor, "UTC")) == (2, 0)
    assert await due(store, ada, timed) == Due(TODAY, time(17), BERLIN)
    assert await due(store, ada, day) == Due(TODAY, None, BERLIN)
    assert await due(store, ada, elsewhere) == Due(TODAY, time(17), TOKYO)
    assert await due(store, ben, bens) == FIVE
    assert await store.mutate(lambda work: move(work, ada.actor, "UTC")) == (0, 0)
    assert await store.mutate(lambda work: move(work, ada.actor, BERLIN)) == (0, 0)
    await store.mutate(lambda work: work.tasks.undo(ada.actor) and None)
    assert await due(store, ada, timed) == FIVE


async def test_reminders_go_along_and_snoozes_stay(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada, due=FIVE)
    ref, later = Ref(public_id=task.public_id), datetime(2026, 1, 5, 20, tzinfo=UTC)
    await store.mutate(lambda work: work.reminders.snooze(ada.actor, ref, later, "UTC"))
    await now_in(store, ada, BERLIN)
    await store.mutate(lambda work: move(work, ada.actor, "UTC"))
    assert await reminders(store) == {
        "due": FIVE.instant - timedelta(hours=1),
        "snooze": later,
    }


async def test_many_are_moved_in_parts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zone_moving, "AT_ONCE", 2)
    ada = await person(store, "Ada")
    for _ in range(5):
        await add(store, ada, due=FIVE)
    await now_in(store, ada, BERLIN)
    moved = [await store.mutate(lambda work: move(work, ada.actor, "UTC")) for _ in range(3)]
    assert moved == [(2, 3), (2, 1), (1, 0)]


async def learns(store: Store, who: Person, zone: str) -> None:
    """Their platform says where they are."""
    told = replace(who.sender, timezone=zone)
    await store.mutate(lambda work: work.accounts.learn(who.identity, told))


async def test_what_a_platform_says_takes_dates_along_without_a_question(
    store: Store, database: Database
) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada, due=FIVE)
    await learns(store, ada, BERLIN)
    assert await due(store, ada, task) == Due(TODAY, time(17), BERLIN)
    assert "zone" not in {each.name for each in database.jobs.pending()}
    await learns(store, ada, TOKYO)  # they are somewhere by now
    assert await due(store, ada, task) == Due(TODAY, time(17), BERLIN)
    await store.mutate(lambda work: work.tasks.undo(ada.actor) and None)  # that they added it
    with pytest.raises(NoSuchTask):
        await due(store, ada, task)


async def test_what_would_bring_the_old_zone_back_is_not_undone(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada, due=FIVE)
    ref = Ref(public_id=task.public_id)
    await store.mutate(
        lambda work: work.tasks.set_status(ada.actor, ref, Status.IN_PROGRESS) and None
    )
    await learns(store, ada, BERLIN)
    with pytest.raises(NothingToUndo, match="changed"):
        await store.mutate(lambda work: work.tasks.undo(ada.actor))
    assert await due(store, ada, task) == Due(TODAY, time(17), BERLIN)


async def test_of_very_many_the_rest_is_asked_about(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zone_moving, "AT_ONCE", 2)
    ada = await person(store, "Ada")
    for title in ("One", "Two", "Three"):
        await add(store, ada, title, due=FIVE)
    await learns(store, ada, BERLIN)
    assert (await store.query(lambda work: dated_in(work, ada.account, "UTC")))[0] == 1
    assert [each.name for each in database.jobs.pending()].count("zone") == 1
