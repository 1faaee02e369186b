"""Add, show, undo; and what a task's state can become."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, cut, more, named, ref, turn_card
from bot.errors import sentence
from bot.forms import add_form
from bot.grammar import straight
from bot.people import person_named, person_of
from bot.picking import meant, pick
from bot.turn import EVERYWHERE, IN_PRIVATE, Turn, commands
from bot.words import Either, Understood, plural, say_due, understand, when
from core.chat import Button, Hint, Reply, Style
from core.errors import NoSuchTask, NotUnderstood, Refusal, TooMany
from core.task import (
    DESCRIPTION_LIMIT,
    TITLE_LIMIT,
    Draft,
    Due,
    Priority,
    Ref,
    Right,
    Status,
    Task,
    clean,
    read_priority,
)
from core.work import Work

BULK_LIMIT = 20
"""Tasks that one line may name (`product.md` 1.2)."""
ASKED_FOR = 5
"""Minutes that a question before something final stands (`product.md` 1.6)."""

_SAID = {
    Status.COMPLETED: ("Done.", "Already done."),
    Status.PENDING: ("Reopened.", "Already open."),
    Status.IN_PROGRESS: ("Started.", "Already started."),
    Status.CANCELLED: ("Cancelled.", "Already cancelled."),
}


# -- add -----------------------------------------------------------------------------------------


@commands.on(
    verbs.Add,
    aliases=("new", "todo"),
    usage="Buy milk !high #home @alice due tomorrow",
    menu=EVERYWHERE,
)
def add(work: Work, turn: Turn, command: verbs.Add) -> Reply:
    text = straight(command.text).strip()
    if command.title is not None:
        return turn_card(
            turn,
            work.tasks.add(turn.actor, _filled(work, turn, command)),
            said="Added.",
            change=work.tasks.change,
        )
    if not text:
        return Reply(form=add_form())
    understood = understand(
        text,
        today=turn.today,
        zone=turn.account.timezone or "UTC",
        is_person=lambda token: person_of(work, turn, token) is not None,
    )
    return _add_understood(work, turn, text, understood)


def _filled(work: Work, turn: Turn, command: verbs.Add) -> Draft:
    """A draft from a form."""
    return Draft(
        title=command.title or "",
        description=command.description or "",
        priority=read_priority(command.priority) if command.priority else Priority.MEDIUM,
        category=command.category or "",
        assignee=person_named(work, turn, command.assignee).id if command.assignee else None,
        due=due_of(turn, command.due or "", command.time or ""),
    )


def _add_understood(work: Work, turn: Turn, text: str, understood: Understood) -> Reply:
    title = " ".join(clean(understood.title).split())
    whole = clean(text).strip() if len(title) > TITLE_LIMIT else ""
    person = person_of(work, turn, understood.person) if understood.person else None
    draft = Draft(
        title=cut(title, TITLE_LIMIT),
        description=whole[:DESCRIPTION_LIMIT],
        priority=understood.priority,
        category=understood.category,
        assignee=person.id if person else None,
        due=understood.due if isinstance(understood.due, Due) else None,
    )
    task = work.tasks.add(turn.actor, draft)
    if isinstance(understood.due, Either):
        return which_date(turn, task, understood.due, saved="Added without a date - which one?")
    reply = turn_card(turn, task, said=_said_added(whole), change=work.tasks.change)
    return with_zone_hint(turn, task, reply)


def _said_added(whole: str) -> str:
    if not whole:
        return "Added."
    if len(whole) > DESCRIPTION_LIMIT:
        return f"Added. That is long: I kept the first {DESCRIPTION_LIMIT:,} characters as notes."
    return "Added. That is too long for a title, so I kept the whole text as notes."


def due_of(turn: Turn, day: str, clock: str = "") -> Due | None:
    """A due date from words, or from a form's two fields. Raises `NotUnderstood`."""
    said = f"{day} {clock}".strip()
    if not said:
        return None
    due = when(said, today=turn.today, zone=turn.account.timezone or "UTC")
    if not isinstance(due, Due):
        raise NotUnderstood("date", said, "tomorrow, fri 17:00, 24 nov or 2026-11-24")
    return due


def which_date(turn: Turn, task: Task, either: Either, *, saved: str) -> Reply:
    """A date that can be read in two ways is asked, never guessed."""

    def choice(due: Due) -> Button:
        clock = f" {due.time:%H:%M}" if due.time else ""
        return button(say_due(due, turn.today), verbs.Due(ref(task), f"{due.on}{clock}"))

    said = f'"{either.said}" could be two dates. {saved}'
    choices = (choice(either.first), choice(either.second))
    none = button("No date", verbs.Show(Ref(public_id=task.public_id)))
    return replace(turn_card(turn, task, said=said), buttons=(choices, (none,)))


def with_zone_hint(turn: Turn, task: Task, reply: Reply) -> Reply:
    """An hour means little while we do not know where somebody is."""
    if task.due is None or task.due.time is None or turn.account.timezone:
        return reply
    hint = Hint("timezone Berlin", "I read the hour as UTC. Tell me where you are")
    return replace(reply, hints=(hint,))


# -- show ----------------------------------------------------------------------------------------


@commands.on(verbs.Show, aliases=("open",), usage="42")
def show(work: Work, turn: Turn, command: verbs.Show) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Show, "Which task?")
    return turn_card(turn, work.tasks.get(turn.actor, found))


@commands.on(verbs.More, hidden=True)
def show_more(work: Work, turn: Turn, command: verbs.More) -> Reply:
    return more(turn, work.tasks.get(turn.actor, command.ref))


# -- status --------------------------------------------------------------------------------------


@commands.on(verbs.Done, aliases=("complete", "finish"), usage="42 43", menu=EVERYWHERE)
def done(work: Work, turn: Turn, command: verbs.Done) -> Reply:
    found = _meant(work, turn, command.refs)
    if not found:
        return pick(work, turn, lambda each: verbs.Done((each,)), "Which one is done?")
    return _set(work, turn, found, Status.COMPLETED)


@commands.on(verbs.Reopen, usage="42")
def reopen(work: Work, turn: Turn, command: verbs.Reopen) -> Reply:
    found = _meant(work, turn, command.refs)
    if not found:
        question = "Which one is open again?"
        return pick(work, turn, lambda each: verbs.Reopen((each,)), question, open=False)
    return _set(work, turn, found, Status.PENDING)


@commands.on(verbs.Begin, usage="42")
def begin(work: Work, turn: Turn, command: verbs.Begin) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Begin, "Which one have you started?")
    return _set(work, turn, (found,), Status.IN_PROGRESS)


@commands.on(verbs.Cancel, usage="42")
def cancel(work: Work, turn: Turn, command: verbs.Cancel) -> Reply:
    found = _meant(work, turn, command.refs)
    if not found:
        return Reply(text="All right, nothing is waiting for an answer.")
    return _set(work, turn, found, Status.CANCELLED)


def _meant(work: Work, turn: Turn, refs: tuple[Ref, ...]) -> tuple[Ref, ...]:
    if refs:
        return refs
    found = meant(work, turn, None)
    return (found,) if found else ()


def _set(work: Work, turn: Turn, refs: tuple[Ref, ...], status: Status) -> Reply:
    if len(refs) > BULK_LIMIT:
        raise TooMany("tasks in one line", BULK_LIMIT)
    if len(refs) == 1:
        task = work.tasks.set_status(turn.actor, refs[0], status)
        fresh, already = _SAID[status]
        return outcome(work, turn, task, fresh if work.tasks.change else already)
    return _set_each(work, turn, refs, status)


def _set_each(work: Work, turn: Turn, refs: tuple[Ref, ...], status: Status) -> Reply:
    """What can be done is done; what can't is said, beside it."""
    lines = []
    for each in refs:
        try:
            with work.savepoint():
                task = work.tasks.set_status(turn.actor, each, status)
            lines.append(f"{_SAID[status][0]} {named(task)}")
        except Refusal as refusal:
            lines.append(sentence(refusal))
    buttons = _undo_row(work)
    return Reply(text="\n".join(lines), buttons=buttons)


def outcome(work: Work, turn: Turn, task: Task, said: str) -> Reply:
    """The card after a change. In a group its own card is edited where it hangs, and only the
    person who typed the command is answered beside it."""
    if turn.belongs_here(task) and not turn.pressed:
        return Reply(text=f"{said} {named(task)}", buttons=_undo_row(work))
    if turn.pressed:
        return replace(turn_card(turn, task, change=work.tasks.change), toast=said)
    return turn_card(turn, task, said=said, change=work.tasks.change)


def _undo_row(work: Work) -> tuple[tuple[Button, ...], ...]:
    change = work.tasks.change
    return ((button("Undo", verbs.Undo(change)),),) if change else ()


# -- delete and undo -----------------------------------------------------------------------------


@commands.on(verbs.Delete, aliases=("remove",), usage="42")
def delete(work: Work, turn: Turn, command: verbs.Delete) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Delete, "Which one should go?")
    task = work.tasks.get(turn.actor, found)
    return _really(work, turn, task)


def _really(work: Work, turn: Turn, task: Task) -> Reply:
    work.tasks.get(turn.actor, ref(task), Right.OWN)
    name = named(task)
    asked = verbs.DeleteNow(ref(task), at=minutes(turn))
    label = f"Delete #{task.number}" if task.number else "Delete"
    return Reply(
        text=f"Delete {name}? This cannot be undone after 10 minutes.",
        buttons=(
            (
                button(label, asked, Style.DANGER),
                button("Keep", verbs.Show(Ref(public_id=task.public_id))),
            ),
        ),
    )


def minutes(turn: Turn) -> int:
    """The present minute, for questions that do not stand for ever."""
    return int(turn.now.timestamp()) // 60


def stands(turn: Turn, at: int | None) -> bool:
    """Whether a question asked at that minute still stands."""
    return at is not None and 0 <= minutes(turn) - at <= ASKED_FOR


@commands.on(verbs.DeleteNow, hidden=True)
def delete_now(work: Work, turn: Turn, command: verbs.DeleteNow) -> Reply:
    if not stands(turn, command.at):
        task = work.tasks.get(turn.actor, Ref(public_id=command.ref.public_id))
        return _really(work, turn, task)
    task = work.tasks.delete(turn.actor, command.ref)
    return Reply(text=f"Deleted {named(task)}.", buttons=_undo_row(work), toast="Deleted.")


@commands.on(verbs.Undo, usage="", menu=IN_PRIVATE)
def undo(work: Work, turn: Turn, command: verbs.Undo) -> Reply:
    public_ids = work.tasks.undo(turn.actor, command.change)
    if len(public_ids) > 1:
        return Reply(text=f"Undone: {plural(len(public_ids), 'task')} as before.")
    try:
        task = work.tasks.get(turn.actor, Ref(public_id=public_ids[0]))
    except NoSuchTask:
        return Reply(text="Undone. The task is gone.", toast="Undone.")
    return outcome(work, turn, task, "Undone.")
