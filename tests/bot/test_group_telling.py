"""What a group is told is looked up when it is sent: what is true no more is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from bot.group_telling import telling_group
from bot.telling import Message
from core.group_digests import Told
from core.presets import Preset
from core.store import Store
from core.task import Draft, Due, Ref, Status, Task
from tests.core.people import Person, group, person
from tests.databases import Database, core_postgres, database

__all__ = ["core_postgres", "database"]  # fixtures

NOON = Due(date(2026, 1, 5), time(12), "UTC")


async def room(store: Store) -> tuple[Person, int]:
    ada, chat = await person(store, "Ada"), await group(store)
    told = Told("en", "7")
    await store.mutate(lambda work: work.group_presets.set(chat, Preset.ALL, told))
    return ada, chat


async def here(store: Store, ada: Person, chat: int, title: str) -> Task:
    draft = Draft(title, due=NOON)
    return await store.mutate(lambda work: work.tasks.add(ada.at(chat), draft))


async def says(database: Database, store: Store) -> Message | None:
    """What the one job that waits finds to say."""
    [job] = [each for each in database.jobs.pending() if each.name == "group"]
    return await store.query(lambda work: telling_group(work, job.payload))


async def comes_due(database: Database, store: Store) -> None:
    database.clock.at = database.clock.at.replace(hour=12)
    await store.mutate(lambda work: work.group_presets.fire())


@pytest.mark.parametrize("what", ["", "done", "deleted", "moved", "quiet", "least", "gone"])
async def test_what_is_due_is_told_while_it_is(database: Database, what: str) -> None:
    store = database.open()
    ada, chat = await room(store)
    task = await here(store, ada, chat, "plants")
    await comes_due(database, store)
    actor, ref = ada.actor, Ref(public_id=task.public_id)
    changes = {
        "done": lambda work: work.tasks.complete(actor, ref),
        "deleted": lambda work: work.tasks.delete(actor, ref),
        "moved": lambda work: work.tasks.update(actor, ref, {"due": replace(NOON, time=time(15))}),
        "quiet": lambda work: work.group_presets.set(chat, Preset.QUIET, Told("en", "")),
        "least": lambda work: work.group_presets.set(chat, Preset.LEAST, Told("en", "")),
        "gone": lambda work: work.chats.lose(chat, "kicked"),
    }
    if what:
        await store.mutate(lambda work: changes[what](work) and None)
    found = await says(database, store)
    if what:
        assert found is None
        return
    assert found is not None
    assert found.reply.text == "plants is due now (12:00 UTC)"
    assert (found.address.thread, found.reply.silent, found.reply_to) == ("7", False, "")


@pytest.mark.parametrize("preset", [Preset.NORMAL, Preset.ALL])
async def test_what_is_done_is_told_where_all_is_wanted(database: Database, preset: Preset) -> None:
    store = database.open()
    ada, chat = await room(store)
    tasks = [await here(store, ada, chat, title) for title in ("plants", "rent", "soap")]
    for each in tasks[:2]:
        ref = Ref(public_id=each.public_id)
        await store.mutate(lambda work, of=ref: work.tasks.complete(ada.actor, of) and None)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
    await comes_due(database, store)
    again = Ref(public_id=tasks[1].public_id)
    opened = Status.PENDING
    await store.mutate(lambda work: work.tasks.set_status(ada.actor, again, opened) and None)
    told = Told("de", "")
    await store.mutate(lambda work: work.group_presets.set(chat, preset, told))
    found = await says(database, store)
    assert found is not None
    said = [each.text for each in found.reply.items] or [found.reply.text]
    due = [each for each in said if "fällig" in each]
    done = [each for each in said if each == "Ada hat die Aufgabe erledigt: plants"]
    assert not found.reply.silent
    assert len(done) == (preset is Preset.ALL)
    assert [each.split()[0] for each in due] == ["soap"]
