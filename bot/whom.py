"""Who shall do a task: the people one knows, each a button; anybody else is mentioned in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.turn import Turn
from bot.words import cut
from core.acquainted import Known, acquainted
from core.chat import Button
from core.task import Ref
from core.work import Work

PAGE = 8
"""People on a page, beside oneself."""
_IN_A_ROW = 3
_NAME_SHOWN = 24
_MOST = 100
"""People to turn through."""


def people(work: Work, turn: Turn, ref: Ref, page: int) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons that give the task away, and that turn the page."""
    task = work.tasks.get(turn.actor, replace(ref, revision=0))
    known = acquainted(work, turn.identity, task, most=_MOST)
    last = max((len(known) - 1) // PAGE + 1, 1)
    page = max(1, min(page, last))
    shown = known[(page - 1) * PAGE : page * PAGE]
    names = _told_apart(known)
    row = [button(_("Me"), verbs.Assign(ref, "me"))] if page == 1 else []
    row += [button(names[each.account], verbs.Assign(ref, to=each.account)) for each in shown]
    if page == last and task.assignee:
        row.append(button(_("Nobody"), verbs.Assign(ref, "nobody")))
    turns = [(_("< Prev"), page - 1)] if page > 1 else []
    turns += [(_("Next >"), page + 1)] if page < last else []
    turning = tuple(button(label, verbs.Assign(ref, page=to)) for label, to in turns)
    starts = range(0, len(row), _IN_A_ROW)
    rows = [tuple(row[start : start + _IN_A_ROW]) for start in starts]
    return (*rows, turning) if turning else tuple(rows)


def _told_apart(known: list[Known]) -> dict[int, str]:
    """The names, with the handles of those who share one."""
    times = Counter(each.name for each in known)
    return {
        each.account: f"{cut(each.name, _NAME_SHOWN)} @{each.handle}"
        if times[each.name] > 1 and each.handle
        else cut(each.name, _NAME_SHOWN)
        for each in known
    }
