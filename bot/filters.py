"""The words that say which tasks a list shows: `overdue`, `#home`, `@bob`, `!high`, `~errand`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from bot.language import N_, _
from bot.people import person_known
from bot.turn import Turn
from core.cleaning import clean
from core.errors import NotUnderstood
from core.lists import Filter
from core.task import Priority, Status, read_priority
from core.work import Work

OPEN = "open"
SHARE = "share"
"""The word that shows a list to everybody in the group."""
KNOWN = N_(
    "open, started, done, cancelled, all, today, overdue, week, mine, #list, @person, !priority, "
    "~label"
)
_GERMAN = {
    "offen": OPEN,
    "begonnen": "started",
    "erledigt": "done",
    "fertig": "done",
    "abgebrochen": "cancelled",
    "alle": "all",
    "heute": "today",
    "überfällig": "overdue",
    "woche": "week",
    "meine": "mine",
    "hoch": "high",
    "!hoch": "!high",
    "niedrig": "low",
    "!niedrig": "!low",
}
"""The same words as people say them in German, which quick add reads, too."""
_WORD = re.compile(r'[#+@~!]?"[^"]*"|\S+')


class By(StrEnum):
    """What a word of a filter is about."""

    STATE = "state"
    LIST = "list"
    PERSON = "person"
    PRIORITY = "priority"
    LABEL = "label"


SIGNS = {By.LIST: "#", By.PERSON: "@", By.PRIORITY: "!", By.LABEL: "~"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows, and how that is called."""

    filter: Filter = field(default_factory=Filter)
    name: str = ""
    said: str = ""
    """The words, as they may be said again; empty for what is open."""
    shared: bool = False


def words(said: str) -> list[str]:
    """The words of a filter; a name of several stands in quotes: `#"my home"`."""
    return [_GERMAN.get(each.lower(), each) for each in _WORD.findall(clean(said))]


def spelt(sign: str, name: str) -> str:
    """A word of a filter; empty where no word can say it."""
    if '"' in name:
        return ""
    return f'{sign}"{name}"' if " " in name else f"{sign}{name}"


def about(word: str) -> By:
    """What a word is about. Whatever nobody can read counts as a state."""
    signs = {"#": By.LIST, "+": By.LIST, "@": By.PERSON, "!": By.PRIORITY, "~": By.LABEL}
    bare = By.PRIORITY if word.lower() in set(Priority) else By.STATE
    return signs.get(word[0], bare)


def without(said: str, by: By) -> str:
    """The words but for those about something."""
    return " ".join(each for each in words(said) if about(each) is not by)


def read(work: Work, turn: Turn, said: str) -> Wanted:
    """Read the words of a filter. Raises `NotUnderstood`, `UnknownPerson`."""
    found = words(said)
    kept = [each for each in found if each.lower() not in {SHARE, OPEN}]
    wanted = Wanted(name=_("Open tasks"), said=" ".join(kept))
    for word in kept:
        wanted = _narrow(work, turn, wanted, word)
    return replace(wanted, shared=SHARE in map(str.lower, found))


def _narrow(work: Work, turn: Turn, wanted: Wanted, word: str) -> Wanted:
    lower, name = word.lower(), word[1:].strip('"')
    if lower in _VIEWS:
        return _VIEWS[lower](turn, wanted)
    match about(word):
        case By.LIST:
            return _with(wanted, word, category=name)
        case By.LABEL:
            return _with(wanted, word, label=name)
        case By.PERSON:
            return _with(wanted, word, assignee=_person(work, turn, word))
        case By.PRIORITY:
            return _with(wanted, word, priority=read_priority(word).value)
        case By.STATE:
            raise NotUnderstood("filter", word, KNOWN)


def _person(work: Work, turn: Turn, word: str) -> int:
    token = word if word in turn.inbound.people else word.replace('"', "")
    return person_known(work, turn, token).id


def _with(wanted: Wanted, name: str, **changes: object) -> Wanted:
    narrowed = replace(wanted.filter, **changes)  # type: ignore[arg-type]  # names of Filter's fields
    return replace(wanted, filter=narrowed, name=f"{wanted.name}, {name.replace(chr(34), '')}")


_View = Callable[[Turn, Wanted], Wanted]


def _view(name: str, **changes: object) -> _View:
    def view(turn: Turn, wanted: Wanted) -> Wanted:
        narrowed = replace(wanted.filter, **changes)  # type: ignore[arg-type]  # names of Filter's fields
        return replace(wanted, filter=narrowed, name=_(name))

    return view


def _until(name: str, days: int) -> _View:
    """Open and due before the end of a day so many days ahead, what is overdue included."""

    def view(turn: Turn, wanted: Wanted) -> Wanted:
        last = (turn.today + timedelta(days=days)).isoformat()
        return replace(wanted, filter=replace(wanted.filter, due_until=last), name=_(name))

    return view


def _overdue(turn: Turn, wanted: Wanted) -> Wanted:
    narrowed = replace(wanted.filter, due_before=turn.now)
    return replace(wanted, filter=narrowed, name=_("Overdue tasks"))


def _mine(turn: Turn, wanted: Wanted) -> Wanted:
    """What is theirs to do, as opposed to what they gave to others."""
    narrowed = replace(wanted.filter, doer=turn.account.id)
    return replace(wanted, filter=narrowed, name=_("Your tasks"))


_VIEWS: dict[str, _View] = {
    "all": _view(N_("All tasks"), open=None),
    "pending": _view(N_("Pending tasks"), status=Status.PENDING),
    "started": _view(N_("Tasks in progress"), status=Status.IN_PROGRESS),
    **dict.fromkeys(
        ("done", "completed", "finished"),
        _view(N_("Finished tasks"), open=False, status=Status.COMPLETED),
    ),
    "cancelled": _view(N_("Cancelled tasks"), open=False, status=Status.CANCELLED),
    "today": _until(N_("Tasks due today or before"), 0),
    "week": _until(N_("Tasks due within a week"), 7),
    "overdue": _overdue,
    "mine": _mine,
}
