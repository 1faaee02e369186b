"""On Enterprise Grid a person is one in every workspace, and so is their direct message."""

from __future__ import annotations

from adapters.slack import intake
from adapters.slack.addresses import own_address
from adapters.slack.origin import Origin
from core.addresses import Address
from tests.adapters.slack_kit import US, payload
from tests.adapters.slack_server import TEAM

CORP = "E0CORP"
ENTERPRISE = {"id": CORP, "name": "Corp"}
AUTHORIZED = [{"team_id": TEAM, "enterprise_id": CORP, "user_id": US.bot_user, "is_bot": True}]
COMMAND = "command in an enterprise"
OPENED = Origin("add", CORP, "U0ANN", private=True).pack()


def test_however_somebody_writes_in_private_it_is_one_chat() -> None:
    form = payload("submitted form", enterprise=ENTERPRISE)
    form["view"]["private_metadata"] = OPENED
    for said in (
        payload(COMMAND, channel_id="D0ANN", channel_name="directmessage"),
        payload("direct message", authorizations=AUTHORIZED),
        payload("press in a direct message", enterprise=ENTERPRISE),
        form,
    ):
        got = intake.read(said, US)
        assert got is not None
        assert got.address == own_address(got.sender) == Address("slack", CORP, "U0ANN", True)


def test_a_channel_stays_its_workspaces() -> None:
    got = intake.read(payload(COMMAND), US)
    assert got is not None
    assert (got.sender.scope, got.address.scope, got.address.chat) == (CORP, TEAM, "C0HOME")


def test_a_stranger_is_answered_in_their_own_workspace() -> None:
    got = intake.read(payload("mention by a stranger"), US)
    assert got is not None
    assert got.address.scope == TEAM
    assert own_address(got.sender).scope == got.sender.scope == "T0ELSE"
