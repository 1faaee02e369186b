"""Show a task to a group, or get a link to it."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, named, opens, turn_card
from bot.language import _
from bot.outcomes import outcome
from bot.picking import meant, pick
from bot.turn import Turn, commands
from core.chat import Audience, Button, Fact, Hint, Link, Reply
from core.errors import NoSuchTask
from core.rights import Right
from core.sharing import share as give_to_group
from core.sharing import was_sharing
from core.task import Ref, Task
from core.work import Work

TELEGRAM = "telegram"


@commands.on(verbs.Share, usage="42")
def share(work: Work, turn: Turn, command: verbs.Share) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Share, _("Which one do you want to share?"))
    if turn.private:
        return _ways(work, turn, work.tasks.get(turn.actor, found, Right.OWN))
    return _here(work, turn, found)


def _here(work: Work, turn: Turn, found: Ref) -> Reply:
    """The task becomes this group's: everybody sees its card, and anybody may claim it."""
    if turn.belongs_here(task := work.tasks.get(turn.actor, found, Right.OWN)):
        return replace(_ways(work, turn, task), fresh=True)
    task = give_to_group(work, turn.actor, found)
    return replace(turn_card(turn, task, change=work.tasks.change), fresh=True)


def _ways(work: Work, turn: Turn, task: Task) -> Reply:
    """A link, and how a group gets to see the card. Neither shows a thing to who may not see it."""
    on_telegram, name = turn.identity.platform == TELEGRAM, task.public_id
    url = work.site.on_telegram(name) if on_telegram else work.site.task(name)
    to_group = work.site.to_group(name) if on_telegram else ""
    row: tuple[Button | Link, ...] = (button(_("Back"), opens(task)),)
    if to_group:
        row = (Link(_("Choose a group"), to_group), *row)
    said = _(
        "The link opens the task for you and for whoever has it to do, nobody else. In a group it "
        "is shown to all, and anybody there may claim it."
    )
    return Reply(
        title=named(task),
        text=said,
        facts=(Fact(url, _("link")),) if url else (),
        hints=_hints(task),
        buttons=(row,),
    )


def _hints(task: Task) -> tuple[Hint, ...]:
    shown = _("in a group that I am in: shows it there")
    return (Hint(f"share {task.number}", shown),) if task.number else ()


def follow(work: Work, turn: Turn, public_id: str) -> Reply:
    """Open a task by a link; in a group that somebody chose for it, show it there.

    Raises `NoSuchTask` alike for what is missing and for what is not theirs to see."""
    found = Ref(public_id=public_id.lower())
    try:
        if not turn.private:
            return _here(work, turn, found)
        return turn_card(turn, work.tasks.get(turn.actor, found))
    except NoSuchTask:
        raise NoSuchTask(public_id, linked=True) from None


def taken_back(work: Work, turn: Turn, task: Task, change: int) -> Reply:
    """What is said after an Undo: in place of a card that is not this group's any more, only that.
    `change`: what was pressed takes back; its button is on no other message, and is asked rather
    than where the card is, which may be noted only after somebody pressed."""
    shared = turn.pressed and not turn.private and was_sharing(work, change)
    if shared and not turn.belongs_here(task):
        return Reply(text=_("This task is not shared here any more."), audience=Audience.HERE)
    return outcome(work, turn, task, _("Undone."))
