"""Genuine payloads with something else in a place or three; the same ones for the same seed."""

from __future__ import annotations

import copy
import random
from typing import Any

Json = dict[str, Any]

NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 2**64, 10**30, -(10**30), 0.5, 1e308, "", " ", "\0",
    "a\0b", "\ud800", "\u202e\u202d", "x" * 5000, "\U0001f95b" * 600, "<!channel>", "<@U0ADA|x>",
    "<" * 300, "/task", "/" * 300, "@" * 300, "t:9k3f7q2m rev:17", "9" * 40, "-5", "1e999", "NaN",
    [], {}, [[]], [None], [{}], {"": ""}, {"type": "message"}, ["x"] * 200, [1, "a", None, {}],
    "'; DROP TABLE task; --", "%s%n{0}{}", "../../etc/passwd", "done 1", "link AAAA-BBBB-CCCC",
    "done " + "1 " * 500, "unlink-now 1 at:0", "edit 1 title:\"", "ask x edit", "inbox below:-1",
    "list page:999999999999999", "due 1 99999999", "timezone " + "A/" * 100, "name \u202e\0",
    "ask title ask title ask title add", "delete-now t:zzzz at:999999999999999", "notify on 0",
    "read 999999999999999", "drop 999999999999999", "add due 31.2.2026 !zzz @a @b #" + "c" * 99,
    "start t_" + "9" * 60, "join \ud83d", "\N{ARABIC-INDIC DIGIT THREE}", "done \u00b2", "#\u0663",
)  # fmt: skip
"""What stands where something else was expected; lines of commands among it."""


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, each in inner:
        found.append((*path, key))
        if isinstance(each, dict | list):
            found += places(each, (*path, key))
    return found


def mutated(payload: Json, chance: random.Random) -> Json:
    """The payload with one to three values replaced, dropped, or put one inside the other."""
    changed = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 3)):
        path = chance.choice(places(changed))
        holder: Any = changed
        for key in path[:-1]:
            holder = holder[key]
        match chance.randrange(6):
            case 0:
                del holder[path[-1]]
            case 1:
                holder[path[-1]] = {"x": [holder[path[-1]]]}
            case _:
                holder[path[-1]] = copy.deepcopy(chance.choice(NASTY))
        if not changed:
            return {"x": 1}
    return changed
