"""A defect for each target, put in on purpose: what finds it would find the like of it. None is
found by a seed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import orjson


def quick_add() -> None:
    """A stroke counts as a digit of a time."""
    from bot.quickadd import clock

    _put(clock, "_FIGURES", re.compile(r"([@~]?)([\d_]{1,2})(?:([:.h])(\d{2})?)?"))


def telegram() -> None:
    """NUL characters are no longer taken out."""
    from adapters import edge

    _put(edge, "_without_nul", lambda value: value)


def slack() -> None:
    """Any JSON is taken for a payload."""
    from adapters.slack import guard

    _put(guard, "parse_object", orjson.loads)


def polar() -> None:
    """A time that is none is no longer a refusal of the event."""
    from adapters.polar import hooks

    _put(hooks, "_arose", lambda envelope: datetime.fromisoformat(envelope["timestamp"]))


def jwt() -> None:
    """A token of another sign-in is believed."""
    from adapters.oidc import id_token

    _put(id_token, "_check_nonce", lambda said, nonce: None)


def grammar() -> None:
    """What stands in quotes is written without them."""
    from bot import grammar as ours

    _put(ours, "_quoted", lambda word: word)


def link_codes() -> None:
    """Any sign counts as one of a code."""
    from core import codes

    _put(codes, "looks_like_code", lambda text: len(codes.normalise(text)) == 12)


def rendering() -> None:
    """One of the three signs is not escaped."""
    from adapters.slack import markup

    _put(markup, "_escaped", lambda text: text.replace("&", "&amp;").replace(">", "&gt;"))


def headers() -> None:
    """Who says that it speaks for something that is no address ends us."""
    from adapters import client_address as ours

    _put(ours, "_read", lambda address: ip_address(address.strip("[]").partition("%")[0]))


def issuers() -> None:
    """Any name will do, as long as it is https."""
    from adapters.oidc import urls

    _put(urls, "_safe", lambda parts, home: parts.scheme == "https")


def answers() -> None:
    """A wait that is no number is taken for one."""
    from adapters.polar import answers as ours

    _put(ours, "_seconds", float)


def settings() -> None:
    """A database's address has a password."""
    from bot import shapes

    _put(shapes, "password", lambda url: str(urlsplit(url).password.encode()))


def command_line() -> None:
    """Roles are looked up, and not read."""
    from bot.roles import Role
    from tests.fuzz import outside

    commands: Any = next(each for each in outside._COMMANDS._actions if each.choices)
    [role] = [each for each in commands.choices["run"]._actions if each.dest == "role"]
    role.type = {each.value: each for each in Role}.__getitem__


def inputs_file() -> None:
    """What no database keeps is not looked for."""
    from bot import recorded

    _put(recorded, "parse_object", json.loads)


def settings_words() -> None:
    """A stroke counts as a digit of a time."""
    from bot import clocks

    _put(clocks, "_CLOCK", re.compile(r"([\d_]{1,2})(?:[:.h](\d{2}))?\s?(am|pm|uhr|h)?"))


def pages() -> None:
    """Where a form comes from is not asked."""
    from adapters.pages import site

    _put(site, "check_origin", lambda headers, base_url: None)


def installs() -> None:
    """A code may have no letters."""
    from adapters.slack import install_pages

    _put(install_pages, "_CODE", re.compile(r"[!-~]{0,512}"))


def grants() -> None:
    """An answer of Slack's is JSON."""
    from adapters.slack import exchange

    _put(exchange, "parse_object", orjson.loads)


def environment() -> None:
    """Where the password of a database ends is left to who reads it."""
    from bot import shapes

    _put(shapes, "POSTGRES", (r"[!-~]+", "must have no spaces"))


def digests() -> None:
    """A digest is text."""
    from bot import restoring

    _put(restoring, "said", lambda beside: beside.read_text("utf-8").partition(" ")[0])


def _put(module: Any, name: str, value: object) -> None:
    assert hasattr(module, name)
    setattr(module, name, value)


WEAKNESSES: Mapping[str, Callable[[], None]] = {
    each.__name__: each
    for each in (
        *(quick_add, telegram, slack, polar, jwt, grammar, link_codes, rendering),
        *(headers, issuers, answers, settings, command_line, inputs_file, settings_words),
        *(pages, installs, grants, environment, digests),
    )
}
