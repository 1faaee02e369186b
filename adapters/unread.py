"""What an adapter's reader was given, written down so that a mended one can be given it again."""

from __future__ import annotations

import json
from typing import Any


def packed(**given: Any) -> str:
    """As JSON in ASCII, so that any database keeps it: half a character stays what it is. Empty
    for what nests too deep to be genuine."""
    try:
        return json.dumps(given)
    except RecursionError:
        return ""


def unpacked(body: str) -> dict[str, Any]:
    """What was packed. Raises ValueError where nothing was."""
    given: dict[str, Any] = json.loads(body)
    return given
