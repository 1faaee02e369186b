"""A digest, and when it comes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot import verbs
from bot.cards import button, item
from bot.fewer import fewer
from bot.language import N_, _, ngettext
from bot.words import say_date, wait_in_words
from core.chat import Audience, Button, Reply
from core.digests import Days, Rule
from core.identity import Account
from core.overview import Overview, Part, group_overview, overview
from core.work import Work

LATE = timedelta(minutes=30)
"""A digest that comes later than this says so."""
DAYS = {
    Days.DAILY: N_("every day"),
    Days.WEEKDAYS: N_("weekdays"),
    Days.MON: N_("Mondays"),
    Days.TUE: N_("Tuesdays"),
    Days.WED: N_("Wednesdays"),
    Days.THU: N_("Thursdays"),
    Days.FRI: N_("Fridays"),
    Days.SAT: N_("Saturdays"),
    Days.SUN: N_("Sundays"),
}


def say_rule(rule: Rule | None) -> str:
    """`weekdays 08:30`, or `off`."""
    return f"{_(DAYS[rule.days])} {rule.wall:%H:%M}" if rule else _("off")


def digest_of(work: Work, reader: Account, late: timedelta = timedelta()) -> Reply | None:
    """What there is to do now, without a sound; None when that is nothing."""
    found = overview(work, reader.id, reader.local)
    if found.empty:
        return None
    ways = Button(_("All tasks"), "list"), button(_("Digest"), verbs.Digest())
    buttons = (*ways, fewer(verbs.About.DIGESTS))
    shown = _shown(work, found, reader.local, late, reader=reader.id)
    return replace(shown, buttons=(buttons,))


def group_digest_of(
    work: Work, chat: int, zone: str, late: timedelta = timedelta()
) -> Reply | None:
    """The same of a group, as everybody there reads it: without numbers, which are each person's
    own, and without buttons of what they open, which would replace it for all."""
    found = group_overview(work, chat, zone)
    if found.empty:
        return None
    shown = _shown(work, found, zone, late)
    rows = tuple(replace(each, button=None) for each in shown.items)
    less = button(_("Fewer of these"), verbs.GroupDigest("fewer"))
    ways = (button(_("Digest"), verbs.GroupDigest()), less)
    return replace(shown, items=rows, buttons=(ways,))


def _shown(work: Work, found: Overview, here: str, late: timedelta, *, reader: int = 0) -> Reply:
    """`here`: the zone, which is not said again in each row; empty where it is not known.
    `reader`: the account of whoever reads it alone."""
    today = work.now.astimezone(ZoneInfo(here or "UTC")).date()
    places = count(1)
    rows = [
        item(task, work.now, today, next(places), zone=here, reader=reader)
        for part in (found.overdue, found.today, found.undated)
        for task in part.tasks
    ]
    text = list(_more(found))
    if late >= LATE:
        minutes = timedelta(minutes=late // timedelta(minutes=1))
        text.append(_("This digest is late by {wait}.", wait=wait_in_words(minutes)))
    return Reply(
        title=_("{day}: {counts}", day=say_date(today, today, near=False), counts=_counts(found)),
        text=" ".join(text),
        items=tuple(rows),
        audience=Audience.HERE,
        silent=True,
    )


def _counts(found: Overview) -> str:
    """`2 overdue, 3 due today, 5 without a date`."""
    said = []
    if found.overdue.total:
        said.append(ngettext("{n} overdue", "{n} overdue", found.overdue.total))
    if found.today.total:
        said.append(ngettext("{n} due today", "{n} due today", found.today.total))
    if found.undated.total:
        said.append(ngettext("{n} without a date", "{n} without a date", found.undated.total))
    return ", ".join(said)


def _more(found: Overview) -> Iterator[str]:
    """What is not shown, counted."""
    hidden = sum(map(_hidden, (found.overdue, found.today, found.undated)))
    if hidden:
        yield ngettext("{n} more is not shown.", "{n} more are not shown.", hidden)
    if found.later:
        yield ngettext("{n} more is due later.", "{n} more are due later.", found.later)


def _hidden(part: Part) -> int:
    return part.total - len(part.tasks)
