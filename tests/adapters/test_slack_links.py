"""Links to tasks arrive as the line that asks about them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import intake
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Quoted, Reply
from tests.adapters.slack_kit import US, payload, wired
from tests.adapters.slack_server import TEAM


def posted(**event: Any) -> Inbound | None:
    whole = payload("link")
    return intake.read({**whole, "event": {**whole["event"], **event}}, US)


def test_links_are_their_tasks_two_at_most() -> None:
    assert posted() == Inbound(
        key="slack:Ev0LINKED",
        kind=Kind.LINK,
        sender=Sender("slack", TEAM, "U0ANN"),
        address=Address("slack", TEAM, "C0HOME", private=False, thread="1700000002.000100"),
        line="unfurl t:9k3f7q2m t:abc",
        quoted=Quoted("", message="C0HOME/1700000009.000100"),
    )


@pytest.mark.parametrize(
    "event",
    [
        {"source": "composer"},  # not sent yet
        {"channel": "D0ANN"},
        {"channel": ""},
        {"user": ""},
        {"message_ts": ""},
        {"links": []},
        {"links": "odd"},
        {"links": ["odd", {"url": "https://[broken/task/abc"}]},
        {"links": [{"url": "https://bot.example.org/task/abc?x=1"}]},
        {"links": [{"url": "https://bot.example.org/task/abc#x"}]},
        {"links": [{"url": "https://bot.example.org/task/ABC-"}]},
        {"links": [{"url": "https://bot.example.org/link/abc"}]},
    ],
)
def test_what_is_no_link_to_a_task(event: dict[str, Any]) -> None:
    assert posted(**event) is None


def test_a_channel_shared_with_others_is_told_nothing() -> None:
    assert intake.read(payload("link", is_ext_shared_channel=True), US) is None


URL = "https://bot.example.org/task/9k3f7q2m"


@pytest.mark.parametrize(("message", "shown"), [("C0HOME/1.2", True), ("C0OTHER/1.2", False)])
async def test_it_is_shown_below_a_message_of_that_channel_only(message: str, shown: bool) -> None:
    home = Address("slack", TEAM, "C0HOME", private=False)
    async with wired() as slack:
        await slack.platform.unfurl(home, message, URL, Reply(title="Buy <!channel>"))
        calls = slack.slack.called("chat.unfurl")
    assert [(each["channel"], each["ts"]) for each in calls] == [("C0HOME", "1.2")] * shown
    for each in calls:  # what people wrote stays text
        (block,) = each["unfurls"][URL]["blocks"]
        assert block["type"] == "rich_text"
