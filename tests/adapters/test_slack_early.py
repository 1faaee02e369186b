"""A form is open within Slack's 3 seconds, however long its command takes, and is filled later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse

from core.chat import Form, Question, Reply
from tests.adapters.slack_failure import Failure
from tests.adapters.slack_kit import Wired, payload, until, wired

ASK = Reply(form=Form("edit t:9k3f7q2m", "Edit task", (Question("title", "Title"),)))
EDIT = "edit t:9k3f7q2m rev:17"


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with wired() as made:
        monkeypatch.setattr(made.platform._early, "_patience", 0.02)
        made.bot.waits = asyncio.Event()
        yield made


def pressing(slack: Wired, reply: Reply, line: str = EDIT) -> asyncio.Task[ClientResponse]:
    """Press a button whose command takes long."""
    slack.bot.reply = reply
    (action,) = payload("press on a card")["actions"]
    changed: dict[str, Any] = {
        "actions": [{**action, "value": line}],
        "trigger_id": slack.slack.trigger(),
        "response_url": slack.slack.hook(),
    }
    return asyncio.create_task(slack.deliver("press on a card", **changed))


def go_on(slack: Wired) -> None:
    assert slack.bot.waits is not None
    slack.bot.waits.set()


def titles(slack: Wired) -> list[str]:
    return [each["title"]["text"] for each in slack.slack.views]


def words(slack: Wired) -> str:
    text: str = slack.slack.views[-1]["blocks"][0]["text"]["text"]
    return text


async def test_it_is_opened_empty_and_filled(slack: Wired) -> None:
    asked = pressing(slack, ASK)
    await until(lambda: titles(slack) == ["One moment"])
    assert not asked.done()
    go_on(slack)
    assert (await asked).status == 200
    await slack.platform.answer(slack.bot.inbound[-1], ASK)
    assert titles(slack) == ["One moment", "Edit task"]
    assert len(slack.slack.called("views.open")) == 1


async def test_it_is_filled_also_while_slack_still_opens_it(slack: Wired) -> None:
    asked = pressing(slack, ASK)
    await asyncio.sleep(0.03)
    go_on(slack)
    await asked
    await slack.platform.answer(slack.bot.inbound[-1], ASK)
    assert titles(slack)[-1] == "Edit task"
    assert len(slack.slack.called("views.open")) == 1


async def test_at_once_it_is_opened_as_it_is(slack: Wired) -> None:
    go_on(slack)
    await pressing(slack, ASK)
    await slack.platform.answer(slack.bot.inbound[-1], ASK)
    assert titles(slack) == ["Edit task"]


async def test_what_asks_for_no_form_opens_none(slack: Wired) -> None:
    asked = pressing(slack, Reply(text="Done."), "done t:9k3f7q2m rev:17")
    await asyncio.sleep(0.1)
    go_on(slack)
    await asked
    assert slack.slack.views == []


async def test_no_form_is_said_in_its_place(slack: Wired) -> None:
    asked = pressing(slack, Reply(text="Only Ada can change this."))
    await until(lambda: bool(titles(slack)))
    go_on(slack)
    await asked
    assert words(slack) == "Only Ada can change this."


async def test_what_is_not_kept_is_said_in_its_place(slack: Wired) -> None:
    slack.bot.raises = RuntimeError("away")
    asked = pressing(slack, ASK)
    await until(lambda: bool(titles(slack)))
    go_on(slack)
    assert (await asked).status == 503
    assert "nothing was changed" in words(slack)


@pytest.mark.parametrize("method", ["views.open", "views.update"])
async def test_where_slack_does_not_play_along_a_button_opens_it(slack: Wired, method: str) -> None:
    slack.slack.fail(method, Failure(error="not_found"), times=2)
    asked = pressing(slack, ASK)
    await until(lambda: len(slack.slack.failures[method]) < 2 or bool(titles(slack)))
    go_on(slack)
    await asked
    await slack.platform.answer(slack.bot.inbound[-1], ASK)
    (whispered,) = slack.slack.responses
    assert whispered["blocks"][-1]["elements"][0]["value"] == "edit t:9k3f7q2m"
