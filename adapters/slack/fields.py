"""Reads fields of a payload whose inner shape nobody has checked."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson

_ID = re.compile(r"[!-~]{1,64}")


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
    return f"slack:{team}:{trigger or _digest(payload)}"


def message_key(event: str, payload: dict[str, Any]) -> str:
    """The key of an event: Slack's retries carry the same id."""
    return f"slack:{event or _digest(payload)}"


def _digest(payload: dict[str, Any]) -> str:
    try:
        dumped = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # nests deeper than orjson writes: no payload of Slack's does
        dumped = b""
    return hashlib.sha256(dumped).hexdigest()
