"""What is said after a change: the card as it is now, and a way to take the change back."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, named, opens, ref, turn_card
from bot.grammar import fits
from bot.language import _
from bot.quickadd import Ambiguity, when
from bot.turn import Turn
from bot.typed import context_of
from bot.words import say_day, say_due
from bot.zone_asking import zone_hint
from core.chat import Button, Reply
from core.errors import NotUnderstood
from core.task import Due, Ref, Status, Task
from core.work import Work


def outcome(work: Work, turn: Turn, task: Task, said: str) -> Reply:
    """The card after a change. In a group its own card is edited where it hangs, and only the
    person who typed the command is answered beside it."""
    if task.rule and task.status is Status.CANCELLED and work.tasks.change:
        said = _("Cancelled, and it comes no more.")
    if turn.belongs_here(task) and not turn.pressed:
        shown = Reply(text=f"{said} {named(task)}", buttons=undo_row(work))
    elif turn.pressed:
        shown = replace(turn_card(turn, task, change=work.tasks.change), toast=said)
    else:
        shown = _card_with(work, turn, task, said)
    following = work.recurring.made(task, turn.actor)
    return _with_next(turn, shown, following) if following else shown


def _with_next(turn: Turn, shown: Reply, following: Task) -> Reply:
    """What was done comes again: when, and the way there."""
    text = f"{shown.text} {_next(turn, following)}".strip()
    *rows, row = shown.buttons or ((),)
    there = (*row, button(_("Next one"), opens(following)))
    return replace(shown, text=text, buttons=(*rows, there))


def _next(turn: Turn, following: Task) -> str:
    # It stays in the chat: no day is "tomorrow".
    day = say_due(following.due, turn.today, near=False) if following.due else ""
    return _("Next: {day}.", day=day)


def said_next(work: Work, turn: Turn, task: Task) -> str:
    """When what was just done comes again; empty where it does not."""
    following = work.recurring.made(task, turn.actor)
    return _next(turn, following) if following else ""


def _card_with(work: Work, turn: Turn, task: Task, said: str) -> Reply:
    # The card itself says "Done by Ada", so that is not said twice.
    said = "" if said in {_("Done."), _("Cancelled.")} else said
    return turn_card(turn, task, said=said, change=work.tasks.change)


def undo_row(work: Work) -> tuple[tuple[Button, ...], ...]:
    """A row with Undo, where something was changed."""
    change = work.tasks.change
    return ((button(_("Undo"), verbs.Undo(change)),),) if change else ()


def due_of(turn: Turn, day: str, clock: str = "") -> Due | None:
    """A due date from a form's two fields. Raises `NotUnderstood`."""
    said = f"{day} {clock}".strip()
    if not said:
        return None
    found = when(said, context_of(turn))
    if found is None or len(found.choices) > 1:
        raise NotUnderstood("date", said, "tomorrow, fri 17:00, 24 nov or 2026-11-24")
    return found.choices[0]


def which_date(turn: Turn, task: Task, asked: Ambiguity, *, saved: str) -> Reply:
    """A date that can be read in two ways is asked, never guessed. Until it is answered its words
    stand in the title, if they came from there."""

    def choice(due: Due) -> Button:
        clock = f" {due.time:%H:%M}" if due.time else ""
        chosen = verbs.Due(ref(task), f"{due.on}{clock}")
        with_words = replace(chosen, words=asked.words or None)
        return button(say_due(due, turn.today), with_words if fits(with_words) else chosen)

    days = _(" or ").join(say_day(each.on) for each in asked.candidates)
    could = _('"{words}" could be {days}.', words=asked.said, days=days)
    if len(asked.candidates) == 1:
        could = _('"{words}" could be a date, {days}.', words=asked.said, days=days)
    said = f"{could} {saved}"
    none = button(_("No date"), verbs.Show(Ref(public_id=task.public_id)))
    shown = turn_card(turn, task, said=said)
    return replace(shown, buttons=(tuple(map(choice, asked.candidates)), (none,)))


def with_zone_hint(turn: Turn, task: Task, reply: Reply) -> Reply:
    """An hour means little while we do not know where somebody is. They are asked once
    (`bot.zone_asking`)."""
    if task.due is None or task.due.time is None or turn.account.local:
        return reply
    return replace(reply, hints=(zone_hint(),))
