"""What a well-formed setting looks like. A check raises ValueError with the fix, not the value."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from core.plans import PAID

HOST = (r"[A-Za-z0-9.:_-]{1,253}", "must be an IP address or a host name, for example 127.0.0.1")
TELEGRAM_TOKEN = (
    r"[0-9]{6,20}:[A-Za-z0-9_-]{30,128}",
    "must be the whole token that @BotFather gave, digits:letters",
)
WEBHOOK_SECRET = (
    r"[A-Za-z0-9_-]{32,256}",  # the alphabet and the upper bound are Telegram's, the lower is ours
    "must be 32 to 256 characters of A-Z a-z 0-9 _ -; make one with: openssl rand -hex 32",
)
SLACK_BOT_TOKEN = (
    r"(xoxe\.)?xoxb-[A-Za-z0-9-]{6,512}",
    "must be the Bot User OAuth Token, which starts with xoxb-",
)
SLACK_APP_TOKEN = (
    r"xapp-[A-Za-z0-9-]{6,512}",
    "must be an app-level token with connections:write, which starts with xapp-",
)
SIGNING_SECRET = (
    r"[!-~]{16,128}",
    "must be the Signing Secret under Basic Information of the Slack app",
)
COMMAND = (
    r"/[a-z0-9_-]{1,31}",  # Slack allows 32 characters with the sign
    "must be / and up to 31 of a-z 0-9 _ -, as in the Slack app, for example /task",
)
SLACK_CLIENT_ID = (
    r"[0-9]{4,20}\.[0-9]{4,20}",
    "must be the Client ID under Basic Information of the Slack app, two numbers with a dot",
)
LOGIN_CLIENT_ID = (
    r"[0-9]{4,20}",
    "must be the Client ID that @BotFather shows under Bot Settings, Web Login, a number",
)
CLIENT_ID = (r"[!-~]{1,255}", "must be the client id that the issuer gave, without spaces")
CLIENT_SECRET = (r"[!-~]{8,512}", "must be the client secret, at least 8 visible characters")
APP_KEY = (
    r"[!-~\s]{32,8192}",
    "must be the public key (PEM) or the shared secret (32 characters or more) of the app's tokens",
)
CLAIM = (r"[!-~]{1,255}", "must be the claim as the app's tokens have it, without spaces")
POLAR_TOKEN = (
    r"[!-~]{8,512}",
    "must be an organization access token of Polar, which starts with polar_oat_",
)
POLAR_SECRETS = (
    r"[!-+\--~]{16,256}(\s*,\s*[!-+\--~]{16,256})*",
    "must be the secret of the webhook endpoint at Polar, at least 16 characters; several with "
    "commas between",
)
KEY = (
    r"[^\ud800-\udfff]+",  # what Python reads bytes as that are no text
    "must be text in UTF-8; make one with: openssl rand -hex 32",
)
METRICS_TOKEN = (
    r"[!-~]{16,256}",
    "must be 16 to 256 visible ASCII characters; make one with: openssl rand -hex 32",
)
POSTGRES = (  # each part ends where the next one begins, whoever reads it
    r"(?=[!-~]*\Z)"
    r"([^/?#@\[\]]*@)?(\[[0-9A-Fa-f:.]+\]|[^:/?#@\[\]]*)(:[0-9]{1,5})?([/?][^#@]*)?",
    "must read postgresql://user:password@host:5432/name; write spaces and special characters as "
    "%XX, whichever part they are in",
)
_PLACE = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?"
"""A host and its port, in a base URL."""


def matching(pattern: str, fix: str, value: str) -> str:
    """The value itself, where the whole of it matches."""
    if not re.fullmatch(pattern, value):
        raise ValueError(fix)
    return value


def is_loopback(host: str) -> bool:
    """Whether a host name or address cannot leave this machine."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def base_url(value: str) -> str:
    """A URL that paths are appended to, without its last slash."""
    if not re.fullmatch(r"[!-~]+", value) or "\\" in value:
        raise ValueError("must be a URL without spaces, for example https://bot.example.org")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be a URL, for example https://bot.example.org") from None
    if not host or parts.scheme not in ("https", "http"):
        raise ValueError("must start with https:// and a host name")
    if not re.fullmatch(_PLACE, parts.netloc.rpartition("@")[2]):
        raise ValueError("must have a host name or an address, with or without a port")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must be https; plain http is only for this machine (127.0.0.1)")
    if "@" in parts.netloc or parts.query or parts.fragment or value[-1] in "?#":
        raise ValueError("must have no user name, no ? and no #")
    return value.rstrip("/")


def issuer(value: str) -> str:
    """An issuer's name, to the letter: whether it ends in a slash is a part of it."""
    base_url(value)
    if "/.well-known/" in value:
        raise ValueError("must be the issuer itself, without /.well-known/ and what follows")
    return value


def networks(value: str) -> str:
    """Addresses and networks in CIDR notation, with commas between."""
    try:
        for each in filter(None, (part.strip() for part in value.split(","))):
            ip_network(each)
    except ValueError:
        raise ValueError("must be addresses or networks: 127.0.0.1, 10.0.0.0/8") from None
    return value


def sold(value: str) -> dict[str, str]:
    """`pro:<id>,teams:<id>` -> plan names by Polar's product ids."""
    names = " or ".join(each.name for each in PAID)
    found: dict[str, str] = {}
    for each in filter(None, (part.strip() for part in value.split(","))):
        name, _, id = each.partition(":")
        if name not in {plan.name for plan in PAID}:
            raise ValueError(f"must be PLAN:ID with commas between, where PLAN is {names}")
        if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", id):
            raise ValueError(f"must have a product id of Polar behind {name}: (A-Z a-z 0-9 -)")
        if id in found:
            raise ValueError("must name each product once")
        found[id] = name
    return found


def products(value: str) -> str:
    """The same, unchanged."""
    sold(value)
    return value


def slack_base_url(value: str) -> str:
    """Slack's Web API: a base URL whose last part is /api/."""
    if not value.endswith("/api/"):
        raise ValueError("must end in /api/, for example https://slack.com/api/")
    return base_url(value) + "/"


def database_url(value: str) -> str:
    """`sqlite:///file`, or `postgresql+psycopg://...` however PostgreSQL was spelled."""
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite":
        return _sqlite_url(rest)
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ValueError("must start with sqlite:/// or postgresql://")
    matching(*POSTGRES, rest)
    parts = urlsplit(f"postgresql://{rest}")
    _ = parts.port  # raises, in words, where it is beyond 65535
    if {"password", "sslpassword"} & {name.lower() for name, _ in parse_qsl(parts.query)}:
        # There it would be in pg_dump's arguments, which everybody on the machine can read.
        raise ValueError("must have no password after its ?; write it before the @")
    return f"postgresql+psycopg://{rest}"


def _sqlite_url(rest: str) -> str:
    path = rest.removeprefix("/")
    if not rest.startswith("/") or not path or path.startswith(":memory:") or path.endswith("/"):
        raise ValueError("must name a file, for example sqlite:///data/fluxbot.db")
    if "?" in path or not path.isprintable():
        raise ValueError("must be a plain path after sqlite:///, without ? options")
    return f"sqlite:///{path}"


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL, or None for PostgreSQL."""
    _, sqlite, path = url.partition("sqlite:///")
    return Path(path) if sqlite else None


def password(url: str) -> str | None:
    """The password in a database URL, as typed by a person."""
    found = urlsplit(url).password
    return unquote(found) if found else None
