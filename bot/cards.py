"""How a task is shown: the card, its menus, and rows of lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot import verbs
from bot.card_facts import facts, row_priority, row_state, said_labels, with_whom
from bot.grammar import Command, button_line, line_about
from bot.language import _
from bot.rule_words import say_rule
from bot.turn import Turn
from bot.words import cut, say_due
from core.chat import Audience, Button, Card, Item, Link, Reply, Style
from core.identity import Account
from core.task import Offer, Ref, Status, Task

TITLE_SHOWN = 300
"""Characters of a title on a card; the rest follows in the description's place."""
ROW_SHOWN = 80
"""Characters of a title in a list."""


def button(label: str, command: Command, style: Style = Style.PLAIN) -> Button:
    """A button for a command."""
    return Button(label, button_line(command), style)


def task_button(label: str, kind: type[Command], task: Ref, style: Style = Style.PLAIN) -> Button:
    """A button for a command that names a task, and says nothing more."""
    return Button(label, line_about(kind, task), style)


def ref(task: Task) -> Ref:
    """How a button names a task: as it is drawn."""
    return Ref(public_id=task.public_id, revision=task.revision)


def named(task: Task, *, most: int = ROW_SHOWN) -> str:
    """`#42 Buy milk`: the number is the reader's own, so a group sees none."""
    title = cut(task.title, most)
    return f"#{task.number} {title}" if task.number else title


def item(
    task: Task, now: datetime, today: date, place: int, *, zone: str = "", reader: int = 0
) -> Item:
    """A row of a list. `zone`: the reader's, which is not said again in each row; `reader`: the
    account of whoever reads it alone."""
    details = _when(task, now, today, zone)
    details += row_state(task) + row_priority(task)
    if task.category:
        details.append(f"#{task.category}")
    if task.labels:
        details.append(said_labels(task))
    if task.assignee is not None:
        cropped = replace(task, assignee_name=cut(task.assignee_name, 20))
        details.append(with_whom(cropped, reader))
    return Item(named(task), " - ".join(details), button(str(place), opens(task)))


def row_of(turn: Turn, task: Task, place: int) -> Item:
    """A row of somebody's own list."""
    reader = turn.account
    return item(task, turn.now, turn.today, place, zone=reader.local, reader=reader.id)


def _when(task: Task, now: datetime, today: date, zone: str) -> list[str]:
    """When a row is due, and how often."""
    due = [say_due(task.due, today, here=zone)] if task.due else []
    if task.due and task.overdue(now):
        due = [_("overdue since {day}", day=due[0])]
    return due + ([say_rule(task.rule, today)] if task.rule else [])


def snapshot(task: Task) -> Card:
    """What makes a reply the live card of a task."""
    return Card(task.public_id, task.revision)


Row = tuple[Button | Link, ...]


def card(
    task: Task,
    reader: Account,
    now: datetime,
    *,
    shared: bool = False,
    said: str = "",
    change: int = 0,
    below: Row = (),
    audience: Audience = Audience.HERE,
    added: bool = False,
) -> Reply:
    """The live card of a task. `shared`: everybody in a group reads it, so it shows no numbers and
    offers to claim. `change`: what an Undo button takes back. `below`: one more row of buttons.
    `audience`: for whom it is. `added`: it says that the task was, just now."""
    title = named(replace(task, number=0) if shared else task, most=TITLE_SHOWN)
    mine = shared or reader.id == task.owner
    rows = [_first_row(task, shared=shared, mine=mine, change=change)]
    if task.status.open:
        rows.append(_second_row(task, mine=mine, shared=shared))
        rows.insert(len(rows) if shared else 0, _answers(task, reader, shared=shared))
    return Reply(
        text=said,
        title=title,
        struck=not task.status.open,
        facts=facts(task, now, reader, shared=shared),
        buttons=tuple(row for row in (*rows, below) if row),
        card=snapshot(task),
        audience=audience,
        headline=_("Added {task}", task=title) if added else "",
    )


def turn_card(
    turn: Turn,
    task: Task,
    *,
    said: str = "",
    change: int = 0,
    below: Row = (),
    added: bool = False,
) -> Reply:
    """The card in answer to somebody; private where others of the chat may not read it."""
    return card(
        task,
        turn.account,
        turn.now,
        shared=turn.belongs_here(task),
        said=said,
        change=change,
        below=below,
        audience=turn.audience(task),
        added=added,
    )


def _first_row(task: Task, *, shared: bool, mine: bool, change: int) -> Row:
    row: list[Button] = []
    seen = ref(task)
    if task.status.open:
        row.append(task_button(_("Done"), verbs.Done, seen, Style.PRIMARY))
        if shared and (task.assignee is None or task.offer is Offer.LEFT):
            row.append(task_button(_("Claim"), verbs.Claim, seen))
        if mine:
            row.append(task_button(_("Due"), verbs.Due, seen))
            row.append(task_button(_("Edit"), verbs.Edit, seen))
    elif not change:
        row.append(task_button(_("Reopen"), verbs.Reopen, seen))
        if mine:
            row.append(task_button(_("More"), verbs.More, seen))
    if change:
        row.append(button(_("Undo"), verbs.Undo(change)))
    return tuple(row)


def _second_row(task: Task, *, mine: bool, shared: bool) -> Row:
    seen = ref(task)
    snooze = (
        () if shared else (task_button(_("Snooze"), verbs.Snooze, Ref(public_id=task.public_id)),)
    )
    if mine:
        more = task_button(_("More"), verbs.More, seen)
        return task_button(_("Assign"), verbs.Assign, seen), *snooze, *_notes(task), more
    give_back = (
        () if task.offer is Offer.OFFERED else (task_button(_("Decline"), verbs.Decline, seen),)
    )
    note = task_button(_("Note"), verbs.Note, Ref(public_id=task.public_id))
    return *start(task), *snooze, *give_back, *(_notes(task) or (note,))


def _notes(task: Task) -> Row:
    """To what was noted, and from there to another note."""
    return (
        (task_button(_("Notes"), verbs.Notes, Ref(public_id=task.public_id)),) if task.notes else ()
    )


def _answers(task: Task, reader: Account, *, shared: bool) -> Row:
    """What whoever was asked to do the task may say; in a group everybody sees it."""
    if task.offer is not Offer.OFFERED or not (shared or reader.id == task.assignee):
        return ()
    style = Style.PLAIN if shared else Style.PRIMARY
    return (
        task_button(_("Accept"), verbs.Accept, ref(task), style),
        task_button(_("Decline"), verbs.Decline, ref(task)),
    )


def start(task: Task) -> Row:
    pending = task.status is Status.PENDING
    return (task_button(_("Start"), verbs.Begin, ref(task)),) if pending else ()


def opens(task: Task) -> verbs.Show:
    """To the card, as it is."""
    return verbs.Show(Ref(public_id=task.public_id))
