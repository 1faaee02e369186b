"""How the install pages look: a title, a sentence and at most one button, without script."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape

from aiohttp import web

_STYLE = """
:root { color-scheme: light dark }
body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 0; padding: 1.5rem }
main { max-width: 34rem; margin: 10vh auto 0 }
h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere }
button { font: inherit; padding: .6rem 1.2rem; border-radius: .5rem; border: 2px solid }
button { cursor: pointer }
"""
_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def page(
    title: str,
    text: str,
    *,
    language: str,
    status: int,
    button: str,
    action: str,
    headers: dict[str, str],
) -> web.Response:
    """`action` is where the button posts."""
    form = (
        f'<form method="post" action="{escape(action)}"><button>{escape(button)}</button></form>'
        if button
        else ""
    )
    html = (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(text)}</p>{form}</main></body></html>\n"
    )
    return web.Response(
        text=html, content_type="text/html", charset="utf-8", status=status,
        headers=headers,
    )  # fmt: skip


def page_headers(leads_to: str) -> dict[str, str]:
    """Of an answer that no other page may frame and nobody keeps. `leads_to`: the origin to which
    the form redirects."""
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{_HASH}'",
        f"form-action 'self' {leads_to}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",
    }
