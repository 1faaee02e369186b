"""Which lines ask for a form: for a platform that opens one before it knows what is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot import verbs
from bot.grammar import Command
from bot.reading import entry_of, split

_ALWAYS = frozenset({verbs.Capture, verbs.Narrow})
_ALONE = frozenset({verbs.Add, verbs.Find})
_OF_A_TASK = frozenset({verbs.Edit, verbs.Assign})
_PARTS: Mapping[type[Command], str] = {verbs.Settings: "form"}
_TASK = re.compile(r"(#?\d{1,9}|t:\w{1,16}( rev:\d{1,9})?)", re.ASCII)


def opens(line: str) -> bool:
    """Whether a form is the answer to this line, unless it is refused."""
    entry, (_, rest) = entry_of(line), split(line)
    if entry is None:
        return False
    kind = entry.kind
    return (
        kind in _ALWAYS
        or (kind in _ALONE and not rest)
        or (kind in _OF_A_TASK and _TASK.fullmatch(rest) is not None)
        or _PARTS.get(kind) == rest
    )
