"""The pane that opens from a Work Object: who looks is read, and what they may see is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.slack import intake
from adapters.slack.objects import in_pane
from adapters.slack.panes import present
from adapters.slack.ticket import Ticket
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Pane, Reply
from core.errors import TokenRevoked
from tests.adapters.slack_failure import Failure
from tests.adapters.slack_kit import MILK, US, payload, wired
from tests.adapters.slack_server import TEAM


def asked(**event: Any) -> Inbound | None:
    whole = payload("details opened")
    return intake.read({**whole, "event": {**whole["event"], **event}}, US)


def test_who_opens_the_details_is_read() -> None:
    assert asked() == Inbound(
        key="slack:Ev0DETAILS",
        kind=Kind.DETAILS,
        sender=Sender("slack", TEAM, "U0ANN", language="de-DE"),
        address=Address("slack", TEAM, "C0HOME", private=False),
        line="details t:9k3f7q2m",
        pane="9k3f7q2m",
        entrance="https://slack.com/app_redirect?app=A0FLUX&team=T0ACME",
        token=Ticket("111.222.details").pack(),
    )


def test_without_our_name_for_it_its_page_says_which_it_is() -> None:
    found = asked(external_ref=None, channel=None)  # from Slack's search
    assert found is not None
    assert (found.pane, found.address.private) == ("9k3f7q2m", True)


@pytest.mark.parametrize(
    "event",
    [
        {"user": ""},
        {"user": ["U0ANN"]},
        {"trigger_id": None},
        {"external_ref": {"id": "9k3f7q2m rev:1 done"}},
        {"external_ref": {"id": "x" * 17}},
        {"external_ref": "odd", "entity_url": 7},
        {"external_ref": {}, "entity_url": "https://[broken/task/abc"},
        {"external_ref": {}, "entity_url": "https://bot.example.org/link/abc"},
    ],
)
def test_what_is_no_question_about_a_task_of_ours(event: dict[str, Any]) -> None:
    assert asked(**event) is None


def test_in_a_channel_shared_with_others_it_must_be_known_whose_they_are() -> None:
    shared = payload("details opened", is_ext_shared_channel=True)
    assert intake.read(shared, US) is None
    shared["event"]["user_team"] = "T0ELSE"
    got = intake.read(shared, US)
    assert got is not None
    assert (got.sender.scope, got.address.scope, got.guest) == ("T0ELSE", TEAM, True)


def test_what_is_pressed_in_the_pane_hangs_at_no_message_of_ours() -> None:
    got = intake.read(payload("press in a pane"), US)
    assert got is not None
    assert (got.kind, got.line, got.pane) == (Kind.PRESS, "done t:9k3f7q2m rev:17", "9k3f7q2m")
    assert (got.message, got.address.chat, got.forms) == ("", "C0HOME", True)
    below = payload("press in a pane")
    below["container"]["type"] = "message_attachment"
    other = intake.read(below, US)
    assert other is not None
    assert other.pane == ""


CONNECT = Pane(connect="https://slack.com/app_redirect?app=A1&team=T1", title="No", text="Who?")


@pytest.mark.parametrize(
    ("pane", "sent"),
    [
        (Pane(entity=MILK), {"metadata": in_pane(MILK, ())}),
        (CONNECT, {"user_auth_required": True, "user_auth_url": CONNECT.connect}),
        (
            replace(CONNECT, connect=""),
            {
                "error": {
                    "status": "custom_partial_view",
                    "custom_title": "No",
                    "custom_message": "Who?",
                }
            },
        ),
    ],
)
async def test_what_the_pane_shows(pane: Pane, sent: dict[str, Any]) -> None:
    async with wired() as slack:
        await slack.turn("details opened", Reply(pane=pane))
        (call,) = slack.slack.called("entity.presentDetails")
    assert call == {"trigger_id": "111.222.details", **sent}


@pytest.mark.parametrize(
    "refusal",
    # The last two would say of a message that it, or its chat, is gone.
    ["expired_trigger_id", "feature_not_enabled", "restricted_action", "message_not_found"],
)
async def test_a_pane_that_is_refused_is_let_be_and_a_press_is_answered_beside_it(
    refusal: str,
) -> None:
    async with wired() as slack:
        slack.slack.fail("entity.presentDetails", Failure(refusal))
        await slack.turn("details opened", Reply(pane=Pane(entity=MILK)))
        slack.slack.fail("entity.presentDetails", Failure(refusal))
        done = Reply(toast="Done.", pane=Pane(entity=MILK))
        for _ in range(2):
            await slack.turn("press in a pane", done, response_url="")
        shown = slack.slack.called("chat.postEphemeral")
    assert [(each["channel"], each["user"], each["text"]) for each in shown] == [
        ("C0HOME", "U0ANN", "Done.")
    ]


async def test_that_our_token_is_refused_is_not_kept_from_the_operator() -> None:
    async with wired() as slack:
        slack.slack.fail("entity.presentDetails", Failure("token_revoked"))
        with pytest.raises(TokenRevoked):
            await slack.turn("details opened", Reply(pane=Pane(entity=MILK)))


async def test_a_trigger_is_the_one_thing_that_is_needed() -> None:
    async with wired() as slack:
        api = slack.platform._api  # as above
        assert await present(api, Ticket("1.2").pack(), CONNECT)
        slack.slack.fail("entity.presentDetails", Failure(hang=False, status=500, html="x"))
        assert not await present(api, Ticket("1.2").pack(), CONNECT)
