"""Installing the app in a workspace: Slack's page that asks, and the exchange of its code."""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import b64decode
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web
from yarl import URL

from adapters.sandbox.loopback import local_only
from adapters.sandbox.model import TEAM, Json
from adapters.sandbox.recent import Recent
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.slack_objects import APP, BOT_USER, VERIFICATION

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

EXCHANGE = "oauth.v2.access"
"""The one method that takes the app's secret in place of a token."""
CODE_LIFE = 10 * 60.0
"""Seconds (https://docs.slack.dev/authentication/installing-with-oauth)."""
WANTED = ("client_id", "scope", "redirect_uri", "state")


@dataclass
class Grant:
    """What somebody agreed to; worth one token."""

    team: str
    scope: str
    redirect_uri: str
    born: float = field(default_factory=time.monotonic)


class OAuth:
    """Who installed the app."""

    def __init__(self, side: SlackSide) -> None:
        self._side = side
        self.client = ("", "")
        """The app's id and secret."""
        self.tokens: dict[str, str] = {}
        """From a bot's token to the workspace or organisation."""
        self.revoked: set[str] = set()
        self._grants: Recent[Grant] = Recent()

    def routes(self, prefix: str) -> list[web.RouteDef]:
        page = prefix + "/oauth/v2/authorize"
        return [web.get(page, local_only(self._ask)), web.post(page, local_only(self._decide))]

    def team_of(self, token: str) -> str:
        """Raises SlackError for a token that is revoked or unknown."""
        if token in self.revoked:
            raise SlackError("account_inactive")
        if token not in self.tokens:
            raise SlackError("invalid_auth")
        return self.tokens[token]

    async def _ask(self, request: web.Request) -> web.Response:
        asked = {name: request.query.get(name, "") for name in WANTED}
        if asked["client_id"] != self.client[0]:
            return web.Response(text="Invalid client_id parameter", status=400)
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in asked.items()
        )
        buttons = "".join(
            f'<p><button name="team" value="{escape(team)}">Allow in {escape(name)}</button></p>'
            for team, name in self._side.world.teams.items()
        )
        cancel = '<p><button name="team" value="">Cancel</button></p>'
        text = f"<p>Fluxbot would like to: {escape(asked['scope'])}</p>"
        return web.Response(
            text=f"<!doctype html><title>Slack</title><h1>Install Fluxbot?</h1>{text}"
            f'<form method="post">{fields}{buttons}{cancel}</form>',
            content_type="text/html",
        )

    async def _decide(self, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        back = URL(given["redirect_uri"])
        if not given["team"]:
            answer = {"error": "access_denied", "state": given["state"]}
        else:
            code = self.agree(given["team"], given["scope"], given["redirect_uri"])
            answer = {"code": code, "state": given["state"]}
        return web.Response(status=302, headers={"Location": str(back.update_query(answer))})

    def agree(self, team: str, scope: str, redirect_uri: str) -> str:
        """The code for an install that somebody agreed to."""
        code = f"{int(time.time())}.{secrets.token_hex(16)}"
        self._grants[code] = Grant(team, scope, redirect_uri)
        return code

    async def exchange(self, request: web.Request, args: Json) -> Json:
        """A token for a code, once. Raises SlackError."""
        self._know_client(request.headers.get("Authorization", ""))
        grant = self._grants.pop(str(args.get("code") or ""), None)
        if grant is None or time.monotonic() - grant.born > CODE_LIFE:
            raise SlackError("invalid_code")
        if args.get("redirect_uri") != grant.redirect_uri:
            raise SlackError("bad_redirect_uri")
        token = f"xoxb-{secrets.token_hex(20)}"
        self.tokens[token] = grant.team
        return self._granted(grant, token)

    def _know_client(self, header: str) -> None:
        given = b64decode(header.removeprefix("Basic ")).decode()
        if not hmac.compare_digest(given, ":".join(self.client)):
            raise SlackError("bad_client_secret")

    def _granted(self, grant: Grant, token: str) -> Json:
        world = self._side.world
        whole = grant.team.startswith("E")
        inside = [
            each
            for each in world.people.values()
            if each.platform == "slack" and grant.team in (each.team, each.enterprise)
        ]
        if not inside:  # somebody has to be there, to be talked to
            inside = [world.slack_person(f"dora-{grant.team.lower()}", "Dora", grant.team)]
        enterprise = inside[0].enterprise
        return {
            "access_token": token,
            "token_type": "bot",
            "scope": grant.scope,
            "bot_user_id": BOT_USER,
            "app_id": APP,
            "team": None if whole else {"id": grant.team, "name": world.teams[grant.team]},
            "enterprise": {"id": enterprise, "name": world.teams.get(enterprise, enterprise)}
            if enterprise
            else None,
            "is_enterprise_install": whole,
            "authed_user": {"id": inside[0].user_id},
        }

    def uninstall(self, team: str, *, quietly: bool = False) -> list[Json]:
        """Remove the app; returns the events that tell of it, which are delivered, if not
        `quietly`."""
        ended = [token for token, of in self.tokens.items() if of == team]
        for token in ended:
            del self.tokens[token]
            self.revoked.add(token)
        events = [end_event("tokens_revoked", team), end_event("app_uninstalled", team)]
        for each in [] if quietly else events:
            self._side.deliver_event(each)
        return events

    def called_by(self, token: str, bot_token: str) -> str:
        """The workspace whose token this is. Raises SlackError."""
        own = bot_token and hmac.compare_digest(token.encode(), bot_token.encode())
        return TEAM if own else self.team_of(token)


def end_event(kind: str, team: str) -> Json:
    """What tells that the app was uninstalled, by a workspace or an organisation."""
    whole = team.startswith("E")
    tokens = {"tokens": {"oauth": [], "bot": [BOT_USER]}} if kind == "tokens_revoked" else {}
    return {
        "token": VERIFICATION,
        "team_id": team,
        "enterprise_id": team if whole else None,
        "is_enterprise_install": whole,
        "api_app_id": APP,
        "event": {"type": kind} | tokens,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(time.time()),
    }
