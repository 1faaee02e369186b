"""The signs of a line: `!high`, `#list` or `+list`, `@person`, `~label`, anywhere as words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.quickadd.meant import Can, Context
from bot.quickadd.vocabulary import OBJECT, PRIORITIES, Word
from core.task import Priority

LIST_NAME = re.compile(r"[^\W\d_][\w-]*")
"""Of a list or a label: `#42` is a number."""
MOST_ASKED = 8
"""Mentions of a line that are looked up, which costs a query each."""
_BEHIND = ",.;:!?)"
"""Punctuation that may follow a sign."""


@dataclass(slots=True)
class Marks:
    """What the signs of a line say."""

    priority: Priority | None = None
    category: str = ""
    person: str = ""
    labels: list[str] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    """Places of the words that are no longer part of the title."""
    unread: list[str] = field(default_factory=list)
    asked: int = 0
    """Mentions that were looked up."""


def read_marks(words: Sequence[Word], context: Context) -> Marks:
    """The signs among the words. Each is read once; the second of a kind stays a word."""
    marks = Marks()
    for place, word in enumerate(words):
        sign, token = word.text[0], word.text.rstrip(_BEHIND)
        if sign not in "!#+@~" or len(token) < 2:
            continue
        name, read = token[1:], False
        match sign:
            case "!":
                read = _priority(marks, name)
            case "@":
                read = _person(marks, token, words, place, context)
            case "~":
                read = _label(marks, name, context)
            case _:
                read = _list(marks, name, words, place)
        if read:
            marks.taken.add(place)
    return marks


def _priority(marks: Marks, name: str) -> bool:
    level = PRIORITIES.get(name.casefold())
    if level is None or marks.priority is not None:
        return False
    marks.priority = level
    return True


def _person(marks: Marks, token: str, words: Sequence[Word], place: int, context: Context) -> bool:
    """Somebody whom we know; but "call @bob" and "@bob and @carol" are sentences."""
    if _is_object(words, place) or _goes_on(words, place):
        return False
    if not marks.person and marks.asked < MOST_ASKED:
        marks.asked += 1
        if context.is_person(token):
            marks.person = token
            return True
    if token[1].isalpha():
        marks.unread.append(token)
    return False


def _label(marks: Marks, name: str, context: Context) -> bool:
    if Can.LABELS not in context.can or not LIST_NAME.fullmatch(name):
        return False
    if name not in marks.labels:
        marks.labels.append(name)
    return True


def _list(marks: Marks, name: str, words: Sequence[Word], place: int) -> bool:
    """A list; "post it in #general" keeps the word, too."""
    if not LIST_NAME.fullmatch(name):
        return False
    if marks.category:
        marks.unread.append(words[place].text)
        return False
    marks.category = name
    return not _is_object(words, place)


def _is_object(words: Sequence[Word], place: int) -> bool:
    return place > 0 and words[place - 1].plain in OBJECT


def _goes_on(words: Sequence[Word], place: int) -> bool:
    return (
        place + 2 < len(words)
        and words[place + 1].said in {"and", "or"}
        and words[place + 2].text[0] == "@"
    )
