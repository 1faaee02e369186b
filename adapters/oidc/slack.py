"""Slack as an issuer ("Sign in with Slack"): who is signed in there, and in which workspace.

Source: Slack's discovery document at https://slack.com/.well-known/openid-configuration, and its
page "Sign in with Slack"."""

from __future__ import annotations

import re

from adapters.oidc.whose import Whose
from core.addresses import Sender
from core.errors import SignInRefused
from core.ports import SignedIn

SCOPE = "openid profile"
TEAM, USER = "https://slack.com/team_id", "https://slack.com/user_id"
"""Claims of its ID tokens."""
_TEAM, _USER = re.compile(r"T[A-Z0-9]{2,31}"), re.compile(r"[UW][A-Z0-9]{2,31}")


def member(who: SignedIn) -> Sender:
    """The person, in their workspace. Raises `SignInRefused` for a token that does not say both, or
    says two different things."""
    team, user = who.claims.get(TEAM), who.claims.get(USER)
    if not isinstance(team, str) or not isinstance(user, str):
        raise SignInRefused("slack-claims")
    if not _TEAM.fullmatch(team) or not _USER.fullmatch(user) or who.subject != user:
        raise SignInRefused("slack-claims")
    return Sender("slack", team, user)


SLACK = Whose("https://slack.com", SCOPE, member)
