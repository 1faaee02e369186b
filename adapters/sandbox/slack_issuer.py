"""A stand-in for "Sign in with Slack": the people of the sandbox, each in their workspace."""

from __future__ import annotations

from adapters.sandbox.issuer import Issuer
from adapters.sandbox.model import Person
from adapters.sandbox.world import World


def slack_issuer(world: World) -> Issuer:
    """Says of everybody what Slack's tokens say: their own id, and their workspace's."""

    def members() -> dict[str, Person]:
        return {each.user_id: each for each in world.people.values() if each.platform == "slack"}

    return Issuer(
        people=lambda: {user: f"{who.name}, {who.team}" for user, who in members().items()},
        claims=lambda user: {
            "https://slack.com/user_id": user,
            "https://slack.com/team_id": members()[user].team,
        },
        plays="signing in with Slack",
    )
