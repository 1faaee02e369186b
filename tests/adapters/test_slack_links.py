"""Links to tasks arrive as the line that asks about them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import intake, links
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Quoted, Reply
from tests.adapters.slack_failure import Failure
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


def test_in_a_channel_shared_with_others_it_must_be_known_whose_author_it_is() -> None:
    shared = payload("link", is_ext_shared_channel=True)
    assert intake.read(shared, US) is None
    for team, guest in ((TEAM, False), ("T0ELSE", True)):
        shared["event"]["user_team"] = team
        got = intake.read(shared, US)
        assert got is not None
        assert (got.sender.scope, got.address.scope) == (team, TEAM)
        assert (got.external, got.guest) == (True, guest)


URL = "https://bot.example.org/task/9k3f7q2m"


@pytest.mark.parametrize(("message", "shown"), [("C0HOME/1.2", True), ("C0OTHER/1.2", False)])
async def test_it_is_shown_below_a_message_of_that_channel_only(message: str, shown: bool) -> None:
    home = Address("slack", TEAM, "C0HOME", private=False)
    async with wired() as slack:
        there = await slack.platform.unfurl(home, message, URL, Reply(title="Buy <!channel>"))
        calls = slack.slack.called("chat.unfurl")
    assert there is shown
    assert [(each["channel"], each["ts"]) for each in calls] == [("C0HOME", "1.2")] * shown
    for each in calls:  # what people wrote stays text
        (block,) = each["unfurls"][URL]["blocks"]
        assert block["type"] == "rich_text"


async def test_where_slack_has_no_such_message_any_more_it_says_so() -> None:
    home = Address("slack", TEAM, "C0HOME", private=False)
    async with wired() as slack:
        slack.slack.fail("chat.unfurl", Failure("cannot_find_message"))
        assert not await slack.platform.unfurl(home, "C0HOME/1.2", URL, Reply(title="Buy milk"))


@pytest.mark.parametrize(("times", "shown"), [(1, True), (2, False)])
async def test_slack_may_not_know_yet_that_its_event_arrived(
    monkeypatch: pytest.MonkeyPatch, times: int, shown: bool
) -> None:
    monkeypatch.setattr(links, "SOON", 0.0)
    home = Address("slack", TEAM, "C0HOME", private=False)
    async with wired() as slack:
        slack.slack.fail("chat.unfurl", Failure("cannot_unfurl_url"), times)
        assert await slack.platform.unfurl(home, "C0HOME/1.2", URL, Reply(title="Milk")) is shown


async def test_whoever_posted_it_is_asked_alone() -> None:
    """By what Slack has for people who are not connected: the app need not be in the channel."""
    away = Address("slack", TEAM, "C0AWAY", private=False)
    async with wired() as slack:
        await slack.platform.ask_author(away, "C0AWAY/1.2", Reply(text="Who are <@you>?"))
        (call,) = slack.slack.called("chat.unfurl")
    assert (call["channel"], call["ts"], call["unfurls"]) == ("C0AWAY", "1.2", {})
    assert call["user_auth_blocks"][0]["text"]["type"] == "plain_text"


async def test_slack_is_asked_once_whose_people_post_in_a_shared_channel() -> None:
    async with wired() as slack:
        for user, team in (("U0ANN", TEAM), ("U0EVE", "T0ELSE"), ("U0ANN", TEAM)):
            slack.slack.homes[user] = team
            shared = payload("link", is_ext_shared_channel=True, event_id=f"Ev{user}")
            shared["event"]["user"] = user
            assert (await slack.platform.dispatch(shared)).status == 200
        asked = [each["user"] for each in slack.slack.called("users.info")]
    assert [each.sender.scope for each in slack.bot.inbound] == [TEAM, "T0ELSE", TEAM]
    assert asked == ["U0ANN", "U0EVE"]


async def test_where_slack_does_not_say_whose_they_are_it_is_nobody() -> None:
    async with wired() as slack:
        slack.slack.fail("users.info", Failure("user_not_found"))
        shared = payload("reaction", is_ext_shared_channel=True)
        assert (await slack.platform.dispatch(shared)).status == 200
        assert not slack.bot.inbound
        slack.slack.homes["U0ANN"] = TEAM
        assert (await slack.platform.dispatch(shared)).status == 200  # Slack tells it again
    (got,) = slack.bot.inbound
    assert (got.line, got.external, got.guest) == ("react on pushpin", True, False)
