"""Edit, assign, claim: the fields of a task."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import verbs
from bot.asking import ask
from bot.assigned import given
from bot.commands.due import NONE
from bot.forms import assign_form, edit_form
from bot.grammar import straight
from bot.language import N_, _
from bot.outcomes import due_of, outcome
from bot.people import person_named
from bot.picking import meant, pick
from bot.retitling import without
from bot.turn import Turn, commands
from bot.typed_fields import before_of, labels_of, rule_of, said_rule
from core.acquainted import acquaintance
from core.chat import Reply
from core.errors import UnknownPerson
from core.rights import Right
from core.task import Due, Task, read_priority, read_status
from core.work import Work


@commands.on(verbs.Edit, aliases=("change",), usage=N_("42 Buy oat milk"))
def edit(work: Work, turn: Turn, command: verbs.Edit) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Edit, _("Which one should change?"))
    task = work.tasks.get(turn.actor, found, Right.OWN)
    values = _values(work, turn, task, command)
    if not values:
        return Reply(form=edit_form(task, _assignee_here(work, turn, task), said_rule(turn, task)))
    task = work.tasks.update(turn.actor, found, values)
    return outcome(work, turn, task, _("Saved.") if work.tasks.change else _("Nothing changed."))


def _values(work: Work, turn: Turn, task: Task, command: verbs.Edit) -> dict[str, Any]:
    """What the command says, as the core takes it; empty clears."""
    values: dict[str, Any] = {}
    if command.text:
        values["title"] = straight(command.text)
    if command.title is not None:
        values["title"] = command.title
    if command.words is not None:
        values["title"] = without(task.title, command.words)
    if command.description is not None:
        values["description"] = command.description
    if command.category is not None:
        values["category"] = "" if command.category.lower() in NONE else command.category
    if command.assignee is not None:
        values["assignee"] = _account(work, turn, command.assignee)
    if command.due is not None or command.time is not None:
        values["due"] = _due(turn, task, command.due, command.time)
    return values | _choices(command) | _more(turn, task, command, values.get("due", task.due))


def _choices(command: verbs.Edit) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if command.priority:
        values["priority"] = read_priority(command.priority)
    if command.status:
        values["status"] = read_status(command.status)
    return values


def _more(turn: Turn, task: Task, command: verbs.Edit, due: Due | None) -> dict[str, Any]:
    """Labels, reminder and repetition; what a form gives back as it showed it stays as it is."""
    values: dict[str, Any] = {}
    if command.labels is not None:
        values["labels"] = labels_of(command.labels)
    if command.remind is not None:
        values["remind"] = before_of(turn, command.remind)
    if command.repeat is not None and command.repeat.strip() != said_rule(turn, task):
        values["rule"], values["due"] = rule_of(turn, command.repeat, due)
    return values


def _due(turn: Turn, task: Task, day: str | None, clock: str | None) -> Due | None:
    """A due date of which perhaps only the day or only the time is given; the other stays."""
    before = task.due
    if day is None:
        day = before.on.isoformat() if before else ""
    elif not day or day.lower() in NONE:
        return None
    due = due_of(turn, day, clock or "")
    if due and clock is None and due.time is None and before:
        due = replace(due, time=before.time)
    if due and before and (due.on, due.time) == (before.on, before.time):
        return before  # the same words in a zone that was set since: it is due when it was
    return due


def _whom(work: Work, turn: Turn, command: verbs.Assign, task: Task) -> int | None:
    """Who gets it. Raises `UnknownPerson`."""
    if command.to is None:
        return _account(work, turn, command.person)
    person = acquaintance(work, turn.account.id, task, command.to)
    if person is None:
        raise UnknownPerson(str(command.to))
    return person.id


def _account(work: Work, turn: Turn, said: str) -> int | None:
    if not said.strip() or said.strip().lower() in NONE:
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


@commands.on(verbs.Assign, usage="42 @bob")
def assign(work: Work, turn: Turn, command: verbs.Assign) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Assign, _("Which one do you want to give away?"))
    task = work.tasks.get(turn.actor, found, Right.OWN)
    if not command.person.strip() and command.to is None:
        form = assign_form(task)
        if turn.inbound.forms or command.page is None:
            return Reply(form=form)
        return ask(work, turn, form, form.questions[0], command.page)
    task = work.tasks.assign(turn.actor, found, _whom(work, turn, command, task))
    if not work.tasks.change:
        return outcome(work, turn, task, _("That is how it was."))
    return outcome(work, turn, task, given(work, task))


@commands.on(verbs.Claim, usage="42")
def claim(work: Work, turn: Turn, command: verbs.Claim) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return Reply(text=_("Press Claim on a task's card, or reply to the card with this."))
    task = work.answers.claim(turn.actor, found)
    if not task.status.open:
        return outcome(work, turn, task, _("It is finished. Open it again first."))
    return outcome(work, turn, task, _("It is yours."))
