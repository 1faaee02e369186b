"""The two of a link attempt in words: who they are, where, since when, and how much they have."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.language import _, ngettext
from bot.people import describe
from bot.words import number, say_date
from core.chat import Fact
from core.link import COUNTED
from core.offer import Side


def named(side: Side) -> str:
    """`Bob (@bob) on Slack, workspace Acme`."""
    who = describe(side.identity)
    if not side.workspace:
        return who
    return _("{who}, workspace {name}", who=who, name=side.workspace)


def about(side: Side, now: datetime, zone: ZoneInfo) -> Fact:
    """`since Tue 24 Nov, 3 open tasks, 1 chat`, as its account."""
    since = say_date(side.since.astimezone(zone).date(), now.astimezone(zone).date())
    parts = (
        _("since {day}", day=since),
        ngettext("{n} open task", "{n} open tasks", side.open_tasks),
        ngettext("{n} chat", "{n} chats", side.chats),
    )
    return Fact(", ".join(parts), _("account"))


def coming(side: Side) -> list[Fact]:
    """What goes along when this one joins another."""
    facts = []
    if side.chats > 1:
        facts.append(Fact(_("{n} chats of yours will be connected to it.", n=side.chats)))
    if side.tasks > COUNTED:
        many = number(COUNTED)
        facts.append(Fact(_("I will ask you about your more than {count} tasks.", count=many)))
    elif side.tasks:
        asked = ngettext(
            "I will ask you about your {n} task.",
            "I will ask you about your {n} tasks.",
            side.tasks,
        )
        facts.append(Fact(asked))
    return facts


def tasks(count: int) -> str:
    """`1 task`, `more than 1,000 tasks`."""
    if count > COUNTED:
        return _("more than {count} tasks", count=number(COUNTED))
    return ngettext("{n} task", "{n} tasks", count)
