"""What is said once tasks were added: exactly what was understood, and how to correct it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import verbs
from bot.cards import button, item, ref, turn_card
from bot.grammar import fits
from bot.outcomes import with_zone_hint
from bot.quickadd import Understood
from bot.turn import Turn
from bot.words import cut
from core.chat import Audience, Reply
from core.task import Task

_MOST_LEFT = 3
"""Signs about which something is said."""
_NOTHING = Understood("")


def card_of(
    turn: Turn, task: Task, change: int, said: Understood = _NOTHING, text: str = "Added."
) -> Reply:
    """The card of a new task, with what was not taken as it was written."""
    text = " ".join([text, *_moved(task, said), *_left(said)])
    reply = with_zone_hint(turn, task, turn_card(turn, task, said=text, change=change))
    no_date = _no_date(task, said)
    if no_date is None or not turn.private:
        return reply
    return replace(reply, buttons=(*reply.buttons, (button("No date", no_date),)))


def _moved(task: Task, said: Understood) -> list[str]:
    if not said.moved or task.due is None or task.due.time is None:
        return []
    return [f"{task.due.time:%H:%M} has passed today, so it is due tomorrow."]


def _left(said: Understood) -> list[str]:
    """What looks like a sign and stayed a word."""
    sentences = []
    for sign in said.unread[:_MOST_LEFT]:
        if sign[0] != "@":
            why = "a task has one list"
        elif said.person:
            why = "one person does a task"
        else:
            why = "I know nobody of that name here"
        sentences.append(f"{sign} stayed in the title: {why}.")
    return sentences


def _no_date(task: Task, said: Understood) -> verbs.Due | None:
    """Takes a date back that was read without `due` or `by`; its words return to the title."""
    if not said.dated or task.due is None:
        return None
    none = verbs.Due(ref(task), "none")
    back = replace(none, front=said.dated) if said.in_front else replace(none, back=said.dated)
    return back if fits(back) else None


def summary_of(turn: Turn, tasks: Sequence[Task], unsure: Sequence[Task], change: int) -> Reply:
    """Several tasks in one message, with one Undo. In a group nobody's numbers are shown, and no
    button replaces the message that everybody reads. `unsure`: whose dates could be two."""
    rows = []
    for place, task in enumerate(tasks, 1):
        row = item(task if turn.private else replace(task, number=0), turn.now, turn.today, place)
        rows.append(row if turn.private else replace(row, button=None))
    reply = Reply(
        text=" ".join([f"Added {len(tasks)} tasks.", *_unsure(turn, unsure)]),
        items=tuple(rows),
        buttons=((button("Undo", verbs.Undo(change)),),),
        audience=Audience.HERE,
    )
    timed = next((each for each in tasks if each.due and each.due.time), tasks[0])
    return with_zone_hint(turn, timed, reply)


def _unsure(turn: Turn, tasks: Sequence[Task]) -> list[str]:
    if not tasks:
        return []
    names = [f"#{each.number}" if turn.private else f'"{cut(each.title, 40)}"' for each in tasks]
    return [f"In {', '.join(names)} I was not sure of the date: it stayed in the title."]
