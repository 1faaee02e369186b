"""Those buttons of a card that are menus where the platform has menus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot import verbs
from bot.grammar import button_line
from bot.language import _, spoken
from bot.quickadd.clock import EVENING, MORNING
from core.chat import Button, Menu
from core.task import Ref


def due_menu(seen: Ref) -> Menu:
    """When the task is due: the usual times (`product.md` 1.4), in words that mean what they say on
    the day they are chosen, since a card stays in the chat."""
    line, words = button_line(verbs.Due(seen)), _words(spoken())
    times = [Button(label, f"{line} {said}") for label, said in words.times]
    day = f"{line.replace(verbs.Due.name, verbs.Pick.name, 1)} {verbs.Picked.DUE}"
    pick = Button(words.pick, day)
    return Menu(words.due, line, options=(*times, pick, Button(words.none, f"{line} none")))


def more_menu(seen: Ref, *, shared: bool) -> Menu:
    """What else can be done with an open task. `shared`: in a group, where nobody snoozes."""
    line, words = button_line(verbs.More(seen)), _words(spoken())
    as_drawn = line.removeprefix(verbs.More.name)
    as_it_is = f" t:{seen.public_id}"
    options = [
        Button(label, f"{verb}{as_drawn if drawn else as_it_is}")
        for verb, label, drawn in words.others
        if not (shared and verb == verbs.Snooze.name)
    ]
    return Menu(words.more, line, options=tuple(options), beside=True)


@dataclass(frozen=True, slots=True)
class _Words:
    """All labels of the menus. A card is drawn often, and they are always the same."""

    due: str
    times: tuple[tuple[str, str], ...]
    """A label, and what it says behind `due`."""
    pick: str
    none: str
    more: str
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
            (_("Today"), "today"),
            (_("Tomorrow"), "tomorrow"),
            (_("Next Mon"), "next mon"),
        ),
        pick=_("Pick a day"),
        none=_("No date"),
        more=_("More"),
        others=(
            (verbs.Edit.name, _("Edit"), True),
            (verbs.Snooze.name, _("Snooze"), False),
            (verbs.Cancel.name, _("Cancel task"), True),
            (verbs.Delete.name, _("Delete"), True),
            (verbs.Share.name, _("Copy link"), False),
        ),
    )
