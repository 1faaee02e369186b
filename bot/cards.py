"""How a task is shown: the card, its menus, and rows of lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot import verbs
from bot.card_facts import facts, state
from bot.grammar import Command, button_line
from bot.turn import Turn
from bot.words import cut, say_due
from core.chat import Audience, Button, Card, Item, Link, Reply, Style
from core.identity import Account
from core.task import Priority, Ref, Status, Task

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


def item(task: Task, now: datetime, today: date, place: int) -> Item:
    """A row of a list."""
    details = []
    if task.overdue(now):
        details.append(f"overdue since {say_due(task.due, today)}" if task.due else "overdue")
    elif task.due is not None:
        details.append(say_due(task.due, today))
    if task.status is not Status.PENDING:
        details.append(state(task, now).lower())
    if task.priority is not Priority.MEDIUM:
        details.append(task.priority.value)
    if task.category:
        details.append(f"#{task.category}")
    if task.assignee is not None:
        details.append(f"@{cut(task.assignee_name, 20)}")
    return Item(named(task), " - ".join(details), button(str(place), opens(task)))


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
        row.append(button("Done", verbs.Done((seen,)), Style.PRIMARY))
        if shared and task.assignee is None:
            row.append(button("Claim", verbs.Claim(seen)))
        if mine:
            row.append(button("Due", verbs.Due(seen)))
            row.append(button("Edit", verbs.Edit(seen)))
    elif not change:
        row.append(button("Reopen", verbs.Reopen((seen,))))
        if mine:
            row.append(button("More", verbs.More(seen)))
    if change:
        row.append(button("Undo", verbs.Undo(change)))
    return tuple(row)


def _second_row(task: Task, *, mine: bool, shared: bool) -> Row:
    seen = ref(task)
    snooze = () if shared else (button("Snooze", verbs.Snooze(Ref(public_id=task.public_id))),)
    if mine:
        return button("Assign", verbs.Assign(seen)), *snooze, button("More", verbs.More(seen))
    return *_start(task), *snooze, button("Decline", verbs.Decline(seen))


def _start(task: Task) -> Row:
    pending = task.status is Status.PENDING
    return (button("Start", verbs.Begin(ref(task))),) if pending else ()


def more(turn: Turn, task: Task) -> Reply:
    """The card with its second menu."""
    reply = turn_card(turn, task)
    work = list(_start(task))
    if task.status.open:
        work.append(button("Cancel task", verbs.Cancel((ref(task),))))
    work.append(button("Delete", verbs.Delete(ref(task)), Style.DANGER))
    return replace(reply, buttons=(tuple(work), (button("Back", opens(task)),)))


def opens(task: Task) -> verbs.Show:
    """To the card, as it is."""
    return verbs.Show(Ref(public_id=task.public_id))
