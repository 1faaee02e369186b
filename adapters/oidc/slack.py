"""Slack as an issuer ("Sign in with Slack"): who is signed in there, and whose user id that is.

Source: Slack's discovery document at https://slack.com/.well-known/openid-configuration, its page
"Sign in with Slack", and for the organisation the answers that its Java SDK reads
(`OpenIDConnectUserInfoResponse`)."""

from __future__ import annotations

import re

from adapters.oidc.whose import Whose
from core.addresses import Sender
from core.errors import SignInRefused
from core.ports import SignedIn

SCOPE = "openid profile"
TEAM, USER = "https://slack.com/team_id", "https://slack.com/user_id"
ENTERPRISE = "https://slack.com/enterprise_id"
"""Claims of its ID tokens. The last one only of people whose workspace is an organisation's."""
_FORMS = {
    TEAM: re.compile(r"T[A-Z0-9]{2,31}"),
    USER: re.compile(r"[UW][A-Z0-9]{2,31}"),
    ENTERPRISE: re.compile(r"E[A-Z0-9]{2,31}"),
}


def member(who: SignedIn) -> tuple[Sender, ...]:
    """The person, in their workspace, and in their organisation if they have one: a request of
    Slack's names them in either (`adapters.slack.installation.home`), by one id. Raises
    `SignInRefused` for a token that does not say who and where, or says two different things."""
    places, user = [_said(who, TEAM)], _said(who, USER)
    if who.subject != user:
        raise SignInRefused("slack-claims")
    if who.claims.get(ENTERPRISE) is not None:
        places.append(_said(who, ENTERPRISE))
    return tuple(Sender("slack", each, user) for each in places)


def _said(who: SignedIn, claim: str) -> str:
    value = who.claims.get(claim)
    if not isinstance(value, str) or not _FORMS[claim].fullmatch(value):
        raise SignInRefused("slack-claims")
    return value


SLACK = Whose("https://slack.com", SCOPE, member)
