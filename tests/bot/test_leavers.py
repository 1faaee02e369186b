"""What a group is told of those who left it: within the platforms' limits, in its language, and
each task with the exact command."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from adapters.slack.render import draw
from adapters.telegram.render import TEXT_LIMIT, render
from bot import commands as _table  # fills the table  # noqa: F401
from bot.language import speaking
from bot.leavers import SHOWN, leavers, message
from bot.reading import parse
from core.addresses import Sender
from core.chat import Reply
from core.digests import Days, Rule
from core.group_digests import Told
from core.leaving import GRACE, fire, leave
from core.presets import Preset
from core.store import Store
from core.task import TITLE_LIMIT, Draft
from core.work import Work
from tests.core.people import GROUP, group, meet
from tests.databases import Database

LONGEST = "W" * 64
NEVER_WRITTEN = "@<!channel> *_&<b>"


async def everybody_leaves(database: Database, store: Store, names: list[str], each: int) -> int:
    """So many people leave a group with so many tasks each; the group."""
    chat = await group(store)

    def go(work: Work) -> None:
        for place, name in enumerate(names):
            who = Sender("telegram", "", str(place + 1), name)
            person = meet(work, who)
            for number in range(each):
                title = f"{place}{number}{NEVER_WRITTEN}" + "W" * TITLE_LIMIT
                work.tasks.add(person.at(chat), Draft(title[:TITLE_LIMIT]))
            leave(work, who, GROUP)

    await store.mutate(go)
    database.clock.at += GRACE + timedelta(seconds=1)
    await store.mutate(fire)
    return chat


async def told(store: Store, chat: int, language: str = "en", page: int = 1) -> Reply:
    def look(work: Work) -> Reply | None:
        with speaking(language):
            return message(work, chat, page=page)

    reply = await store.query(look)
    assert reply is not None
    return reply


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_most_that_it_can_be_fits(database: Database, language: str) -> None:
    store = database.open()
    chat = await everybody_leaves(database, store, [LONGEST] * 4, 3)
    reply = await told(store, chat, language)
    assert len(reply.buttons) == SHOWN + 1
    (page,) = render(reply)
    assert len(page.plain) <= TEXT_LIMIT
    assert page.keyboard is not None
    labels = [each["text"] for row in page.keyboard["inline_keyboard"] for each in row]
    assert len(labels) == SHOWN + 1
    assert all(len(each) <= 64 for each in labels)
    assert "<!channel>" not in page.html
    drawn = draw(reply, "/task")
    assert len(drawn["blocks"]) <= 50
    assert "mrkdwn" not in str(drawn["blocks"])
    assert "<!channel>" not in drawn["text"]


async def test_each_command_reads_back(database: Database) -> None:
    store = database.open()
    chat = await everybody_leaves(database, store, ["Ada"], 6)
    reply = await told(store, chat)
    assert reply.title == "Ada has left."
    assert reply.silent
    assert [each.line.split()[0] for each in reply.hints] == ["claim"] * 5 + ["to-claim"]
    assert reply.hints[-1].text == "shows 1 more"
    lines = [each.line for each in reply.hints]
    lines += [each.line for row in reply.buttons for each in row if hasattr(each, "line")]
    assert all(parse(each) for each in lines)
    last = await told(store, chat, page=2)
    assert len(last.hints) == 1
    assert (await told(store, chat, page=900)).hints == reply.hints


@pytest.mark.parametrize(
    ("names", "said", "german"),
    [
        (["Ada", "Ben"], "Ada and Ben have left.", "Ada und Ben sind nicht mehr dabei."),
        (
            ["Ada", "Ben", "Cleo"],
            "Ada, Ben and 1 more have left.",
            "Ada, Ben und 1 weitere Person sind nicht mehr dabei.",
        ),
    ],
)
async def test_two_are_named(database: Database, names: list[str], said: str, german: str) -> None:
    store = database.open()
    chat = await everybody_leaves(database, store, names, 1)
    assert (await told(store, chat)).title == said
    assert (await told(store, chat, "de")).title == german
    assert "(was with Ada)" in (await told(store, chat)).hints[0].text


@pytest.mark.parametrize("preset", list(Preset))
async def test_at_least_it_is_not_told_though_it_waited_to_be(
    database: Database, preset: Preset
) -> None:
    store = database.open()
    chat = await everybody_leaves(database, store, ["Ada"], 1)
    (job,) = [each for each in database.jobs.pending() if each.name == "leavers"]
    await store.mutate(lambda work: work.group_presets.set(chat, preset, Told("en", "")))
    found = await store.query(lambda work: leavers(work, job.payload))
    if preset is Preset.LEAST:
        assert found is None
        assert (await told(store, chat)).title == "Ada has left."  # whoever asks is told
        return
    assert found is not None
    lines = [each.line for row in found.reply.buttons for each in row if hasattr(each, "line")]
    assert lines[-1] == "group-preset fewer"
    assert all(each.endswith("told:on") for each in lines[:-1])


async def test_what_is_asked_for_has_no_way_out(database: Database) -> None:
    store = database.open()
    chat = await everybody_leaves(database, store, ["Ada"], 6)
    reply = await told(store, chat)
    lines = [each.line for row in reply.buttons for each in row if hasattr(each, "line")]
    assert not [each for each in lines if "fewer" in each or "told" in each]


async def test_a_group_that_shut_the_bot_out_is_told_nothing(database: Database) -> None:
    store = database.open()
    chat = await everybody_leaves(database, store, ["Ada"], 1)
    (job,) = [each for each in database.jobs.pending() if each.name == "leavers"]
    assert await store.query(lambda work: leavers(work, job.payload)) is not None
    await store.mutate(lambda work: work.chats.lose(chat, "kicked"))
    assert await store.query(lambda work: leavers(work, job.payload)) is None


@pytest.mark.parametrize("chosen", ["", "preset", "digest"])
async def test_it_is_told_in_the_language_that_was_chosen_there(
    database: Database, chosen: str
) -> None:
    store = database.open()
    chat = await everybody_leaves(database, store, ["Ada"], 1)
    (job,) = [each for each in database.jobs.pending() if each.name == "leavers"]
    german, rule = Told("de", ""), Rule(Days.DAILY, time(8), "UTC")

    def choose(work: Work) -> None:
        if chosen == "preset":
            work.group_presets.set(chat, Preset.NORMAL, german)
        if chosen == "digest":
            work.group_digests.set(chat, rule, german)

    await store.mutate(choose)
    found = await store.query(lambda work: leavers(work, job.payload))
    assert found is not None
    said = "Ada ist nicht mehr dabei." if chosen else "Ada has left."
    assert found.reply.title == said
