"""A stand-in for Slack: its Web API and requests for the service, its app for the people."""

from __future__ import annotations

import hmac
import secrets
import time
from functools import partial
from itertools import count

import aiohttp
from aiohttp import web

from adapters.sandbox import slack_forms as forms
from adapters.sandbox import slack_people as people
from adapters.sandbox.limits import Stats, slack_limits
from adapters.sandbox.loopback import local_only
from adapters.sandbox.model import Chat, Json, Message, Person, Shown
from adapters.sandbox.recent import Recent
from adapters.sandbox.slack_api import CALLER, RateLimited, SlackError, bearer, read_args
from adapters.sandbox.slack_delivery import Delivery
from adapters.sandbox.slack_files import Upload, take
from adapters.sandbox.slack_home import Homes
from adapters.sandbox.slack_messages import ResponseUrl, respond, spend
from adapters.sandbox.slack_methods import METHODS
from adapters.sandbox.slack_oauth import EXCHANGE, OAuth
from adapters.sandbox.slack_objects import name_of
from adapters.sandbox.slack_panes import Panes
from adapters.sandbox.slack_views import Views
from adapters.sandbox.world import World

OPEN_CONNECTION = "apps.connections.open"
"""The one method that takes the app's token instead of the bot's."""


class SlackSide:
    """The Web API and what people do in their app. `start` before use."""

    def __init__(
        self, world: World, bot_token: str, signing_secret: str, app_token: str | None = None
    ) -> None:
        self.world = world
        self.limits, self.stats = slack_limits(), Stats()
        self.views, self.delivery = Views(self), Delivery(signing_secret)
        self.homes, self.panes = Homes(self), Panes(self)
        self.command = "/task"
        self.unfurl_domains: set[str] = set()
        """Of whose links the app is told; where nothing is set, of none."""
        self.echo = True
        """Tell the bot of its own messages in direct messages too, as Slack does."""
        self.base_url = ""
        """Where these routes are, no trailing slash; if empty, learned from the first call."""
        self.responses: Recent[ResponseUrl] = Recent()
        self.events: Recent[Json] = Recent()
        """By event id, for `again`."""
        self.uploads: Recent[Upload] = Recent()
        self.requests: Recent[Json] = Recent()
        """Commands, presses and submissions by trigger id, for `again`."""
        self.oauth = OAuth(self)
        self.scopes = ""
        """What the bot's token may do, with commas between, as each answer's header says it; where
        nothing is set, none does."""
        self._bot_token, self._app_token = bot_token, app_token
        self._prefix = ""
        self._ticks = count(100, 100)

    def start(self, session: aiohttp.ClientSession) -> None:
        self.delivery.session = session

    async def stop(self) -> None:
        await self.delivery.stop()

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """`{prefix}/api/<method>`, the response URLs and the Socket Mode endpoint."""
        self._prefix = prefix
        return [
            web.route("*", prefix + "/api/{method}", local_only(self._call)),
            web.post(prefix + "/response/{team}/{key}", local_only(self._respond)),
            web.post(prefix + "/upload/{key}", local_only(partial(take, self))),
            web.get(prefix + "/socket", local_only(self.delivery.sockets.handle)),
            *self.oauth.routes(prefix),
        ]

    async def _call(self, request: web.Request) -> web.Response:
        self.base_url = self.base_url or f"{request.url.origin()}{self._prefix}"
        name = request.match_info["method"]
        try:
            args = await read_args(request)
            if name == EXCHANGE:
                return web.json_response({"ok": True} | await self.oauth.exchange(request, args))
            args[CALLER] = self._caller(name, bearer(request, args))
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            said = {"X-OAuth-Scopes": self.scopes} if self.scopes else {}
            return web.json_response({"ok": True} | await method(self, args), headers=said)
        except SlackError as error:
            return error.response()

    def _caller(self, method: str, token: str) -> str:
        """Whose token this is: a workspace's, or an organisation's; empty for the app's own.
        Raises SlackError."""
        if not token:
            raise SlackError("not_authed")
        app = hmac.compare_digest(token.encode(), (self._app_token or "").encode())
        caller = "" if app else self.oauth.called_by(token, self._bot_token)
        if app != (method == OPEN_CONNECTION):
            raise SlackError("not_allowed_token_type")
        return caller

    async def _respond(self, request: web.Request) -> web.Response:
        try:
            body = await read_args(request)
            respond(self, spend(self, request.match_info["key"]), body)
        except SlackError as error:
            gone = error.body["error"] in ("used_url", "expired_url")
            return web.json_response(error.body, status=404 if gone else 400)
        return web.json_response({"ok": True})

    def response_url(self, to: ResponseUrl) -> str:
        key = secrets.token_urlsafe(18)
        self.responses[key] = to
        return f"{self.base_url}/response/{to.chat.team}/{key}"

    def pace(self, chat: Chat) -> None:
        """Raises RateLimited."""
        wait = self.limits.take(chat.id)
        if wait:
            self.stats.limited += 1
            raise RateLimited(wait)

    def new_ts(self) -> str:
        """Unique, and in the order of its making: seconds and a running number."""
        return f"{int(time.time())}.{next(self._ticks) % 1_000_000:06d}"

    def name_of(self, slack_id: str) -> str:
        return name_of(self, slack_id)

    def deliver_event(self, payload: Json) -> str:
        """Deliver an `event_callback` as it is, with Slack's retries; returns its event id."""
        self.events[payload["event_id"]] = payload
        return self.delivery.event(payload)

    async def say(
        self, person: Person, chat: Chat, text: str, reply_to: str | None = None, again: str = ""
    ) -> Shown:
        """Type a command or a message; with `again` (an id from `Shown`) deliver it once more."""
        return await people.say(self, person, chat, text, reply_to=reply_to, again=again)

    async def press(
        self, person: Person, place: Message | str, press: Json, again: str = ""
    ) -> Shown:
        """Press a button of a message, or of the view of that id."""
        return await people.press(self, person, place, press, again)

    async def submit(
        self, person: Person, view_id: str, values: dict[str, str], again: str = ""
    ) -> Shown:
        """Send a form; its fields by block id."""
        return await forms.submit(self, person, view_id, values, again)

    async def close_view(self, person: Person, view_id: str) -> Shown:
        """Close a form without sending it."""
        return await forms.close(self, person, view_id)
