"""Those buttons of a card that are menus where the platform has menus.

A card is made of plain buttons, and most stay that: menus take the place of some only on their way
to such a platform. An owner chooses when the task is due; whoever does it, when it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot import verbs
from bot.language import _, spoken
from bot.quickadd.clock import EVENING, MORNING
from core.chat import Button, Link, Menu, Reply

_SEEN = 2
"""Blanks of a line such as `due t:9k3f7q2m rev:17`."""
_NAMED = 1
"""Blanks of a line such as `snooze t:9k3f7q2m`."""
TODAY = "today"
"""As a date; as a time to be reminded it has begun."""
Row = tuple[Button | Link, ...]
PLATFORMS = frozenset({"slack"})
"""That have menus."""


def with_menus(reply: Reply) -> tuple[Row, ...]:
    """The reply's buttons; of the card of an open task, with its menus."""
    if reply.card is None or reply.struck:
        return reply.buttons
    known = [[(each, _asked(each)) for each in row] for row in reply.buttons]
    shown = frozenset(asked for row in known for _button, asked in row)
    rows = tuple(tuple(_menu(each, asked, shown) for each, asked in row) for row in known)
    return _joined(rows) if _is_doers(shown) else rows


_Asked = tuple[str, int]
"""The verb of a button, and how many blanks its line has."""
_DUE, _MORE = (verbs.Due.name, _SEEN), (verbs.More.name, _SEEN)
_DONE, _SNOOZE = (verbs.Done.name, _SEEN), (verbs.Snooze.name, _NAMED)


def _is_doers(shown: frozenset[_Asked]) -> bool:
    """Whether it is the card of somebody who does the task of another."""
    return _SNOOZE in shown and not {_DUE, _MORE} & shown


def _menu(button: Button | Link, asked: _Asked, shown: frozenset[_Asked]) -> Button | Link:
    """The menu in place of a button that names the task, and nothing more. `shown`: with it."""
    if isinstance(button, Link):
        return button
    if asked == _DUE:
        return due_menu(button.line)
    if asked == _MORE:
        return more_menu(button.line, shared=_SNOOZE not in shown)
    return snooze_menu(button.line) if asked == _SNOOZE and _is_doers(shown) else button


def _joined(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The row that begins with Done, and the next one, as one with its menu behind Done: where the
    owner's card has it."""
    place = next((at for at, row in enumerate(rows) if row and _asked(row[0]) == _DONE), None)
    if place is None:
        return rows
    done, *others = (each for row in rows[place : place + 2] for each in row)
    menus = [each for each in others if isinstance(each, Menu)]
    rest = [each for each in others if not isinstance(each, Menu)]
    return (*rows[:place], (done, *menus, *rest), *rows[place + 2 :])


def _asked(button: Button | Link) -> _Asked:
    line = "" if isinstance(button, Link) else button.line
    return line.partition(" ")[0], line.count(" ")


def due_menu(line: str) -> Menu:
    """When the task is due: the usual times (`product.md` 1.4), in words that mean what they say on
    the day they are chosen, since a card stays in the chat. `line`: of the button."""
    words = _words(spoken())
    times = [Button(label, f"{line} {said}") for label, said in words.times]
    day = f"{line.replace(verbs.Due.name, verbs.Pick.name, 1)} {verbs.Picked.DUE}"
    pick = Button(words.pick, day)
    return Menu(words.due, line, options=(*times, pick, Button(words.none, f"{line} none")))


def snooze_menu(line: str) -> Menu:
    """When somebody is reminded who does the task of another: it stays due when it is. `line`: of
    the button."""
    words = _words(spoken())
    times = [Button(label, f"{line} {said}") for label, said in words.times if said != TODAY]
    day = f"{line.replace(verbs.Snooze.name, verbs.Pick.name, 1)} {verbs.Picked.SNOOZE}"
    return Menu(words.snooze, line, options=(*times, Button(words.pick, day)))


def more_menu(line: str, *, shared: bool) -> Menu:
    """What else can be done with an open task, beside a note to it; the rest is in its form.
    `line`: of the button in whose place it stands. `shared`: in a group, where nobody snoozes."""
    words = _words(spoken())
    as_drawn = line.removeprefix(verbs.More.name)
    as_it_is = as_drawn.rpartition(" ")[0]
    options = [
        Button(label, f"{verb}{as_drawn if drawn else as_it_is}")
        for verb, label, drawn in words.others
        if not (shared and verb == verbs.Snooze.name)
    ]
    note = f"{verbs.Note.name}{as_it_is}"
    return Menu(words.note, note, options=tuple(options), beside=True)


@dataclass(frozen=True, slots=True)
class _Words:
    """All labels of the menus. A card is drawn often, and they are always the same."""

    due: str
    times: tuple[tuple[str, str], ...]
    """A label, and what it says behind `due`, and behind `snooze`."""
    snooze: str
    pick: str
    none: str
    note: str
    others: tuple[tuple[str, str, bool], ...]
    """A verb, its label, and whether it is about the task as it was drawn."""


@lru_cache(maxsize=16)
def _words(_language: str) -> _Words:
    """In the language that is spoken now."""
    return _Words(
        due=_("Due"),
        times=(
            (_("In 1 h"), "in 1h"),
            (_("Tonight {time}", time=f"{EVENING:%H:%M}"), "tonight"),
            (_("Tomorrow {time}", time=f"{MORNING:%H:%M}"), f"tomorrow {MORNING:%H:%M}"),
            (_("Today"), TODAY),
            (_("Tomorrow"), "tomorrow"),
            (_("Next Mon"), "next mon"),
        ),
        snooze=_("Snooze"),
        pick=_("Pick a day"),
        none=_("No date"),
        note=_("Note"),
        others=(
            (verbs.Edit.name, _("Edit"), True),
            (verbs.Snooze.name, _("Snooze"), False),
            (verbs.Cancel.name, _("Cancel task"), True),
            (verbs.Delete.name, _("Delete"), True),
            (verbs.Share.name, _("Copy link"), False),
        ),
    )
