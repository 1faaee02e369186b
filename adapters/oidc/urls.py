"""Which addresses of a discovery document we go to, or send somebody to."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from core.errors import SignInRefused

_SHAPE = re.compile(r"[!-~]{1,2000}")
_PUBLIC_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}", re.IGNORECASE)
"""A name with a top-level domain, so no address of any spelling (`127.1`, `0x7f.1`, `[::1]`)."""


def endpoint(value: object, issuer: str) -> str:
    """The address itself. Raises `SignInRefused` unless it is https, on the issuer's own host or
    one with a public name; plain http only where the issuer itself is on this machine."""
    if not isinstance(value, str) or not _SHAPE.fullmatch(value) or "\\" in value:
        raise SignInRefused("endpoint")
    try:
        parts, home = urlsplit(value), urlsplit(issuer)
        _ = parts.port, home.port
    except ValueError:
        raise SignInRefused("endpoint") from None
    if not _safe(parts, home) or "@" in parts.netloc or "#" in value:
        raise SignInRefused("endpoint")
    return value


def _safe(parts: SplitResult, home: SplitResult) -> bool:
    host = parts.hostname or ""
    same = bool(host) and host == home.hostname
    if parts.scheme == "http":
        return same and home.scheme == "http" and _is_loopback(host)
    if parts.scheme != "https":
        return False
    named = _PUBLIC_NAME.fullmatch(host) and not host.lower().endswith(".localhost")
    return same or bool(named)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
