"""Edit, due, assign, claim, decline: the fields of a task."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import verbs
from bot.cards import button, opens, ref, turn_card
from bot.forms import assign_form, due_form, edit_form
from bot.grammar import straight
from bot.outcomes import due_of, outcome, which_date, with_zone_hint
from bot.people import person_named
from bot.picking import meant, pick
from bot.quickadd import Ambiguity, when
from bot.quickadd.clock import EVENING, MORNING
from bot.retitling import retitled
from bot.turn import Turn, commands
from bot.typed import context_of
from core.chat import Button, Reply
from core.errors import NotUnderstood
from core.lists import Filter
from core.rights import Right
from core.task import Due, Task, read_priority, read_status
from core.work import Work

_NONE = {"none", "no", "nobody", "clear", "never", "-"}


@commands.on(verbs.Edit, aliases=("change",), usage="42 Buy oat milk")
def edit(work: Work, turn: Turn, command: verbs.Edit) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Edit, "Which one should change?")
    task = work.tasks.get(turn.actor, found, Right.OWN)
    values = _values(work, turn, task, command)
    if not values:
        return Reply(form=edit_form(task, _assignee_here(work, turn, task)))
    task = work.tasks.update(turn.actor, found, values)
    return outcome(work, turn, task, "Saved." if work.tasks.change else "Nothing changed.")


def _values(work: Work, turn: Turn, task: Task, command: verbs.Edit) -> dict[str, Any]:
    """What the command says, as the core takes it; empty clears."""
    values: dict[str, Any] = {}
    if command.text:
        values["title"] = straight(command.text)
    if command.title is not None:
        values["title"] = command.title
    if command.description is not None:
        values["description"] = command.description
    if command.category is not None:
        values["category"] = "" if command.category.lower() in _NONE else command.category
    if command.assignee is not None:
        values["assignee"] = _account(work, turn, command.assignee)
    if command.due is not None or command.time is not None:
        values["due"] = _due(turn, task, command.due, command.time)
    return values | _choices(command)


def _choices(command: verbs.Edit) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if command.priority:
        values["priority"] = read_priority(command.priority)
    if command.status:
        values["status"] = read_status(command.status)
    return values


def _due(turn: Turn, task: Task, day: str | None, clock: str | None) -> Due | None:
    """A due date of which perhaps only the day or only the time is given; the other stays."""
    before = task.due
    if day is None:
        day = before.on.isoformat() if before else ""
    elif not day or day.lower() in _NONE:
        return None
    due = due_of(turn, day, clock or "")
    if due and clock is None and due.time is None and before:
        due = replace(due, time=before.time)
    if due and before and (due.on, due.time) == (before.on, before.time):
        return before  # the same words in a zone that was set since: it is due when it was
    return due


def _account(work: Work, turn: Turn, said: str) -> int | None:
    if not said.strip() or said.strip().lower() in _NONE:
        return None
    return person_named(work, turn, said.strip()).id


def _assignee_here(work: Work, turn: Turn, task: Task) -> str | None:
    """The assignee as a mention on this platform; None where they are not on it."""
    if task.assignee is None:
        return ""
    for each in work.accounts.identities(task.assignee):
        if (each.platform, each.scope) == (turn.identity.platform, turn.identity.scope):
            by_name = f"@{each.handle}" if each.handle else each.name
            return f"@{each.user_id}" if turn.inbound.forms else by_name
    return None


@commands.on(verbs.Due, usage="42 fri 17:00")
def due(work: Work, turn: Turn, command: verbs.Due) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Due, "Which one?")
    said = " ".join(filter(None, (straight(command.date).strip(), command.time or "")))
    task = work.tasks.get(turn.actor, found, Right.OWN)
    if not said:
        return _presets(turn, task)
    if said.lower() in _NONE | {"no date"}:
        title = retitled(task, command, dated=False)
        values: dict[str, Any] = {"due": None, "title": title}
        task = work.tasks.update(turn.actor, found, values)
        cleared = "No date any more." if work.tasks.change else "It had no date."
        return outcome(work, turn, task, cleared)
    read = when(said, context_of(turn))
    if read is None:
        raise NotUnderstood("date", said, "tomorrow, fri 17:00, 24 nov or 2026-11-24")
    if len(read.choices) > 1:
        asked = Ambiguity(said, read.choices, task.title)
        return which_date(turn, task, asked, saved="Which one?")
    title = retitled(task, command, dated=True)
    values = {"due": read.choices[0], "title": title}
    task = work.tasks.update(turn.actor, found, values)
    said = "Date set." if work.tasks.change else "It was due then already."
    return with_zone_hint(turn, task, outcome(work, turn, task, said))


def _presets(turn: Turn, task: Task) -> Reply:
    """The card with the usual days."""

    def at(label: str, said: str) -> Button:
        return button(label, verbs.Due(ref(task), said))

    monday = turn.today + timedelta(days=7 - turn.today.weekday())
    tomorrow = turn.today + timedelta(days=1)
    rows = (
        (
            at("Today", turn.today.isoformat()),
            at("Tomorrow", tomorrow.isoformat()),
            at("Next Mon", monday.isoformat()),
        ),
        (
            at(f"Tonight {EVENING:%H:%M}", f"{turn.today} {EVENING:%H:%M}"),
            at(f"Tomorrow {MORNING:%H:%M}", f"{tomorrow} {MORNING:%H:%M}"),
        ),
        (
            button("Another day", verbs.Pick(ref(task))),
            at("No date", "none"),
            button("Back", opens(task)),
        ),
    )
    shown = turn_card(turn, task, said="When is it due?")
    return replace(shown, buttons=rows)


@commands.on(verbs.Pick, hidden=True)
def pick_day(work: Work, turn: Turn, command: verbs.Pick) -> Reply:
    task = work.tasks.get(turn.actor, command.ref, Right.OWN)
    return Reply(form=due_form(task, words=not turn.inbound.forms))


@commands.on(verbs.Assign, usage="42 @bob")
def assign(work: Work, turn: Turn, command: verbs.Assign) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Assign, "Which one do you want to give away?")
    task = work.tasks.get(turn.actor, found, Right.OWN)
    if not command.person.strip():
        return Reply(form=assign_form(task))
    task = work.tasks.assign(turn.actor, found, _account(work, turn, command.person))
    if not work.tasks.change:
        return outcome(work, turn, task, "That is how it was.")
    name = task.assignee_name
    return outcome(work, turn, task, f"Assigned to {name}." if name else "Assigned to nobody.")


@commands.on(verbs.Claim, usage="42")
def claim(work: Work, turn: Turn, command: verbs.Claim) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return Reply(text="Press Claim on a task's card, or reply to the card with this.")
    task = work.tasks.claim(turn.actor, found)
    return outcome(work, turn, task, "It is yours.")


@commands.on(verbs.Decline, usage="42")
def decline(work: Work, turn: Turn, command: verbs.Decline) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        mine, none = Filter(assignee=turn.account.id), "No task is assigned to you."
        return pick(work, turn, verbs.Decline, "Which one do you give back?", which=mine, none=none)
    title = work.tasks.decline(turn.actor, found)
    row = (Button("Open tasks", "list"),)
    return Reply(text=f"You gave back: {title}", buttons=(row,), toast="Given back.")
