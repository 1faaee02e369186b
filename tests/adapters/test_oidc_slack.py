"""Whom Slack's ID token speaks of: a member of one workspace or one organisation, said in full, or
nobody."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.oidc.slack import ENTERPRISE, TEAM, USER, member
from core.addresses import Sender
from core.errors import SignInRefused
from core.ports import SignedIn


def said(subject: str = "U0ADA", **claims: Any) -> SignedIn:
    names = {"team": TEAM, "user": USER, "enterprise": ENTERPRISE}
    told = {TEAM: "T0ACME", USER: "U0ADA"} | {names[each]: claims[each] for each in claims}
    return SignedIn("https://slack.com", subject, "Ada", told)


def test_a_member_is_a_workspace_and_a_person() -> None:
    assert member(said()) == (Sender("slack", "T0ACME", "U0ADA"),)
    big = member(said("W012A3CDE", user="W012A3CDE"))
    assert big == (Sender("slack", "T0ACME", "W012A3CDE"),)


def test_a_member_of_an_organisation_is_known_there_and_in_the_workspace() -> None:
    for team in ("T0ACME", "T0OTHER"):
        who = said("W012A3CDE", team=team, user="W012A3CDE", enterprise="E0CORP")
        assert member(who) == tuple(Sender("slack", each, "W012A3CDE") for each in (team, "E0CORP"))
    assert member(said(enterprise=None)) == (Sender("slack", "T0ACME", "U0ADA"),)


@pytest.mark.parametrize(
    "who",
    [
        said(enterprise=""), said(enterprise="T0ACME"), said(enterprise=["E0CORP"]),
        said(enterprise="E0CORP\n"), said(enterprise=False), said(enterprise="E0CORP", team=None),
        said(team=None), said(team=""), said(team="E0ACME"), said(team="T0ACME:U0ADA"),
        said(team=["T0ACME"]), said(team="T0ACME\n"), said(team="T" + "A" * 40),
        said(user=None), said(user=""), said(user="B0BOT"), said(user={"id": "U0ADA"}),
        said(user="U0BEN"), said("U0BEN"), said("u0ada", user="u0ada"),
    ],
)  # fmt: skip
def test_half_a_word_is_nobody(who: SignedIn) -> None:
    with pytest.raises(SignInRefused):
        member(who)
