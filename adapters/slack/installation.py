"""Which workspace and bot a token stands for, and in whose namespace a Slack user id counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.slack.fields import id_at, text_at
from adapters.slack.markup import clean


@dataclass(frozen=True, slots=True)
class Installation:
    """What is known of a bot token: by `auth.test`, or from when it was installed."""

    team: str
    """Empty for an install of a whole organisation."""
    bot_user: str
    bot_id: str = ""
    enterprise: str = ""
    name: str = ""
    """The bot's user name, as people mention it."""
    workspace: str = ""
    """The workspace's name, for people to read."""
    app: str = ""
    """The app's id, where it is known from when it was installed."""

    def scope(self, team: str) -> str:
        """The scope of a channel in a request that names this workspace. Under an install of a
        whole organisation it is the organisation: a channel may be in several workspaces of it."""
        return (team or self.team) if self.team else self.enterprise


def known(said: dict[str, Any]) -> Installation:
    """Whose token it is, by what `auth.test` says."""
    return Installation(
        team=id_at(said, "team_id"),
        bot_user=id_at(said, "user_id"),
        bot_id=id_at(said, "bot_id"),
        enterprise=id_at(said, "enterprise_id"),
        name=text_at(said, "user"),
        workspace=clean(text_at(said, "team"))[:128],
    )


def whose(payload: dict[str, Any]) -> tuple[str, str]:
    """The workspace and the enterprise that a request is for, as far as it says. The workspace is
    empty where it speaks for an organisation."""
    # In shared channels `team_id` may be the other side's; the first authorization is ours.
    listed = payload.get("authorizations") or [payload]
    team = (
        text_at(payload, "view", "app_installed_team_id")  # the form may be sent from elsewhere
        or text_at(payload, "team", "id")
        or text_at(listed[0], "team_id")
        or text_at(payload, "team_id")
        or text_at(payload, "user", "team_id")
    )
    enterprise = (
        text_at(payload, "enterprise", "id")
        or text_at(payload, "team", "enterprise_id")
        or text_at(listed[0], "enterprise_id")
        or text_at(payload, "enterprise_id")
    )
    if team.startswith("E"):
        return "", enterprise or team
    return team, enterprise


def home(user_team: str, team: str, enterprise: str, *, shared: bool) -> str:
    """The scope of a user id: the person's enterprise, else the person's own workspace.

    Within an enterprise an id means the same person in every workspace. In a channel shared with
    another organisation (`shared`) people of other workspaces are strangers' users."""
    if user_team.startswith("E"):
        return user_team
    if enterprise and (not shared or user_team in ("", team)):
        return enterprise
    return user_team or team


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was done among people, and by whose."""

    scope: str
    """Of the channel."""
    author: str
    """Of whoever did it; empty where that may be anybody and the event does not say
    (`adapters.slack.authors` has it say so)."""
    external: bool
    """Whether the channel is shared with another organisation."""
    guest: bool
    """Whether they are of another one."""


def place(payload: dict[str, Any], us: Installation) -> Place:
    """Where an event happened that tells of no message."""
    team, enterprise = event_for(payload, us)
    said, shared = text_at(payload, "event", "user_team"), is_external(payload)
    own = home("", team, enterprise, shared=False)
    author = home(said, team, enterprise, shared=True) if shared else own
    return Place(us.scope(team), author if said or not shared else "", shared, author != own)


def is_external(payload: dict[str, Any]) -> bool:
    """Whether an event is of a channel that is shared with another organisation."""
    return payload.get("is_ext_shared_channel") is True


def event_for(payload: dict[str, Any], us: Installation) -> tuple[str, str]:
    """The workspace and the enterprise whose installation an event is for."""
    listed = payload.get("authorizations") or [{}]
    # In shared channels `team_id` may be the other side's; the first authorization is ours.
    team = text_at(listed[0], "team_id") or text_at(payload, "team_id") or us.team
    return team, text_at(listed[0], "enterprise_id") or us.enterprise
