"""Make a task of a message that somebody points at: by a form that is filled in already, or at
once, with the question when to be reminded of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot import verbs
from bot.added import card_of
from bot.cards import button, turn_card
from bot.commands.adding import with_fields
from bot.forms import add_form
from bot.kept import quotes_code
from bot.language import _
from bot.quickadd import understand
from bot.quoting import notes_of
from bot.turn import Turn, commands
from bot.typed import context_of
from bot.words import cut
from core.chat import Button, Quoted, Reply
from core.cleaning import clean
from core.errors import NoSuchTask
from core.rights import Actor
from core.sources import NAME_LIMIT, Way
from core.task import TITLE_LIMIT, Draft, Ref, Task
from core.work import Work

_NUMBER = re.compile(r"#(\d{1,9})\b", re.ASCII)


@commands.on(verbs.Capture, hidden=True)
def capture(work: Work, turn: Turn, command: verbs.Capture) -> Reply:
    if command.title is not None:
        return _made(work, turn, command)
    quoted = turn.inbound.quoted
    source = quoted.message if quoted else command.source.strip()
    if not source or not (quoted or turn.inbound.forms):
        return Reply(text=_("Choose this in the menu of a message."))
    if quoted is not None and quotes_code(quoted.text):
        return _secret()
    if (task := _already(work, turn, source)) is not None:
        return _known(turn, task)
    if quoted is not None and not turn.inbound.forms:  # it waited, and a form can't be opened now
        task = work.tasks.add(_privately(turn), draft_of(quoted))
        _keep(work, turn, task, source)
        return card_of(turn, task, work.tasks.change)
    line = verbs.Capture(source=source)
    if quoted is not None:  # kept, since whoever opens the form later has no message to point at
        work.drafts.keep(turn.identity.id, _line(line), _answers(work, turn, quoted))
    return Reply(form=replace(add_form(), line=_line(line), title=_("Turn into task")))


def _made(work: Work, turn: Turn, command: verbs.Capture) -> Reply:
    draft = with_fields(work, turn, command, Draft(command.title or ""))
    task = work.tasks.add(_privately(turn), draft)
    _keep(work, turn, task, command.source.strip())
    return card_of(turn, task, work.tasks.change)


@commands.on(verbs.RemindAbout, hidden=True)
def remind_about(work: Work, turn: Turn, command: verbs.RemindAbout) -> Reply:
    quoted = turn.inbound.quoted
    if quoted is None:
        return Reply(text=_("Choose this in the menu of a message."))
    if quotes_code(quoted.text):
        return _secret()
    task, undo = _already(work, turn, quoted.message), list[Button]()
    if task is None:
        task = work.tasks.add(_privately(turn), draft_of(quoted))
        _keep(work, turn, task, quoted.message)
        undo.append(button(_("Undo"), verbs.Undo(work.tasks.change)))
    when = verbs.Snooze(Ref(public_id=task.public_id))
    asked = commands.of(when).handler(work, turn, when)
    rows = (*asked.buttons, tuple(undo)) if undo else asked.buttons
    return replace(asked, buttons=rows)


def draft_of(quoted: Quoted) -> Draft:
    """The task that a message becomes: its first line is the title, and if there is more, all of it
    is in the notes, with the way back to it. A message is prose, so nothing in it is a sign."""
    text = clean(quoted.text).strip()
    first, _end, more = text.partition("\n")
    title = " ".join(first.split())
    whole = bool(more) or len(title) > TITLE_LIMIT
    return Draft(
        cut(title, TITLE_LIMIT) or _("A message"),
        description=notes_of(quoted, whole=whole) or "",
    )


def _answers(work: Work, turn: Turn, quoted: Quoted) -> Mapping[str, str]:
    """What the form holds at first: a date, too, since it can be seen there and changed."""
    draft = draft_of(quoted)
    due = understand(draft.title, context_of(turn)).due
    return {
        "title": draft.title,
        "description": draft.description,
        "category": work.sources.last_list(turn.account.id, turn.chat.id),
        "due": due.on.isoformat() if due else "",
        "time": f"{due.time:%H:%M}" if due and due.time else "",
    }


def _already(work: Work, turn: Turn, message: str) -> Task | None:
    """The task that they made of it before, or that it shows."""
    made = work.sources.of(turn.account.id, turn.chat.id, message) if message else []
    named = Ref(public_id=made[0].task) if made else _shown(work, turn)
    try:
        return work.tasks.get(turn.actor, named) if named else None
    except NoSuchTask:  # deleted, or not theirs to see any more
        return None


def _shown(work: Work, turn: Turn) -> Ref | None:
    """The task that a message of our own shows: a live card's, or the one whose number is there."""
    ours, quoted = turn.inbound.replied, turn.inbound.quoted
    if not ours or quoted is None:
        return None
    if (name := work.cards.shown_by(turn.chat.id, ours)) is not None:
        return Ref(public_id=name)
    numbers = set(_NUMBER.findall(quoted.text)) if turn.private else set()
    return Ref(number=int(numbers.pop())) if len(numbers) == 1 else None


def _secret() -> Reply:
    return Reply(text=_("There is a code or a token in it, so I made no task of that."))


def _known(turn: Turn, task: Task) -> Reply:
    return turn_card(turn, task, said=_("This message is a task already."))


def _keep(work: Work, turn: Turn, task: Task, message: str) -> None:
    if 0 < len(message) <= NAME_LIMIT:  # it may have been typed
        work.sources.keep(turn.account.id, turn.chat.id, message, task.id, Way.SHORTCUT)


def _privately(turn: Turn) -> Actor:
    """As in their private chat: nobody else sees who chooses what of a message, so the task is
    theirs alone."""
    return replace(turn.actor, chat=turn.identity.chat_id, private=True, replaces="")


def _line(command: verbs.Capture) -> str:
    return f"{command.name} {command.source}"
