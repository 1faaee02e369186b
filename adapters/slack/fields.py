"""Reads fields of a payload whose inner shape nobody has checked."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson

ID_LIMIT = 64
"""Characters of an id, as many as its column holds."""
TRIGGER_LIMIT = 128
"""Characters of a request's own id: its key, which names the workspace besides, fits its column."""
_ID = re.compile(rf"[!-~]{{1,{ID_LIMIT}}}")


def text_at(payload: Any, *path: str) -> str:
    """The text at this path, or an empty text where there is none."""
    found = payload
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def id_at(payload: Any, *path: str) -> str:
    """As `text_at`, of an id: visible ASCII, as much of it as a column of ids holds."""
    found = text_at(payload, *path)
    return found if _ID.fullmatch(found) else ""


def object_at(payload: Any, *path: str) -> dict[str, Any]:
    """The object at this path, or an empty one where there is none."""
    found = payload
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def request_key(team: str, trigger: str, payload: dict[str, Any]) -> str:
    """The key of a command, a press or a submission: each has a trigger of its own."""
    return f"slack:{team[:ID_LIMIT]}:{_named(trigger, payload)}"


def message_key(event: str, payload: dict[str, Any]) -> str:
    """The key of an event: Slack's retries carry the same id."""
    return f"slack:{_named(event, payload)}"


def _named(own: str, payload: dict[str, Any]) -> str:
    return own if 0 < len(own) <= TRIGGER_LIMIT else _digest(payload)


def _digest(payload: dict[str, Any]) -> str:
    try:
        dumped = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # nests deeper than orjson writes: no payload of Slack's does
        dumped = b""
    return hashlib.sha256(dumped).hexdigest()
