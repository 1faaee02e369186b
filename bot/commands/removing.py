"""Delete a task, and take changes back."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button, named, opens, ref
from bot.outcomes import outcome, undo_row
from bot.picking import meant, pick
from bot.turn import IN_PRIVATE, Turn, commands
from bot.words import plural
from core.chat import Button, Reply, Style
from core.errors import NoSuchTask
from core.rights import Right
from core.task import Ref, Task
from core.work import Work


@commands.on(verbs.Delete, aliases=("remove",), usage="42")
def delete(work: Work, turn: Turn, command: verbs.Delete) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Delete, "Which one should go?")
    task = work.tasks.get(turn.actor, found)
    return _really(work, turn, task)


def _really(work: Work, turn: Turn, task: Task) -> Reply:
    work.tasks.get(turn.actor, ref(task), Right.OWN)
    asked = verbs.DeleteNow(ref(task), at=minutes(turn))
    label = f"Delete #{task.number}" if task.number else "Delete"
    # In a group the card still hangs where it was, and the question is the asker's alone.
    keep = opens(task) if turn.private else verbs.Close("Kept.")
    return Reply(
        text=f"Delete {named(task)}? This cannot be undone after 10 minutes.",
        buttons=((button(label, asked, Style.DANGER), button("Keep", keep)),),
    )


@commands.on(verbs.DeleteNow, hidden=True)
def delete_now(work: Work, turn: Turn, command: verbs.DeleteNow) -> Reply:
    if not stands(turn, command.at):
        task = work.tasks.get(turn.actor, Ref(public_id=command.ref.public_id))
        return replace(_really(work, turn, task), toast=ASKED_AGAIN)
    task = work.tasks.delete(turn.actor, command.ref)
    return Reply(text=f"Deleted {named(task)}.", buttons=undo_row(work), toast="Deleted.")


@commands.on(verbs.Undo, usage="", menu=IN_PRIVATE)
def undo(work: Work, turn: Turn, command: verbs.Undo) -> Reply:
    public_ids = work.tasks.undo(turn.actor, command.change)
    if len(public_ids) > 1:
        text = f"Undone: {plural(len(public_ids), 'task')} as before."
        return Reply(text=text, buttons=((Button("Open tasks", "list"),),))
    try:
        task = work.tasks.get(turn.actor, Ref(public_id=public_ids[0]))
    except NoSuchTask:
        row = (Button("Open tasks", "list"),)
        return Reply(text="Undone: the task is gone.", buttons=(row,), toast="Undone.")
    return outcome(work, turn, task, "Undone.")
