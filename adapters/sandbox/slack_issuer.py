"""A stand-in for "Sign in with Slack": the people of the sandbox, each in their workspace."""

from __future__ import annotations

from adapters.sandbox.issuer import Issuer
from adapters.sandbox.model import Person
from adapters.sandbox.world import World


def slack_issuer(world: World) -> Issuer:
    """Says of everybody what Slack's tokens say: their own id, their workspace's, and their
    organisation's if they have one."""

    def members() -> dict[str, Person]:
        return {each.user_id: each for each in world.people.values() if each.platform == "slack"}

    def claims(user: str) -> dict[str, str]:
        who = members()[user]
        grid = {"https://slack.com/enterprise_id": who.enterprise} if who.enterprise else {}
        return {"https://slack.com/user_id": user, "https://slack.com/team_id": who.team, **grid}

    return Issuer(
        people=lambda: {user: f"{who.name}, {who.team}" for user, who in members().items()},
        claims=claims,
        plays="signing in with Slack",
    )
