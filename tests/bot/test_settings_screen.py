"""All settings on one screen and in one form, each also a typed line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.chat import Button, Fact, Inbound, Kind, Reply
from core.sales import Sales
from core.work import Work
from tests.bot.talking import ADA, HOME, Talk, talking


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as made:
        yield made


def pressed(reply: Reply) -> dict[str, str]:
    """The lines of its buttons by their labels."""
    buttons = [each for row in reply.buttons for each in row if isinstance(each, Button)]
    return {each.label: each.line for each in buttons}


def facts(reply: Reply) -> dict[str, str]:
    return {each.label: each.value for each in reply.facts if isinstance(each, Fact)}


async def submits(talk: Talk, key: str, **answers: str) -> None:
    """Send the form, where there are forms."""
    inbound = Inbound(
        key,
        Kind.FORM,
        ADA,
        HOME,
        "settings form",
        answers=answers,
        message="1",
        token="q",
        forms=True,
    )
    await talk.conversation.receive(inbound)
    await talk.conversation.drain()


async def test_the_screen_has_everything(talk: Talk) -> None:
    await talk.says("settings")
    assert facts(talk.platform.last) == {
        "name": "Ada",
        "time zone": "not known, so UTC",
        "language": "English",
        "digest": "off",
        "quiet hours": "none",
        "this chat": "Quiet",
        "tasks from others": "on",
    }
    assert pressed(talk.platform.last) == {
        "Name": "name",
        "Time zone": "timezone",
        "Language": "language",
        "Digest": "digest",
        "Quiet hours": "quiet",
        "Notices": "preset",
        "Tasks from others": "incoming",
        "Time zone here": "zone-here",
        "Chats": "whoami",
    }


async def test_every_button_leads_somewhere(talk: Talk) -> None:
    await talk.says("settings")
    for label, line in pressed(talk.platform.last).items():
        before = len(talk.platform.did)
        await talk.says(line, message="1")
        assert talk.platform.did[before:], label
        assert talk.platform.last.drawn, label


async def test_one_form_sets_all_of_it(talk: Talk) -> None:
    await talk.says("settings")
    await submits(
        talk, "f1", called="Grace", zone="Berlin", language="de", digest="9 daily",
        quiet="22-8", preset="quiet",
    )  # fmt: skip
    await talk.says("language en")
    await talk.says("settings")
    assert facts(talk.platform.last) == {
        "name": "Grace",
        "time zone": "Europe/Berlin",
        "language": "English",
        "digest": "every day 09:00",
        "quiet hours": "22:00 - 08:00",
        "this chat": "Quiet",
        "tasks from others": "on",
    }
    await submits(talk, "f2", called="Grace", zone="", digest="", quiet="", preset="normal")
    said = facts(talk.platform.last)
    assert (said["digest"], said["quiet hours"], said["this chat"]) == ("off", "none", "Normal")
    assert said["time zone"] == "Europe/Berlin"  # left as it was


async def test_a_form_with_a_mistake_changes_nothing_and_says_where(talk: Talk) -> None:
    await talk.says("settings")
    await submits(talk, "f1", called="Grace", digest="whenever", quiet="22-8", zone="")
    form = talk.platform.last.form
    assert form is not None
    wrong = {each.name: each.problem for each in form.questions if each.problem}
    assert list(wrong) == ["digest"]
    await talk.says("settings")
    assert facts(talk.platform.last)["name"] == "Ada"
    assert facts(talk.platform.last)["quiet hours"] == "none"


async def test_what_is_paid_for_has_its_place(talk: Talk) -> None:
    talk.store._tools = replace(talk.store._tools, sales=Sales(on=True, plans={}))  # type: ignore[attr-defined]  # made anew for each transaction
    await talk.says("settings")
    assert facts(talk.platform.last)["renewal messages"] == "off"
    assert facts(talk.platform.last)["news of your plan"] == "where it started"
    assert pressed(talk.platform.last)["Tell me of renewals"] == "plan renewals on"
    await talk.says(pressed(talk.platform.last)["Plan news"], message="1")
    assert pressed(talk.platform.last) == {
        "Where I started": "plan-news started",
        "Telegram": "plan-news telegram",
        "Back": "settings",
    }
    await talk.says("plan-news telegram")

    def place(work: Work) -> str:
        return work.profile.plan_news(work.accounts.recognise(ADA)[0].id)

    assert await talk.store.mutate(place) == "telegram"
    await talk.says("plan-news slack")
    assert "I can't read" in talk.platform.last.text  # nobody is there
    await talk.says("plan-news started")
    assert await talk.store.mutate(place) == ""
