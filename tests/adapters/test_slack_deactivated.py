"""Somebody's account at Slack is closed: which events say so, and of whom."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.addresses import own_address
from adapters.slack.deactivated import member
from adapters.slack.installation import Installation
from core.addresses import Address

ACME, WHOLE = Installation("T0ACME", "U0BOT"), Installation("", "U0BOT", enterprise="E0BIG")
OF_BIG = Installation("T0ACME", "U0BOT", enterprise="E0BIG")
BIG = {"enterprise_user": {"enterprise_id": "E0BIG"}}


def news(team: str = "T0ACME", enterprise: str = "", **user: Any) -> dict[str, Any]:
    who = {"id": "U0ANN", "team_id": "T0ACME", "deleted": True} | user
    return {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": team,
        "enterprise_id": enterprise,
        "event": {"type": "user_change", "user": who},
    }


@pytest.mark.parametrize(
    ("given", "us", "scope"),
    [
        (news(), ACME, "T0ACME"),
        (news(deleted=False), ACME, None),
        (news(deleted="true"), ACME, None),
        (news(id=7), ACME, None),
        (news(team_id="T0OTHER"), ACME, "T0OTHER"),  # seen in a shared channel
        (news(enterprise="E0BIG", **BIG), OF_BIG, None),  # perhaps only of this workspace
        (news("E0BIG", "E0BIG", **BIG), WHOLE, "E0BIG"),
        ({"event": {"type": "user_change", "user": "U0ANN"}}, ACME, None),
        ({"event": {"type": "team_join", "user": {"id": "U0ANN", "deleted": True}}}, ACME, None),
    ],
)
def test_whose_account_was_closed(
    given: dict[str, Any], us: Installation, scope: str | None
) -> None:
    expected = Address("slack", scope, "U0ANN", private=True) if scope else None
    known = member(given, us)
    gone = own_address(known[0]) if known is not None and not known[1] else None
    assert gone == expected
