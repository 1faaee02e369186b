"""Which workspace and bot a token stands for, and in whose namespace a Slack user id counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installation:
    """What `auth.test` says of a bot token."""

    team: str
    bot_user: str
    bot_id: str = ""
    enterprise: str = ""
    name: str = ""
    """The bot's user name, as people mention it."""


def home(user_team: str, team: str, enterprise: str, *, shared: bool) -> str:
    """The scope of a user id: the person's enterprise, else the person's own workspace.

    Within an enterprise an id means the same person in every workspace. In a channel shared with
    another organisation (`shared`) people of other workspaces are strangers' users."""
    if user_team.startswith("E"):
        return user_team
    if enterprise and (not shared or user_team in ("", team)):
        return enterprise
    return user_team or team
