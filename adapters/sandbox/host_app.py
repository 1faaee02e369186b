"""A stand-in for the operator's own app, whose signed-in users connect their chats from there."""

from __future__ import annotations

import secrets
import time
import uuid

import aiohttp
import jwt
from aiohttp import web
from jinja2 import Template

from adapters.sandbox.issuer import ACCOUNTS, PAGE_HEADERS
from adapters.sandbox.loopback import local_only
from adapters.sandbox.web_form import form_of

TOKEN_LIFE = 300
PAGE = Template(
    """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Your own app</title>
<style>body{font:17px/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}
button{font:inherit;padding:.6rem 1rem;margin:.3rem .3rem .3rem 0}
pre{padding:.6rem;border:1px solid;user-select:all;white-space:pre-wrap}</style>
<h1>Your own app</h1><p>This plays an app of yours, in which somebody is signed in already. It asks
<code>POST /api/link</code> for a link, with a token that it signs itself.</p>
<form method="post" action="{{ prefix }}/app">{% for subject, name in people.items() %}
<button name="person" value="{{ subject }}">Connect a chat of {{ name }}</button>{% endfor %}</form>
{% if answer.telegram %}<h2>Telegram</h2><p>A phone would open this:</p>
<pre>{{ answer.telegram }}</pre><p>In the sandbox, send this to the bot:</p>
<pre>/start {{ answer.telegram.partition("start=")[2] }}</pre>{% endif %}
{% if answer.slack %}<h2>Slack</h2><p>Send this to the bot, in its direct messages:</p>
<pre>{{ answer.slack }}</pre>{% endif %}
{% if answer.error %}<p role="alert">The service said: {{ answer.error }}</p>{% endif %}
<p><a href="{{ prefix }}">Back to the sandbox</a></p></html>""",
    autoescape=True,
)


class HostApp:
    """The app; `api` is where the service takes its requests, set when that is known."""

    issuer, audience = "https://app.sandbox.example", "fluxbot"

    def __init__(self) -> None:
        self.key, self.api = secrets.token_urlsafe(48), ""

    def token(self, subject: str) -> str:
        """What the app signs for one of its users, as Better Auth's JWT plugin would."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "name": ACCOUNTS[subject],
            "iat": now,
            "exp": now + TOKEN_LIFE,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, self.key, "HS256")

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Its one page."""

        @local_only
        async def show(request: web.Request) -> web.StreamResponse:
            answer: dict[str, str] = {}
            if request.method == "POST":
                person = (await form_of(request)).get("person", "")
                if person not in ACCOUNTS:
                    raise web.HTTPBadRequest(text="Nobody of that name is signed in here.\n")
                answer = await self._connect(person)
            text = PAGE.render(people=ACCOUNTS, answer=answer, prefix=prefix)
            return web.Response(text=text, content_type="text/html", headers=PAGE_HEADERS)

        return [web.get(f"{prefix}/app", show), web.post(f"{prefix}/app", show)]

    async def _connect(self, person: str) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token(person)}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.api, headers=bearer) as response,
        ):
            answer: dict[str, str] = await response.json()
            return answer
