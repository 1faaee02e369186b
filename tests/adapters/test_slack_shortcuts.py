"""What is chosen in Slack's own menus arrives as its line, with the message it was chosen for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import intake
from adapters.slack.shortcuts import permalink
from adapters.slack.ticket import Ticket
from core.addresses import Address, Sender
from core.chat import Audience, Card, Form, Inbound, Kind, Question, Quoted, Reply
from tests.adapters.slack_kit import US, Wired, payload, said, wired
from tests.adapters.slack_server import TEAM

HERE = Address("slack", TEAM, "C0HOME", private=False, title="home")
MINE = Address("slack", TEAM, "U0ANN", private=True)


@pytest.fixture
async def slack() -> AsyncIterator[Wired]:
    async with wired() as made:
        yield made


def taken(name: str, **changed: Any) -> Inbound:
    inbound = intake.read(payload(name, **changed), US)
    assert inbound is not None
    return inbound


def test_a_message_is_pointed_at() -> None:
    got = taken("message shortcut")
    assert (got.kind, got.line, got.message) == (Kind.PRESS, "capture-message", "")
    assert got.sender == Sender("slack", TEAM, "U0ANN", "ann", "ann")
    assert got.address == HERE
    assert got.quoted == Quoted(
        "Ask @ben about https://shop.test/a?b=1&c=2 & bread",
        url="https://acme.slack.com/archives/C0HOME/p1700000003000200",
        message="C0HOME/1700000003.000200",
    )
    assert got.people == {"@ben": Sender("slack", TEAM, "U0BEN", "ben", "ben")}
    assert (got.key, got.forms) == ("slack:T0ACME:12.34.sc", True)
    assert Ticket.unpack(got.token).url == "https://hooks.slack.com/app/T0ACME/1/x"


def test_a_message_of_the_bots_own_is_known_as_such() -> None:
    assert taken("message shortcut").replied == ""
    ours = {**payload("message shortcut")["message"], "user": US.bot_user}
    assert taken("message shortcut", message=ours).replied == "C0HOME/1700000003.000200"


def test_an_answer_in_a_thread_stays_there() -> None:
    got = taken("shortcut in a thread")
    assert got.address.thread == "1700000002.000100"
    assert got.quoted is not None
    assert got.quoted.url.endswith("?thread_ts=1700000002.000100&cid=C0HOME")


def test_what_a_bot_posted_is_read_from_its_attachments() -> None:
    got = taken("shortcut on a bot's message")
    assert got.quoted is not None
    assert (got.quoted.text, got.quoted.author) == ("Build 7 failed\non main", "Builds")


@pytest.mark.parametrize("channel", ["D0ANN", "D0OTHERS"])
def test_in_a_direct_message_of_whomever_it_is_ones_own(channel: str) -> None:
    got = taken("message shortcut", channel={"id": channel, "name": "directmessage"})
    assert got.address == MINE
    assert got.quoted is not None
    assert got.quoted.message == f"{channel}/1700000003.000200"


def test_from_anywhere_it_is_ones_own() -> None:
    got = taken("global shortcut")
    assert (got.line, got.address, got.quoted) == ("add", MINE, None)
    assert Ticket.unpack(got.token).url == ""


@pytest.mark.parametrize("name", ["message shortcut", "global shortcut"])
def test_somebody_of_another_organisation_is_a_stranger(name: str) -> None:
    """In a channel that both have; ids of one mean nobody in the other."""
    stranger = {"id": "U0ANN", "username": "ann", "team_id": "T0OTHER"}
    got = taken(name, user=stranger)
    assert got.sender == Sender("slack", "T0OTHER", "U0ANN", "ann", "ann")
    assert got.address in (HERE, Address("slack", "T0OTHER", "U0ANN", private=True))
    assert [each.scope for each in got.people.values() if each.scope == TEAM] == []


@pytest.mark.parametrize("name", ["message shortcut", "global shortcut"])
def test_one_without_a_line_or_a_person_is_nobodys(name: str) -> None:
    assert intake.read(payload(name, callback_id=" "), US) is None
    assert intake.read(payload(name, user={}), US) is None


@pytest.mark.parametrize(
    ("domain", "channel", "ts"),
    [("", "C1", "1.2"), ("evil.example/x", "C1", "1.2"), ("acme", "", "1.2"), ("acme", "C1", "")],
)
def test_no_address_is_guessed(domain: str, channel: str, ts: str) -> None:
    assert permalink(domain, channel, ts, {}) == ""
    assert permalink("acme.enterprise", "C1", "1.2", {}) != ""


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)


@given(message=st.dictionaries(st.sampled_from(["text", "ts", "attachments", "thread_ts"]), _JSON))
def test_no_message_breaks_the_reader(message: dict[str, Any]) -> None:
    intake.read(payload("message shortcut", message=message), US)


async def test_a_form_opens_for_it(slack: Wired) -> None:
    asked = Reply(form=Form("capture-message C1/1.2", "Turn", (Question("title", "Title"),)))
    trigger = slack.slack.trigger("12.34.sc")
    await slack.turn("message shortcut", asked, trigger_id=trigger)
    assert slack.slack.views[0]["title"]["text"] == "Turn"


async def test_the_answer_is_for_whoever_chose_it(slack: Wired) -> None:
    slack.slack.members.clear()  # the bot need not be there
    mine = Reply(title="Buy milk", card=Card("t", 1), audience=Audience.PRIVATE)
    sent, _ = await slack.turn("message shortcut", mine)
    assert sent is None
    (whispered,) = slack.slack.responses
    assert whispered["response_type"] == "ephemeral"
    assert said(whispered) == "Buy milk."
    assert slack.slack.called("chat.postMessage") == []


LIST = Reply(title="Open tasks", text="Nothing to do.")


def shown(view: dict[str, Any]) -> str:
    text: str = view["blocks"][-1]["text"]["text"]
    return text


async def test_from_anywhere_the_answer_is_a_modal(slack: Wired) -> None:
    trigger = slack.slack.trigger("12.34.gl")
    sent, _ = await slack.turn("global shortcut", LIST, trigger_id=trigger, response_url="")
    assert sent is None
    (view,) = slack.slack.views
    assert (view["title"]["text"], shown(view)) == ("fluxbot", "Nothing to do.")
    assert "submit" not in view
    assert slack.slack.called("chat.postMessage") == []


async def test_where_that_is_too_late_it_goes_to_the_private_chat(slack: Wired) -> None:
    sent, _ = await slack.turn("global shortcut", LIST, response_url="")
    assert sent is not None
    (posted,) = slack.slack.called("chat.postMessage")
    assert posted["channel"] == "U0ANN"


IN_MODAL = {"container": {"type": "view", "view_id": "V1"}, "channel": None, "message": None}


def in_modal(**view: Any) -> dict[str, Any]:
    return {**IN_MODAL, "view": {"id": "V1", "type": "modal", "blocks": [], **view}}


async def test_what_is_pressed_in_a_modal_is_answered_there(slack: Wired) -> None:
    slack.slack.views.append({})
    await slack.turn("press on a card", LIST, response_url="", **in_modal())
    assert shown(slack.slack.views[-1]) == "Nothing to do."
    assert slack.bot.inbound[-1].address == MINE


async def test_a_form_from_a_modal_lies_on_it_and_its_answer_below(slack: Wired) -> None:
    slack.slack.views.append({})
    asked = Reply(form=Form("edit t:9k3f7q2m", "Edit task", (Question("title", "Title"),)))
    trigger = slack.slack.trigger()
    await slack.turn("press on a card", asked, response_url="", trigger_id=trigger, **in_modal())
    (pushed,) = slack.slack.called("views.push")
    metadata = pushed["view"]["private_metadata"]
    filled = {**payload("submitted form")["view"], "private_metadata": metadata}
    await slack.turn("submitted form", LIST, view=filled)
    assert slack.slack.called("views.update")[-1]["view_id"] == "V1"
    assert shown(slack.slack.views[-1]) == "Nothing to do."


async def test_a_modal_that_was_closed_gives_way_to_the_private_chat(slack: Wired) -> None:
    sent, _ = await slack.turn("press on a card", LIST, response_url="", **in_modal())
    assert sent is not None
    assert slack.slack.called("chat.postMessage")[0]["channel"] == "U0ANN"
