"""What was asked about several tasks is answered: it is done with those that were shown."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.all_of import hold
from bot.asking import ASKED_AGAIN, stands
from bot.cards import ref
from bot.language import _, ngettext
from bot.laters import said_when, snooze_all, to_come
from bot.outcomes import undo_row
from bot.several import TASKS, WHEN, Named, by_numbers, key, question
from bot.turn import Turn, commands
from bot.verbs import Each
from core.chat import Button, Reply
from core.task import Ref, Status
from core.work import Work


@commands.on(verbs.Several, hidden=True)
def several(work: Work, turn: Turn, command: verbs.Several) -> Reply:
    kept = work.drafts.of(turn.identity.id, key(command.act, command.of))
    if kept is None:
        text = _("That question is no longer open. Say the numbers again.")
        return Reply(text=text, buttons=((Button(_("Open tasks"), "list"),),))
    refs = [Ref(public_id=each) for each in kept.answers[TASKS].split()]
    if work.shared:
        hold(work, by_numbers(work, turn, command.act, refs).tasks)
    these = by_numbers(work, turn, command.act, refs)
    these = replace(these, when=command.when or kept.answers[WHEN])
    if not these.tasks:
        return Reply(text="\n".join(these.refused))
    # Until when is an answer to the question that was asked just now, whenever it is given.
    stood = command.when is not None or stands(turn, command.at)
    if these.digest != command.of or not stood:
        return replace(_again(work, turn, these), toast=_(ASKED_AGAIN))
    work.drafts.drop(turn.identity.id, key(command.act, command.of))
    if command.act is Each.SNOOZE:
        return snooze_all(work, turn, these, to_come(turn, these.when))
    return _done(work, turn, these)


def _again(work: Work, turn: Turn, these: Named) -> Reply:
    if not these.when:
        return question(work, turn, these)
    told = said_when(turn, to_come(turn, these.when))
    return question(work, turn, replace(these, told=told))


_ALREADY = {Each.DONE: Status.COMPLETED, Each.CANCEL: Status.CANCELLED}


def _done(work: Work, turn: Turn, these: Named) -> Reply:
    tasks = [each for each in these.tasks if each.status is not _ALREADY.get(these.act)]
    for each in tasks:
        match these.act:
            case Each.DELETE:
                work.tasks.delete(turn.actor, ref(each))
            case Each.CANCEL:
                work.tasks.set_status(turn.actor, ref(each), Status.CANCELLED)
            case _:
                work.tasks.set_status(turn.actor, ref(each), Status.COMPLETED)
    text = _said(these.act, len(tasks))
    return Reply(text=text, buttons=undo_row(work), toast=text)


def _said(act: Each, count: int) -> str:
    match act:
        case Each.DELETE:
            return ngettext("Deleted {n} task.", "Deleted {n} tasks.", count)
        case Each.CANCEL:
            return ngettext("Cancelled: {n} task.", "Cancelled: {n} tasks.", count)
        case _:
            return ngettext("Done: {n} task.", "Done: {n} tasks.", count)
