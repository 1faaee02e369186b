"""What somebody's Home tab says: their tasks by when they are due, what they did today, and what
else is theirs. How it is drawn, and how much of it fits, is the platform's business."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from bot import verbs
from bot.cards import button, item, named, opens, ref
from bot.grammar import button_line
from bot.home_account import around
from bot.language import N_, _, ngettext, pgettext
from core import agenda
from core.agenda import Ahead, LastChange
from core.chat import Button, Check, Fact, Hint, Home, Item, Reply, Style
from core.identity import Account, Identity
from core.task import Offer, Ref, Task
from core.work import Work

PAGE = 30
"""Tasks on the tab at once."""
DONE_SHOWN = 10
"""Of today's, the latest."""
EXAMPLE = N_("Buy milk tomorrow 5pm #home")

OVERDUE, TODAY, WEEK, LATER, UNDATED = (
    N_("Overdue"),
    N_("Today"),
    N_("Next 7 days"),
    N_("Later"),
    N_("No date"),
)


def on_tab(parts: tuple[Reply, ...], identity: int, version: int = 0) -> Home:
    """What a tab shows; a drawing without a version is not counted."""
    return Home(parts, identity, version, rest=_("The rest does not fit here."))


def home(work: Work, reader: Account, identity: Identity, page: int = 1) -> tuple[Reply, ...]:
    """The parts of the tab, from the top. `page`: of the open tasks, from 1."""
    if not agenda.had_any(work, reader.id):
        return (_first(reader),)
    found = agenda.ahead(work, reader.id, skip=(page - 1) * PAGE, most=PAGE)
    if not found.tasks and page > 1:
        return home(work, reader, identity)
    last = agenda.last_change(work, reader.id)
    return (
        _top(found),
        *_sections(work, reader, found),
        *_pages(found, page),
        *_done(work, reader, last),
        *around(work, reader, identity),
        _help(),
    )


def _first(reader: Account) -> Reply:
    """Three lines, one button, one example (`product.md` 1.5)."""
    lines = (
        _("I keep your tasks, and tell the people they concern."),
        _("Press the button, or write a line under Messages: it becomes a task."),
        _("Date, list and person are read from the line. This one would be:"),
    )
    return Reply(
        title=_("Welcome, {name}", name=reader.name),
        text="\n".join(lines),
        items=(Item(_(EXAMPLE), _("Buy milk - due tomorrow 17:00 - #home")),),
        buttons=((button(_("New task"), verbs.Add(), Style.PRIMARY),),),
    )


def _top(found: Ahead) -> Reply:
    return Reply(
        title=_counted(found),
        text="" if found.total else _("Nothing is open. Enjoy it, or add something."),
        buttons=(
            (
                button(_("New task"), verbs.Add(), Style.PRIMARY),
                button(_("Filter"), verbs.Narrow()),
            ),
        ),
    )


def _counted(found: Ahead) -> str:
    """`7 open, 2 overdue`."""
    tasks = ngettext("{n} open task", "{n} open tasks", found.total)
    if not found.late:
        return tasks
    return _("{tasks}, {n} overdue", tasks=tasks, n=found.late)


def _sections(work: Work, reader: Account, found: Ahead) -> list[Reply]:
    today = work.now.astimezone(reader.zone).date()
    sections: dict[str, list[Item]] = {}
    for task in found.tasks:
        shown = item(task, work.now, today, 0, zone=reader.local, reader=reader.id)
        row = replace(shown, button=None, check=_check(task), menu=_menu(task, reader))
        sections.setdefault(_when(task, work.now, reader), []).append(row)
    return [Reply(title=_(name), items=tuple(rows)) for name, rows in sections.items()]


def _when(task: Task, now: datetime, reader: Account) -> str:
    """Under which heading a task stands."""
    if task.overdue(now):
        return OVERDUE
    if task.due is None:
        return UNDATED
    day = task.due.on if task.due.time is None else task.due.instant.astimezone(reader.zone).date()
    ahead = (day - now.astimezone(reader.zone).date()).days
    if ahead <= 0:
        return TODAY
    return WEEK if ahead <= 7 else LATER


def _check(task: Task) -> Check:
    return Check(
        on=button_line(verbs.Done((ref(task),))),
        off=button_line(verbs.Reopen((Ref(public_id=task.public_id),))),
    )


def _menu(task: Task, reader: Account) -> tuple[Button, ...]:
    """At most five, as many as Slack's menu has room for."""
    mine = task.owner == reader.id
    snooze = button(_("Snooze"), verbs.Snooze(Ref(public_id=task.public_id)))
    if not mine:
        asked = task.offer is Offer.OFFERED
        accept = (button(_("Accept"), verbs.Accept(ref(task))),) if asked else ()
        decline = button(_("Decline"), verbs.Decline(ref(task)))
        return button(pgettext("verb", "Open"), opens(task)), *accept, decline, snooze
    return (
        button(pgettext("verb", "Open"), opens(task)),
        button(_("Edit"), verbs.Edit(ref(task))),
        snooze,
        button(_("Cancel task"), verbs.Cancel((ref(task),))),
        button(_("Delete"), verbs.Delete((ref(task),))),
    )


def _pages(found: Ahead, page: int) -> list[Reply]:
    first, last = (page - 1) * PAGE + 1, (page - 1) * PAGE + len(found.tasks)
    row = []
    if page > 1:
        row.append(button(_("< Prev"), verbs.Home(page=page - 1)))
    if found.total > last:
        row.append(button(_("Next >"), verbs.Home(page=page + 1)))
    if not row:
        return []
    where = _("{first}-{last} of {total}", first=first, last=last, total=found.total)
    return [Reply(facts=(Fact(where),), buttons=(tuple(row),))]


def _done(work: Work, reader: Account, last: LastChange) -> list[Reply]:
    """What they completed today, each with a way back."""
    today = work.now.astimezone(reader.zone).date()
    since = datetime.combine(today, time(0), reader.zone)
    found = agenda.did(work, reader.id, since, most=DONE_SHOWN)
    if not found.tasks:
        return []
    more = found.total - len(found.tasks)
    rest = (Fact(ngettext("and {n} more", "and {n} more", more)),) if more else ()
    rows = tuple(_was_done(each, reader, last) for each in found.tasks)
    return [Reply(title=_("Done today"), facts=rest, items=rows)]


def _was_done(task: Task, reader: Account, last: LastChange) -> Item:
    at = task.completed_at
    said = _("done at {clock}", clock=f"{at.astimezone(reader.zone):%H:%M}") if at else ""
    back = button(_("Reopen"), verbs.Reopen((Ref(public_id=task.public_id),)))
    if task.id in last.tasks:
        back = button(_("Undo"), verbs.Undo(last.id))
    return Item(named(task), said, back)


def _help() -> Reply:
    return Reply(
        title=_("Help"),
        hints=(
            Hint(f"add {_(EXAMPLE)}", _("add a task anywhere")),
            Hint("list overdue", _("see some of them")),
            Hint("help", _("everything else")),
        ),
        buttons=((button(_("Help"), verbs.Help()),),),
    )
