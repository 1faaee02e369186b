"""What the platforms list of the command table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot import commands as _table  # fills the table  # noqa: F401
from bot.turn import Scope, commands

FLEETING = frozenset({"list", "find", "help", "settings"})
"""What nobody else in a group needs to see: it is answered to whoever asks, alone."""


def telegram_menu() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Name and summary of each command, for each of Telegram's menus, in the language that is
    spoken."""
    return {
        scope.value: [(each.name, each.summary) for each in commands.menu(scope)] for scope in Scope
    }


def usage_hint() -> str:
    """Slack's hint beside its one command. What is no verb is a task, so the first needs none."""
    first, *others = [each.example for each in commands.menu(Scope.GROUPS)]
    return " | ".join([first.removeprefix("add "), *others])
