"""Show a task, and what its state can become."""

from __future__ import annotations

from bot import verbs
from bot.all_of import UNASKED
from bot.cards import named, turn_card
from bot.errors import sentence
from bot.language import N_, _
from bot.outcomes import outcome, said_next, undo_row
from bot.picking import meant, pick
from bot.second_menu import more
from bot.several import MOST, by_numbers, question
from bot.turn import EVERYWHERE, Turn, commands
from core.chat import Hint, Reply
from core.errors import Refusal, TooMany
from core.lists import Filter
from core.rights import Right
from core.task import Ref, Status
from core.work import Work

_ASKED = {Status.COMPLETED: verbs.Each.DONE, Status.CANCELLED: verbs.Each.CANCEL}
_SAID = {
    Status.COMPLETED: (N_("Done."), N_("Already done.")),
    Status.PENDING: (N_("Reopened."), N_("Already open.")),
    Status.IN_PROGRESS: (N_("Started."), N_("Already started.")),
    Status.CANCELLED: (N_("Cancelled."), N_("Already cancelled.")),
}


@commands.on(verbs.Show, aliases=("open", "task"), usage="42")
def show(work: Work, turn: Turn, command: verbs.Show) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Show, _("Which task?"))
    return turn_card(turn, work.tasks.get(turn.actor, found))


@commands.on(verbs.More, hidden=True)
def show_more(work: Work, turn: Turn, command: verbs.More) -> Reply:
    # In a group everybody sees the menu that one person opens, so it is not for everybody.
    return more(turn, work.tasks.get(turn.actor, command.ref, Right.WORK))


@commands.on(verbs.Done, aliases=("complete", "finish"), usage="42 43", menu=EVERYWHERE)
def done(work: Work, turn: Turn, command: verbs.Done) -> Reply:
    found = _meant(work, turn, command.refs)
    if not found:
        return pick(work, turn, lambda each: verbs.Done((each,)), _("Which one is done?"))
    return _set(work, turn, found, Status.COMPLETED)


@commands.on(verbs.Reopen, usage="42")
def reopen(work: Work, turn: Turn, command: verbs.Reopen) -> Reply:
    found = _meant(work, turn, command.refs)
    if not found:
        return pick(
            work,
            turn,
            lambda each: verbs.Reopen((each,)),
            _("Which one is open again?"),
            which=Filter(open=False),
            none=_("You have no finished tasks."),
        )
    return _set(work, turn, found, Status.PENDING)


@commands.on(verbs.Begin, usage="42")
def begin(work: Work, turn: Turn, command: verbs.Begin) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        question, which = _("Which one have you started?"), Filter(status=Status.PENDING)
        return pick(
            work, turn, verbs.Begin, question, which=which, none=_("No task waits for you.")
        )
    return _set(work, turn, (found,), Status.IN_PROGRESS)


@commands.on(verbs.Cancel, usage="42", outside=True)
def cancel(work: Work, turn: Turn, command: verbs.Cancel) -> Reply:
    found = _meant(work, turn, command.refs)
    if not found:
        text = _("All right, nothing waits for your answer. To cancel a task, say which:")
        return Reply(text=text, hints=(Hint("cancel 42"),))
    return _set(work, turn, found, Status.CANCELLED)


def _meant(work: Work, turn: Turn, refs: tuple[Ref, ...]) -> tuple[Ref, ...]:
    if refs:
        return refs
    found = meant(work, turn, None)
    return (found,) if found else ()


def _set(work: Work, turn: Turn, refs: tuple[Ref, ...], status: Status) -> Reply:
    if len(refs) > MOST:
        raise TooMany("tasks in one line", MOST)
    if len(refs) > UNASKED and status in _ASKED:
        these = by_numbers(work, turn, _ASKED[status], refs)
        if these.many:
            return question(work, turn, these)
    if len(refs) == 1:
        task = work.tasks.set_status(turn.actor, refs[0], status)
        fresh, already = _SAID[status]
        return outcome(work, turn, task, _(fresh if work.tasks.change else already))
    return _set_each(work, turn, refs, status)


def _set_each(work: Work, turn: Turn, refs: tuple[Ref, ...], status: Status) -> Reply:
    """What can be done is done; what can't is said, beside it."""
    lines = []
    for each in refs:
        try:
            with work.savepoint():
                task = work.tasks.set_status(turn.actor, each, status)
            next_ = said_next(work, turn, task)
            lines.append(f"{_(_SAID[status][0]).rstrip('.')}: {named(task)} {next_}".strip())
        except Refusal as refusal:
            lines.append(sentence(refusal))
    return Reply(text="\n".join(lines), buttons=undo_row(work))
