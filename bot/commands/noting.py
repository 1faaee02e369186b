"""Notes on a task: add one, read them."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, named, opens, turn_card
from bot.grammar import to_line
from bot.language import N_, _, pgettext
from bot.outcomes import outcome
from bot.picking import meant, pick
from bot.turn import Turn, commands
from bot.words import cut, say_instant
from core.chat import Button, Form, Input, Item, Kind, Question, Reply
from core.notes import NOTE_LIMIT, Note
from core.rights import Right
from core.task import Ref, Task
from core.work import Work

SHOWN = 5
"""Notes on a page."""
LENGTH_SHOWN = 500
"""Characters of each; all of them are in an export."""


@commands.on(verbs.Note, usage=N_("42 from the corner shop"))
def note(work: Work, turn: Turn, command: verbs.Note) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Note, _("A note on which one?"))
    text = command.text.strip()
    if not text:
        return Reply(form=_form(work.tasks.get(turn.actor, found, Right.WORK)))
    return _noted(work, turn, work.notes.add(turn.actor, found, text))


def _form(task: Task) -> Form:
    asked = Question("text", _("Note"), Input.TEXT, required=True, max_length=NOTE_LIMIT)
    line = to_line(verbs.Note(Ref(public_id=task.public_id)))
    return Form(line, _("Note"), (asked,), submit=_("Add"))


def _noted(work: Work, turn: Turn, task: Task) -> Reply:
    """What is written below a card is not answered by another one: the card says how many notes
    there are, and in a group that is enough."""
    kind = turn.inbound.kind
    if kind is Kind.TEXT and not turn.private:
        return Reply()
    if turn.pressed:
        return outcome(work, turn, task, _("Noted."))
    seen = Ref(public_id=task.public_id)
    row = (
        button(_("Undo"), verbs.Undo(work.tasks.change)),
        button(_("Notes"), verbs.Notes(seen)),
        button(pgettext("verb", "Open"), opens(task)),
    )
    return Reply(text=_("Noted: {task}", task=named(task)), buttons=(row,))


@commands.on(verbs.Notes, usage="42")
def notes(work: Work, turn: Turn, command: verbs.Notes) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Notes, _("The notes of which one?"))
    task = work.tasks.get(turn.actor, found)
    page = work.notes.page(task, below=command.below or 0, most=SHOWN)
    if not page:
        return turn_card(turn, task, said=_("No notes yet."))
    shown = turn_card(turn, task)
    items = tuple(_item(turn, each) for each in page)
    return replace(shown, items=items, buttons=_buttons(task, page[-1].place))


def _item(turn: Turn, written: Note) -> Item:
    at = say_instant(written.made_at.astimezone(turn.account.zone), turn.today)
    text = cut(written.text, LENGTH_SHOWN) or _("(removed)")
    return Item(text, f"{written.author}, {at}" if written.author else at)


def _buttons(task: Task, last: int) -> tuple[tuple[Button, ...], ...]:
    seen = Ref(public_id=task.public_id)
    older = (button(_("Older"), verbs.Notes(seen, below=last)),) if last > 1 else ()
    return ((*older, button(_("Note"), verbs.Note(seen)), button(_("Back"), opens(task))),)
