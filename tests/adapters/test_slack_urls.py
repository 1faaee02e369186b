"""What a trigger and a `response_url` are good for: forms in time, and Slack's own hosts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.chat import Audience, Card, Form, Question, Reply
from core.errors import Unsendable
from tests.adapters.slack_failure import Failure
from tests.adapters.slack_kit import Wired, card, said, wired

HERE = Reply(title="Buy milk", card=Card("t", 1), audience=Audience.HERE)
MINE = Reply(text="Only for you")
ASK = Reply(form=Form("add", "Add a task", (Question("title", "Title"),)))


@pytest.fixture
async def slack() -> AsyncIterator[Wired]:
    async with wired() as made:
        yield made


async def test_a_form_opens_at_the_trigger_and_its_answers_edit_the_card(slack: Wired) -> None:
    ts = await card(slack)
    await slack.turn("press on a card", ASK, trigger_id=slack.slack.trigger("7.7"))
    (view,) = slack.slack.views
    assert view["blocks"][0]["block_id"] == "title"
    sent, _ = await slack.turn("submitted form", replace(HERE, title="Buy tea"), view=view)
    assert sent is not None
    assert sent.message == f"C0HOME/{ts}"
    assert said(slack.slack.messages["C0HOME", ts]) == "Buy tea."
    await slack.turn("submitted form", MINE, view=view)
    assert said(slack.slack.messages["C0HOME", ts]) == "Buy tea."
    assert said(slack.slack.responses[-1]) == "Only for you."


async def test_a_form_of_an_ephemeral_message_replaces_it(slack: Wired) -> None:
    trigger = slack.slack.trigger("7.8")
    await slack.turn("press on an ephemeral message", ASK, trigger_id=trigger)
    await slack.turn("submitted form", MINE, view=slack.slack.views[0])
    assert slack.slack.responses[-1]["replace_original"] is True


@pytest.mark.parametrize("trigger", ["too.late", ""])
async def test_a_form_that_came_too_late_offers_itself_again(slack: Wired, trigger: str) -> None:
    await slack.turn("command in a channel", ASK, trigger_id=trigger)
    (whispered,) = slack.slack.responses
    (again,) = whispered["blocks"][-1]["elements"]
    assert again["value"] == "add"
    assert whispered["response_type"] == "ephemeral"


@pytest.mark.parametrize(
    "trouble", [Failure(status=429), Failure(error="internal_error"), Failure(status=502)]
)
async def test_a_form_that_slack_did_not_open_offers_itself_again(
    slack: Wired, trouble: Failure
) -> None:
    slack.slack.fail("views.open", trouble)
    await slack.turn("press on a card", ASK, trigger_id=slack.slack.trigger("7.9"))
    (whispered,) = slack.slack.responses
    (again,) = whispered["blocks"][-1]["elements"]
    assert (again["value"], whispered["response_type"]) == ("add", "ephemeral")


async def test_a_form_that_slack_refuses_for_what_it_is_is_a_defect(slack: Wired) -> None:
    """Negative control: a button would only bring the same form again."""
    slack.slack.fail("views.open", Failure(error="invalid_arguments"))
    with pytest.raises(Unsendable):
        await slack.turn("press on a card", ASK, trigger_id=slack.slack.trigger("7.9"))


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/hook",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.test/x",
        "https://hooks.slack.com@evil.test/x",
        "https://user@hooks.slack.com/x",
        "http://127.0.0.1:1/hooks/one",
        "file:///etc/passwd",
        "nonsense",
        "",
    ],
)
async def test_a_foreign_response_url_is_never_used(slack: Wired, url: str) -> None:
    assert not slack.platform._api.usable(url)
    await slack.turn("press on a card", Reply(toast="Hello"), response_url=url)
    assert len(slack.slack.called("chat.postEphemeral")) == 1


async def test_slacks_own_response_url_is_used(slack: Wired) -> None:
    assert slack.platform._api.usable("https://hooks.slack.com/actions/T1/2/x")
