"""A defect for each target, put in on purpose: what finds it would find the like of it. None is
found by a seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

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


def _put(module: Any, name: str, value: object) -> None:
    assert hasattr(module, name)
    setattr(module, name, value)


WEAKNESSES: Mapping[str, Callable[[], None]] = {
    each.__name__: each
    for each in (quick_add, telegram, slack, polar, jwt, grammar, link_codes, rendering)
}
