"""What every page says about itself, and what a request must say to be one of our own forms."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from core.visits import NotOurForm


def page_headers(issuer_origin: str = "") -> dict[str, str]:
    """The headers of a page; where its form leads on to an issuer, the browser must know."""
    target = f"'self' {issuer_origin}".strip()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'self'; form-action {target}; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",
    }


def check_origin(headers: Mapping[str, str], base_url: str) -> None:
    """A form must have been sent by a page of ours, as the browser says, which no page can change.
    Raises `NotOurForm`.

    Under `Referrer-Policy: no-referrer` browsers send `Origin: null` even with our own forms (Fetch
    standard, "append a request Origin header"); then `Sec-Fetch-Site` has to say it."""
    parts = urlsplit(base_url)
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin"):
        raise NotOurForm
    if origin == f"{parts.scheme}://{parts.netloc}":
        return
    if origin not in (None, "null") or site is None:
        raise NotOurForm
