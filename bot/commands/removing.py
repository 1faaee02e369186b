"""Delete tasks, and take changes back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button, named, opens, ref
from bot.commands.sharing import taken_back
from bot.deleting import really
from bot.grammar import fits
from bot.language import _, ngettext
from bot.outcomes import undo_row
from bot.picking import meant, pick
from bot.several import MOST, SHOWN, Named, question
from bot.turn import IN_PRIVATE, Turn, commands
from core.chat import Button, Reply, Style
from core.errors import NoSuchTask, TooMany
from core.rights import Right
from core.task import Ref, Task
from core.work import Work


@commands.on(verbs.Delete, aliases=("remove",), usage="42 43")
def delete(work: Work, turn: Turn, command: verbs.Delete) -> Reply:
    found = command.refs or tuple(filter(None, [meant(work, turn, None)]))
    if not found:
        return pick(work, turn, lambda each: verbs.Delete((each,)), _("Which one should go?"))
    if len(found) > MOST:
        raise TooMany("tasks in one line", MOST)
    return _really(work, turn, [work.tasks.get(turn.actor, each, Right.OWN) for each in found])


def _really(work: Work, turn: Turn, tasks: Sequence[Task]) -> Reply:
    several = {each.id: each for each in tasks}
    if len(several) > 1:
        return _really_all(work, turn, [*several.values()])
    [task] = several.values()
    asked = verbs.DeleteNow((ref(task),), at=minutes(turn))
    label = _("Delete #{number}", number=task.number) if task.number else _("Delete")
    # In a group the card still hangs where it was, and the question is the asker's alone.
    keep = opens(task) if turn.private else verbs.Close(_("Kept."))
    text = _("Delete {task}? This cannot be undone after 10 minutes.", task=named(task))
    row = [button(label, asked, Style.DANGER), button(_("Keep"), keep)]
    if task.rule and task.status.open:
        text = f"{text} {_('It repeats: then it comes no more.')}"
        row.insert(1, button(_("Skip this time"), verbs.Skip(ref(task))))
    return Reply(text=text, buttons=(tuple(row),))


def _really_all(work: Work, turn: Turn, tasks: Sequence[Task]) -> Reply:
    """Several, which the button names by the asker's own numbers where it has room for them."""
    asked = verbs.DeleteNow(tuple(Ref(number=each.number) for each in tasks), at=minutes(turn))
    if not (fits(asked) and all(each.number for each in tasks)):
        return question(work, turn, Named(verbs.Each.DELETE, tuple(tasks)))
    text = really(tasks)
    label = _("Delete {n}", n=len(tasks))
    keep = button(_("Keep"), verbs.Close(_("Kept.")))
    return Reply(
        text="\n".join([text, *map(named, tasks[:SHOWN])]),
        buttons=((button(label, asked, Style.DANGER), keep),),
    )


@commands.on(verbs.DeleteNow, hidden=True)
def delete_now(work: Work, turn: Turn, command: verbs.DeleteNow) -> Reply:
    if not command.refs:
        return delete(work, turn, verbs.Delete())
    if not stands(turn, command.at):
        current = [Ref(each.number, each.public_id) for each in command.refs]
        tasks = [work.tasks.get(turn.actor, each, Right.OWN) for each in current]
        return replace(_really(work, turn, tasks), toast=_(ASKED_AGAIN))
    tasks = [work.tasks.delete(turn.actor, each) for each in command.refs]
    if len(tasks) > 1:
        text = ngettext("Deleted {n} task.", "Deleted {n} tasks.", len(tasks))
    else:
        text = _("Deleted {task}.", task=named(tasks[0]))
    return Reply(text=text, buttons=undo_row(work), toast=_("Deleted."))


@commands.on(verbs.Undo, usage="", menu=IN_PRIVATE)
def undo(work: Work, turn: Turn, command: verbs.Undo) -> Reply:
    public_ids = work.tasks.undo(turn.actor, command.change)
    there = _there(work, turn, public_ids[:2])
    if len(public_ids) <= 2 and len(there) == 1:  # also where its next time is gone with it
        return taken_back(work, turn, there[0], command.change)
    row = (Button(_("Open tasks"), "list"),)
    if len(public_ids) == 1:
        return Reply(text=_("Undone: the task is gone."), buttons=(row,), toast=_("Undone."))
    count = len(public_ids)
    if there:
        text = ngettext("Undone: {n} task as before.", "Undone: {n} tasks as before.", count)
    else:
        text = ngettext("Undone: {n} task is gone.", "Undone: {n} tasks are gone.", count)
    return Reply(text=text, buttons=(row,))


def _there(work: Work, turn: Turn, public_ids: Sequence[str]) -> list[Task]:
    """Those of the tasks that there are."""
    found = []
    for each in public_ids:
        with suppress(NoSuchTask):
            found.append(work.tasks.get(turn.actor, Ref(public_id=each)))
    return found
