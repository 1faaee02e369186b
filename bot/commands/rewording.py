"""Somebody edited the message in which they said a task: it says so now.

Only what differs between the words as they were and as they are is changed, so that what was set
with a button meanwhile stays."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any

from bot import verbs
from bot.cards import named, turn_card
from bot.commands.adding import read_draft, wholes
from bot.kept import quotes_code
from bot.language import _
from bot.new_lists import others, still_offered, unlisted
from bot.outcomes import undo_row, which_date
from bot.quickadd import Understood
from bot.quoting import only_says_more, quoting, remember
from bot.turn import Turn, commands
from core.chat import Kind, Reply
from core.errors import NoSuchTask, NotAllowed
from core.sources import Made
from core.task import Draft, Ref, Task
from core.work import Work


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the message as it reads now."""

    text: str
    made: Made | None
    """What was made of it, or of the line that stood in its place; None for one that is new."""


@commands.on(verbs.Reword, hidden=True, outside=True)
def reword(work: Work, turn: Turn, command: verbs.Reword) -> Reply:
    inbound = turn.inbound
    if not inbound.edited:
        return Reply(text=_("Edit the message in which you said a task, and the task follows."))
    known = work.sources.lines(turn.account.id, turn.chat.id, inbound.said)
    text = _said(turn, command.text)
    if not _is_followed(known) or not text or quotes_code(text):
        return Reply()  # no task was made of it, or what it says now makes none
    said, left = _lined_up(known, wholes(text))
    if len(said) == 1 and said[0].made is not None and not left:
        return _one(work, turn, said[0].made, said[0].text)
    return _several(work, turn, said, left)


def _said(turn: Turn, text: str) -> str:
    """The message as it reads now, with what it replies to. Where that is gone, what only says more
    of it says nothing: it would become the title."""
    of_another = turn.inbound.kind is not Kind.TEXT and turn.inbound.quoted is None
    if of_another and only_says_more(turn, text):
        return ""
    return quoting(turn, verbs.Add(text)).text.strip()


def _is_followed(known: Sequence[Made]) -> bool:
    """Whether there is a task of it still, and its words, without which nobody can tell what an
    edit changes."""
    left = [each for each in known if not each.gone]
    return bool(left) and all(each.text for each in left)


def _lined_up(known: Sequence[Made], said: Sequence[str]) -> tuple[list[_Line], list[Made]]:
    """The lines with what each stands for; and what is left over, whose lines are gone. Those that
    read as before are found first, the others succeed each other in their order. A line whose task
    is gone has its place as long as there may be one for it: it comes back as nobody's."""
    left, same = list(known), []
    for text in said:
        before = next((each for each in left if each.text == text), None)
        if before is not None:
            left.remove(before)
        same.append(before)
    spare = max(len(left) - same.count(None), 0)
    for each in [each for each in left if each.gone][:spare]:
        left.remove(each)
    lines = [
        _Line(text, before or (left.pop(0) if left else None))
        for text, before in zip(said, same, strict=True)
    ]
    return lines, left


def _one(work: Work, turn: Turn, made: Made, text: str) -> Reply:
    """The task's card is redrawn where it stands; without one, or where the date has to be asked
    for, it is a new message."""
    found = _change(work, turn, made, text, offers=True)
    if found is None:
        return Reply()
    task, said = found
    _keep(work, turn, [(task.id, text)])
    if said.ambiguity and text != made.text and task.due is None:
        return which_date(turn, task, said.ambiguity, saved=_("Which one is meant?"))
    if not work.tasks.change:
        return Reply()
    told = _("Changed, as your message was.")
    shown = turn_card(turn, task, said=told, change=work.tasks.change)
    shown = still_offered(work, shown, task) if turn.private else shown
    return replace(shown, replaces=_card_here(work, turn, made), silent=True)


def _several(work: Work, turn: Turn, said: Sequence[_Line], left: Sequence[Made]) -> Reply:
    kept: list[tuple[int, str]] = []
    told: list[str] = []
    for line in said:
        made, task = line.made, _written(work, turn, line)
        if task is not None:
            kept.append((task.id, line.text))
            name = _named(turn, task)
            told.append(_("Changed: {task}", task=name) if made else _("Added: {task}", task=name))
        elif made is not None:
            kept.append((made.row, made.text))
    _keep(work, turn, kept)
    told += _left(work, turn, left)
    return Reply(text="\n".join(told), buttons=undo_row(work)) if told else Reply()


def _written(work: Work, turn: Turn, line: _Line) -> Task | None:
    """The task of a line that is new, or reads otherwise than before. None where it stays."""
    if line.made is None:
        return work.tasks.add(turn.actor, read_draft(work, turn, line.text)[1])
    if line.made.gone or line.made.text == line.text:
        return None
    found = _change(work, turn, line.made, line.text)
    return found[0] if found else None


def _left(work: Work, turn: Turn, left: Sequence[Made]) -> list[str]:
    """What an edit took out of the message is no less to be done."""
    told = []
    for each in left:
        with suppress(NoSuchTask):
            task = work.tasks.get(turn.actor, Ref(public_id=each.task))
            told.append(_("Stays as it is: {task}", task=_named(turn, task)))
    return told


def _change(
    work: Work, turn: Turn, made: Made, text: str, *, offers: bool = False
) -> tuple[Task, Understood] | None:
    """The task as the words are now, and how they were read. None where it is not theirs to
    change any more. `offers`: a list that is new is offered, as where a line is typed."""
    was, (said, now) = read_draft(work, turn, made.text)[1], read_draft(work, turn, text)
    if offers and others(work, turn, said) is not None:
        now = unlisted(now)
    ref = Ref(public_id=made.task)
    try:
        with work.savepoint():
            was = _as_made(was, work.tasks.get(turn.actor, ref))
            values = _differences(was, now)
            if "rule" in values:
                values["due"] = now.due  # a rule counts from its first time
            card = _card_here(work, turn, made)
            actor = replace(turn.actor, replaces=card)
            return work.tasks.update(actor, ref, values), said
    except (NoSuchTask, NotAllowed):
        return None


def _as_made(was: Draft, task: Task) -> Draft:
    """What was made of the old words: their list may have been offered, and not been taken."""
    offered = unlisted(was)
    return offered if was.category and task.title == offered.title else was


def _differences(was: Draft, now: Draft) -> dict[str, Any]:
    names = [each.name for each in fields(Draft)]
    return {name: getattr(now, name) for name in names if getattr(now, name) != getattr(was, name)}


def _keep(work: Work, turn: Turn, kept: Sequence[tuple[int, str]]) -> None:
    """The message's words, in place of those it had."""
    work.sources.drop(turn.account.id, turn.chat.id, turn.inbound.said)
    remember(work, turn, kept)


def _card_here(work: Work, turn: Turn, made: Made) -> str:
    """The message that shows the task in this chat, or empty."""
    card = work.cards.find(made.row, turn.chat.id)
    return card.message if card else ""


def _named(turn: Turn, task: Task) -> str:
    """In a group nobody's numbers are shown."""
    return named(task if turn.private else replace(task, number=0))
