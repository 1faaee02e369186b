"""What the platforms list of the command table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot import commands as _table  # fills the table  # noqa: F401
from bot.language import ENGLISH, LANGUAGES, speaking
from bot.turn import Scope, commands

Menus = Mapping[str, Sequence[tuple[str, str]]]
"""Name and summary of each command, by the menu's scope."""

FLEETING = frozenset({"list", "find", "help", "settings"})
"""What nobody else in a group needs to see: it is answered to whoever asks, alone."""


def telegram_menu() -> Menus:
    """Name and summary of each command, for each of Telegram's menus, in the language that is
    spoken."""
    return {
        scope.value: [(each.name, each.summary) for each in commands.menu(scope)] for scope in Scope
    }


def in_every_language() -> Iterator[tuple[str, Menus]]:
    """Telegram's menus by language; the English ones are for whoever has none of ours, and have no
    name."""
    for language in LANGUAGES:
        with speaking(language):
            menus = telegram_menu()
        yield "" if language == ENGLISH else language, menus


def usage_hint() -> str:
    """Slack's hint beside its one command. What is no verb is a task, so the first needs none."""
    first, *others = [each.example for each in commands.menu(Scope.GROUPS)]
    return " | ".join([first.removeprefix("add "), *others])
