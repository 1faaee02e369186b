"""Complete, snooze or delete all tasks of a list at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot import verbs
from bot.all_of import UNASKED, All, all_of, back, held, nothing, question, with_limit
from bot.asking import minutes, stands
from bot.cards import ref
from bot.deleting import really
from bot.filters import Wanted, read
from bot.grammar import fits, straight, to_line
from bot.language import N_, _, ngettext
from bot.laters import said_when, to_come
from bot.outcomes import undo_row
from bot.turn import Turn, commands
from bot.usual_times import hours, monday
from bot.verbs import Act
from core.chat import Button, Hint, Reply, Style
from core.task import Ref, Status
from core.work import Work

_LABELS: Mapping[Act, str] = {
    Act.DONE: N_("Done {n}"),
    Act.SNOOZE: N_("Snooze {n}"),
    Act.DELETE: N_("Delete {n}"),
}


@commands.on(verbs.Bulk, usage="done #home")
def bulk(work: Work, turn: Turn, command: verbs.Bulk) -> Reply:
    wanted = read(work, turn, straight(command.which).strip())
    if command.act is Act.ASK:
        return _menu(work, turn, wanted)
    every = held(work, turn, wanted, replace(command, which=wanted.said))
    if not every.tasks:
        return nothing(wanted.said)
    match command.act:
        case Act.DONE:
            return _done(work, turn, every)
        case Act.SNOOZE:
            return _snooze(work, turn, every)
        case _:
            return _delete(work, turn, every)


def _menu(work: Work, turn: Turn, wanted: Wanted) -> Reply:
    """What can be done, each with the number of tasks with which it can."""
    found = [all_of(work, turn, wanted, verbs.Bulk(act, wanted.said)) for act in _LABELS]
    found = [each for each in found if each.tasks]
    if not found:
        return nothing(wanted.said)
    text = with_limit(found[-1], _("What shall I do with all of them?"))
    buttons = tuple(_offer(each) for each in found if fits(_pressed(each)))
    hints = () if buttons else tuple(Hint(to_line(each.command)) for each in found)
    rows = (buttons, back(wanted.said))
    return Reply(
        title=wanted.name, text=text, hints=hints, buttons=tuple(row for row in rows if row)
    )


def _offer(every: All) -> Button:
    act, label = every.command.act, _(_LABELS[every.command.act], n=len(every.tasks))
    style = Style.DANGER if act is Act.DELETE else Style.PLAIN
    return Button(label, to_line(_pressed(every)), style)


def _pressed(every: All) -> verbs.Bulk:
    """To complete them is decided by a button with their number; the others ask more."""
    return replace(every.command, of=every.digest if every.command.act is Act.DONE else None)


def _done(work: Work, turn: Turn, every: All) -> Reply:
    count = len(every.tasks)
    if not every.shown and (every.command.of or count > UNASKED):
        text = ngettext("Complete {n} task?", "Complete {n} tasks?", count)
        yes = replace(every.command, of=every.digest)
        return question(every, text, (_(_LABELS[Act.DONE], n=count), yes))
    for each in every.tasks:
        work.tasks.set_status(turn.actor, ref(each), Status.COMPLETED)
    return _outcome(work, every, ngettext("Done: {n} task.", "Done: {n} tasks.", count))


def _delete(work: Work, turn: Turn, every: All) -> Reply:
    count, command = len(every.tasks), every.command
    if not (every.shown and stands(turn, command.at)):
        text = really(every.tasks)
        yes = replace(command, of=every.digest, at=minutes(turn))
        label = _(_LABELS[Act.DELETE], n=count)
        return question(every, text, (label, yes), style=Style.DANGER)
    for each in every.tasks:
        work.tasks.delete(turn.actor, ref(each))
    return _outcome(work, every, ngettext("Deleted {n} task.", "Deleted {n} tasks.", count))


def _snooze(work: Work, turn: Turn, every: All) -> Reply:
    count, when = len(every.tasks), (every.command.when or "").strip()
    if not (when and every.shown):
        return _until(turn, every)
    later = to_come(turn, when)
    for each in every.tasks:
        work.reminders.snooze(turn.actor, Ref(public_id=each.public_id), later.at, later.zone)
    text = ngettext(
        "I will remind you of {n} task {when}.",
        "I will remind you of {n} tasks {when}.",
        count,
        when=said_when(turn, later),
    )
    return _outcome(work, every, text)


def _until(turn: Turn, every: All) -> Reply:
    """Until when; that names the number, and so it is the question before all."""
    typed = (every.command.when or "").strip()
    times = ([(typed, typed)] if typed else []) + [*hours(turn), monday(turn)]
    choices = [(label, replace(every.command, when=said, of=every.digest)) for label, said in times]
    text = ngettext("Snooze {n} task until when?", "Snooze {n} tasks until when?", len(every.tasks))
    return question(every, text, *choices)


def _outcome(work: Work, every: All, text: str) -> Reply:
    return Reply(text=text, buttons=(*undo_row(work), back(every.wanted.said)), toast=text)
