"""What is said once tasks were added: exactly what was understood, and how to correct it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import verbs
from bot.cards import button, item, ref, turn_card
from bot.grammar import fits, line_about
from bot.language import _, ngettext
from bot.new_lists import still_offered, too_long
from bot.outcomes import with_zone_hint
from bot.quickadd import Understood
from bot.too_late import too_late
from bot.turn import Turn
from bot.usual_times import monday
from bot.words import cut
from core.chat import Audience, Button, Reply
from core.identity import Account
from core.task import CATEGORY_LIMIT, Task
from core.work import Work

_MOST_LEFT = 3
"""Signs about which something is said."""
_NOTHING = Understood("")
JUST_NOW = timedelta(seconds=10)
"""How long a card that is drawn again says that its task was added."""


def card_of(
    turn: Turn, task: Task, change: int, said: Understood = _NOTHING, text: str = ""
) -> Reply:
    """The card of a new task, with what was not taken as it was written."""
    undated = turn.private and said is not _NOTHING and not said.read and task.due is None
    asked = [_want_a_date(bare=not (text or said.unread))] if undated else []
    aside = (*_moved(task, said), *_too_late(turn, task, said), *_left(said), *asked)
    text = " ".join(filter(None, [text, *aside]))
    row = _days(turn, task) if undated else _corrections(task, said) if turn.private else ()
    shown = turn_card(turn, task, said=text, change=change, below=row, added=True)
    return with_zone_hint(turn, task, shown)


def still_new(work: Work, card: Reply, task: Task, reader: Account | None) -> Reply:
    """The card of a new task, drawn again, with what was said to whoever made it: Slack tells the
    zone of somebody new a second after their first line, and nobody has read it by then."""
    if reader is None or reader.id != task.owner or not (card.buttons and task.status.open):
        return card
    if work.now - task.created_at < JUST_NOW:
        card = replace(card, headline=_("Added {task}", task=card.title))
    return still_offered(work, card, task)


def _want_a_date(*, bare: bool) -> str:
    """Of a line in which nothing was read. `bare`: nothing else is said of it."""
    if bare:
        return _("Saved the whole text as the title. Want a due date?")
    return _("Want a due date?")


def _days(turn: Turn, task: Task) -> tuple[Button, ...]:
    """The usual days for a task of whose words none says anything but its title."""
    days = (_("Today"), "today"), (_("Tomorrow"), "tomorrow"), monday(turn)
    line = line_about(verbs.Due, ref(task))
    return tuple(Button(label, f"{line} {said}") for label, said in days)


def _corrections(task: Task, said: Understood) -> tuple[Button, ...]:
    """What takes back that something was read."""
    if task.rule:
        return (button(_("Only once"), verbs.Repeat(ref(task), "never")),)
    no_date = _no_date(task, said)
    return (button(_("Not a date"), no_date),) if no_date else ()


def _moved(task: Task, said: Understood) -> list[str]:
    if not said.moved or task.due is None or task.due.time is None:
        return []
    return [_("{time} has passed today, so it is due tomorrow.", time=f"{task.due.time:%H:%M}")]


def _too_late(turn: Turn, task: Task, said: Understood) -> list[str]:
    """What a reminder that was asked for became, where its time is past."""
    if said.reminder is None:
        return []
    told = too_late(task, said.reminder // timedelta(minutes=1), turn.now)
    return [told] if told else []


def _left(said: Understood) -> list[str]:
    """What looks like a sign and stayed a word."""
    sentences = [_too_long(said)] if too_long(said) else []
    for sign in said.unread[:_MOST_LEFT]:
        if sign[0] != "@":
            why = _("a task has one list")
        elif said.person:
            why = _("one person does a task")
        else:
            why = _("I know nobody of that name here")
        sentences.append(_("{sign} stayed in the title: {why}.", sign=sign, why=why))
    return sentences


def _too_long(said: Understood) -> str:
    why = _("a list's name has at most {most} characters", most=CATEGORY_LIMIT)
    return _("{sign} stayed in the title: {why}.", sign=cut(f"#{said.category}", 20), why=why)


def _no_date(task: Task, said: Understood) -> verbs.Due | None:
    """Takes a date back that was read without `due` or `by`; its words return to the title."""
    if not said.dated or task.due is None:
        return None
    none = verbs.Due(ref(task), "none")
    back = replace(none, front=said.dated) if said.in_front else replace(none, back=said.dated)
    return back if fits(back) else None


def summary_of(
    turn: Turn,
    tasks: Sequence[Task],
    unsure: Sequence[Task],
    change: int,
    refused: Sequence[str] = (),
) -> Reply:
    """Several tasks in one message, with one Undo. In a group nobody's numbers are shown, and no
    button replaces the message that everybody reads. `unsure`: whose dates could be two.
    `refused`: sentences about who takes none of them."""
    rows = []
    for place, task in enumerate(tasks, 1):
        row = item(task if turn.private else replace(task, number=0), turn.now, turn.today, place)
        rows.append(row if turn.private else replace(row, button=None))
    reply = Reply(
        text=" ".join(
            [
                ngettext("Added {n} task.", "Added {n} tasks.", len(tasks)),
                *refused,
                *_unsure(turn, unsure),
            ]
        ),
        items=tuple(rows),
        buttons=((button(_("Undo"), verbs.Undo(change)),),),
        audience=Audience.HERE,
    )
    timed = next((each for each in tasks if each.due and each.due.time), tasks[0])
    return with_zone_hint(turn, timed, reply)


def _unsure(turn: Turn, tasks: Sequence[Task]) -> list[str]:
    if not tasks:
        return []
    names = [f"#{each.number}" if turn.private else f'"{cut(each.title, 40)}"' for each in tasks]
    where = ", ".join(names)
    return [_("In {tasks} I was not sure of the date: it stayed in the title.", tasks=where)]
