"""The HTTP way in: events, commands and interactivity on one route."""

from __future__ import annotations

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response

from adapters.slack.guard import admit
from adapters.slack.platform import SlackPlatform

PATH = "/slack/events"


def routes(platform: SlackPlatform) -> list[web.RouteDef]:
    """The route to add to the site. Raises `ValueError` without a signing secret: anybody could
    then speak as anybody."""
    secret = platform.signing_secret
    if not secret:
        raise ValueError("Slack's webhook needs a signing secret.")

    async def receive(request: web.Request) -> web.StreamResponse:
        payload = await admit(request, secret)
        return await to_aiohttp_response(await platform.dispatch(payload))

    return [web.post(PATH, receive)]
