"""How a task is shown: the card, its menus, and rows of lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot import verbs
from bot.card_facts import facts, row_priority, row_state, said_labels, with_whom
from bot.grammar import Command, button_line
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


def ref(task: Task) -> Ref:
    """How a button names a task: as it is drawn."""
    return Ref(public_id=task.public_id, revision=task.revision)


def named(task: Task, *, most: int = ROW_SHOWN) -> str:
    """`#42 Buy milk`: the number is the reader's own, so a group sees none."""
    title = cut(task.title, most)
    return f"#{task.number} {title}" if task.number else title


def item(task: Task, now: datetime, today: date, place: int, *, zone: str = "") -> Item:
    """A row of a list. `zone`: the reader's, which is not said again in each row."""
    details = _when(task, now, today, zone)
    details += row_state(task) + row_priority(task)
    if task.category:
        details.append(f"#{task.category}")
    if task.labels:
        details.append(said_labels(task))
    if task.assignee is not None:
        details.append(with_whom(replace(task, assignee_name=cut(task.assignee_name, 20))))
    return Item(named(task), " - ".join(details), button(str(place), opens(task)))


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
    audience: Audience = Audience.HERE,
) -> Reply:
    """The live card of a task. `shared`: everybody in a group reads it, so it shows no numbers and
    offers to claim. `change`: what an Undo button takes back. `audience`: for whom it is."""
    seen = replace(task, number=0) if shared else task
    mine = shared or reader.id == task.owner
    rows = [_first_row(task, shared=shared, mine=mine, change=change)]
    if task.status.open:
        rows.append(_second_row(task, mine=mine, shared=shared))
        rows.insert(len(rows) if shared else 0, _answers(task, reader, shared=shared))
    return Reply(
        text=said,
        title=named(seen, most=TITLE_SHOWN),
        struck=not task.status.open,
        facts=facts(task, now, reader, shared=shared),
        buttons=tuple(row for row in rows if row),
        card=snapshot(task),
        audience=audience,
    )


def turn_card(turn: Turn, task: Task, *, said: str = "", change: int = 0) -> Reply:
    """The card in answer to somebody; private where others of the chat may not read it."""
    return card(
        task,
        turn.account,
        turn.now,
        shared=turn.belongs_here(task),
        said=said,
        change=change,
        audience=turn.audience(task),
    )


def _first_row(task: Task, *, shared: bool, mine: bool, change: int) -> Row:
    row: list[Button] = []
    seen = ref(task)
    if task.status.open:
        row.append(button(_("Done"), verbs.Done((seen,)), Style.PRIMARY))
        if shared and task.assignee is None:
            row.append(button(_("Claim"), verbs.Claim(seen)))
        if mine:
            row.append(button(_("Due"), verbs.Due(seen)))
            row.append(button(_("Edit"), verbs.Edit(seen)))
    elif not change:
        row.append(button(_("Reopen"), verbs.Reopen((seen,))))
        if mine:
            row.append(button(_("More"), verbs.More(seen)))
    if change:
        row.append(button(_("Undo"), verbs.Undo(change)))
    return tuple(row)


def _second_row(task: Task, *, mine: bool, shared: bool) -> Row:
    seen = ref(task)
    snooze = () if shared else (button(_("Snooze"), verbs.Snooze(Ref(public_id=task.public_id))),)
    if mine:
        more = button(_("More"), verbs.More(seen))
        return button(_("Assign"), verbs.Assign(seen)), *snooze, *_notes(task), more
    give_back = () if task.offer is Offer.OFFERED else (button(_("Decline"), verbs.Decline(seen)),)
    note = button(_("Note"), verbs.Note(Ref(public_id=task.public_id)))
    return *_start(task), *snooze, *give_back, *(_notes(task) or (note,))


def _notes(task: Task) -> Row:
    """To what was noted, and from there to another note."""
    return (button(_("Notes"), verbs.Notes(Ref(public_id=task.public_id))),) if task.notes else ()


def _answers(task: Task, reader: Account, *, shared: bool) -> Row:
    """What whoever was asked to do the task may say; in a group everybody sees it."""
    if task.offer is not Offer.OFFERED or not (shared or reader.id == task.assignee):
        return ()
    style = Style.PLAIN if shared else Style.PRIMARY
    return (
        button(_("Accept"), verbs.Accept(ref(task)), style),
        button(_("Decline"), verbs.Decline(ref(task))),
    )


def _start(task: Task) -> Row:
    pending = task.status is Status.PENDING
    return (button(_("Start"), verbs.Begin(ref(task))),) if pending else ()


def more(turn: Turn, task: Task) -> Reply:
    """The card with its second menu."""
    reply = turn_card(turn, task)
    work = list(_start(task))
    if task.status.open:
        work.append(button(_("Cancel task"), verbs.Cancel((ref(task),))))
    work.append(button(_("Delete"), verbs.Delete((ref(task),)), Style.DANGER))
    about = (
        button(_("Note"), verbs.Note(Ref(public_id=task.public_id))),
        button(_("Share"), verbs.Share(Ref(public_id=task.public_id))),
    )
    rows = (about, _again(turn, task), tuple(work), (button(_("Back"), opens(task)),))
    return replace(reply, buttons=tuple(row for row in rows if row))


def _again(turn: Turn, task: Task) -> Row:
    """How a task comes again, and how it reminds."""
    if not task.status.open:
        return ()
    seen, row = ref(task), []
    if turn.account.id == task.owner:
        row.append(button(_("Repeat"), verbs.Repeat(seen)))
        row += [button(_("Skip this time"), verbs.Skip(seen))] if task.rule else []
    if turn.account.id == (task.assignee or task.owner):
        row.append(button(_("Nag until done"), verbs.Nag(seen)))
    return tuple(row)


def opens(task: Task) -> verbs.Show:
    """To the card, as it is."""
    return verbs.Show(Ref(public_id=task.public_id))
