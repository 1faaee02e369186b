"""A title from which the words of its date or its list go, or to which they return."""

from __future__ import annotations

from bot import verbs
from core.task import Task

_JOINTS = " ,;:-\u2013\u2014"


def retitled(task: Task, command: verbs.Due, *, dated: bool) -> str:
    """The title once the task is due, or is not: as it is, where the command says nothing of it."""
    if dated:
        return without(task.title, command.words or "")
    return " ".join(filter(None, (command.front, task.title, command.back)))


def without(title: str, words: str) -> str:
    """The title without these words at its end or beginning; never nothing."""
    if words and title.endswith(words):
        return title.removesuffix(words).rstrip(_JOINTS) or title
    if words and title.startswith(words):
        return title.removeprefix(words).lstrip(_JOINTS) or title
    return title
