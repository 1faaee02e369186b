"""A line as a command."""

from __future__ import annotations

from collections.abc import Mapping

from bot import verbs
from bot.grammar import Command, GrammarError
from bot.parser import read
from bot.turn import Entry, commands


class UnknownCommand(GrammarError):
    """There is no command of that name."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def split(line: str) -> tuple[str, str]:
    """The first word and the rest."""
    word, _, rest = line.strip().partition(" ")
    if "\n" in word:
        word, _, below = word.partition("\n")
        rest = f"{below} {rest}"
    return word, rest.strip()


def entry_of(line: str) -> Entry | None:
    """The command that a line begins with; a number alone opens that task."""
    word, _ = split(line)
    return commands.find("show") if word.lstrip("#").isdigit() else commands.find(word)


def parse(line: str, answers: Mapping[str, str] | None = None) -> Command:
    """The command that a line says. Raises `GrammarError`."""
    word, rest = split(line)
    entry = entry_of(line)
    if entry is None:
        raise UnknownCommand(word)
    if entry.kind is verbs.Show and word.lstrip("#").isdigit():
        rest = f"{word} {rest}"
    return read(entry.kind, rest, answers)
