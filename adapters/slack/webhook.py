"""The HTTP way in: events, commands and interactivity on one route."""

from __future__ import annotations

from aiohttp import web
from slack_bolt.response import BoltResponse

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
        return _sent(await platform.dispatch(payload))

    return [web.post(PATH, receive)]


def _sent(response: BoltResponse) -> web.Response:
    """As bytes, which aiohttp sends along with the headers: Bolt's own way hands it a text."""
    kind = response.headers["content-type"][0]
    body = response.body.encode() or None
    return web.Response(status=response.status, body=body, headers={"Content-Type": kind})
