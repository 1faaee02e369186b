"""The two of a link attempt in words: who they are, where, since when, and how much they have."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.people import describe
from bot.words import plural, say_date
from core.chat import Fact
from core.link import COUNTED
from core.offer import Side


def named(side: Side) -> str:
    """`Bob (@bob) on Slack, workspace Acme`."""
    place = f", workspace {side.workspace}" if side.workspace else ""
    return f"{describe(side.identity)}{place}"


def about(side: Side, now: datetime, zone: ZoneInfo) -> Fact:
    """`since Tue 24 Nov, 3 open tasks, 1 chat`, as its account."""
    began = say_date(side.since.astimezone(zone).date(), now.astimezone(zone).date())
    open_tasks = plural(side.open_tasks, "open task")
    return Fact(f"since {began}, {open_tasks}, {plural(side.chats, 'chat')}", "account")


def coming(side: Side) -> list[Fact]:
    """What goes along when this one joins another."""
    facts = []
    if side.chats > 1:
        facts.append(Fact(f"{side.chats} chats of yours will be connected to it."))
    if side.tasks:
        facts.append(Fact(f"I will ask you about your {tasks(side.tasks)}."))
    return facts


def tasks(count: int) -> str:
    """`1 task`, `more than 1,000 tasks`."""
    return f"more than {COUNTED:,} tasks" if count > COUNTED else plural(count, "task")
