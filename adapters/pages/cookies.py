"""The one cookie of a sign-in."""

from __future__ import annotations

from aiohttp import web

COOKIE = "__Host-sign-in"
"""The prefix makes browsers keep it to this host, this path and secure connections. Chromium and
Firefox count plain http to 127.0.0.1 and localhost as secure, so it works there, too."""
LIFE = 1800
"""Seconds; what the cookie says holds as long (`bot/signing_in.py`)."""
MOST = 2048


def read(request: web.Request) -> str:
    """What the browser sent, or nothing."""
    return request.cookies.get(COOKIE, "")[:MOST]


def keep(response: web.Response, value: str) -> None:
    """Give it to the browser. Lax, not Strict: the issuer sends the browser back to us, and that
    request needs it."""
    response.set_cookie(
        COOKIE, value, max_age=LIFE, path="/", secure=True, httponly=True, samesite="Lax"
    )
