"""An administrator writes as the group: nobody knows which one it is, so nothing is done and nobody
is remembered; they are told so, and a button knows who presses it."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest
from sqlalchemy import select

from core import schema
from tests.service_kit import Town, labels
from tests.stories.cast import group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOBODY = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
WHY = "You write as this group"
_numbers = itertools.count(90_000)


async def as_group(town: Town, room: str, text: str, **more: Any) -> None:
    chat = town.sandbox.telegram.chat_json(town.sandbox.world.chats[room])
    command = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    town.sandbox.deliver_update({
        "message": {
            "message_id": next(_numbers), "date": 1, "chat": chat, "from": NOBODY,
            "sender_chat": chat, "text": text, "entities": [command], **more,
        }
    })  # fmt: skip
    await town.sandbox.settled()


async def kept(town: Town) -> list[str]:
    """The users that are known."""
    users = select(schema.identity.c.user_id)
    return await town.service.store.query(lambda work: [*work.run(users).scalars()])


async def test_they_are_told_why_and_a_button_leads_on(town: Town) -> None:
    ada, ben = newcomer(town, "telegram", "Ada"), newcomer(town, "telegram", "Ben")
    room = group_of(town, ada, ben)
    for line in ("/settings@fluxbot", "/preset@fluxbot all", "/add@fluxbot Water the plants"):
        before = ada.ids(room)
        await as_group(town, room, line)
        told = await ada.hears(WHY, room, but=before)
        assert labels(told) == ["How much I tell this group", "Digest of this group", "My settings"]
    assert not [each for each in ada.seen(room) if "Water the plants" in words(each)]
    assert str(NOBODY["id"]) not in await kept(town)
    before = ada.ids(room)
    await ada.presses(told, "How much I tell this group")
    screen = await ada.hears("Now: Quiet", room, but=before)  # `/preset all` did nothing
    await ben.is_told(screen, "All", "Only an administrator of this group")
    await ada.presses(screen, "All", then="Now: All")
    assert WHY in words(told)


async def test_what_is_for_others_is_not_answered(town: Town) -> None:
    """Controls: another bot's command, and what a person says."""
    ada = newcomer(town, "telegram", "Ada")
    room = group_of(town, ada)
    await ada.does("preset", "Now: Quiet", room)
    before = ada.ids(room)
    for line in ("/settings@otherbot", "/nothing_of_ours"):
        await as_group(town, room, line)
    await as_group(town, room, "Hello everybody", entities=[])
    await asyncio.sleep(0.4)
    assert ada.ids(room) == before


async def test_it_is_said_in_the_language_of_the_group(town: Town) -> None:
    ada = newcomer(town, "telegram", "Ada")
    room = group_of(town, ada)
    await ada.is_met()
    await ada.does("language de", "Deutsch")
    await ada.does("preset normal", "Jetzt: Normal", room)
    before = ada.ids(room)
    await as_group(town, room, "/preset")
    await ada.hears("Du schreibst als diese Gruppe", room, but=before)
