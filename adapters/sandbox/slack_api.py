"""How Slack's Web API reads a request and words an answer."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from adapters.sandbox.model import Json

AS_JSON = ("blocks", "attachments", "view", "metadata", "unfurls", "user_auth_blocks", "error")
"""Arguments that are JSON also inside a form."""

FORM_ONLY = ("users.info", "reactions.get")
"""Methods that read: of these Slack looks at a form or the query, and not at JSON."""

CALLER = "~team"
"""Among the arguments, the workspace or organisation whose token was given."""


class SlackError(Exception):
    """`{"ok": false, "error": ...}`, answered with 200 as Slack does."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.body: Json = {"ok": False, "error": error, **more}

    def response(self) -> web.Response:
        return web.json_response(self.body)


class RateLimited(SlackError):
    """429 with `Retry-After`."""

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds

    def response(self) -> web.Response:
        headers = {"Retry-After": str(self.seconds)}
        return web.json_response(self.body, status=429, headers=headers)


async def read_args(request: web.Request) -> Json:
    """From the query and the body, whichever way it is encoded. Raises SlackError."""
    args: Json = dict(request.query)
    try:
        if request.content_type == "application/json":
            body = await request.json() if request.body_exists else {}
            heard = isinstance(body, dict) and request.match_info.get("method") not in FORM_ONLY
            args.update(body if heard else {})
        else:
            args.update(await request.post())
        for name in AS_JSON:
            if isinstance(args.get(name), str):
                args[name] = json.loads(args[name] or "null")
    except ValueError:
        raise SlackError("invalid_json") from None
    return args


def bearer(request: web.Request, args: Json) -> str:
    """The token, from the header or the body."""
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() or str(args.get("token") or "")
