"""What the platforms list of the command table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot import commands as _table  # fills the table  # noqa: F401
from bot.turn import Entry, Scope, commands

ORDER = ["add", "list", "done", "undo", "inbox", "stats", "settings", "link", "help"]
"""What people use most comes first."""


def telegram_menu() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Name and summary of each command, for each of Telegram's menus."""
    return {scope.value: [_line(each) for each in _in(scope)] for scope in Scope}


def _in(scope: Scope) -> list[Entry]:
    listed = [each for each in commands if scope in each.menu]
    return sorted(listed, key=lambda each: ORDER.index(each.name))


def _line(entry: Entry) -> tuple[str, str]:
    return entry.name, entry.summary


def usage_hint() -> str:
    """Slack's hint beside its one command: at most 1,000 characters are shown."""
    return "Buy milk !high #home @alice due tomorrow | list | done 42 | help"
