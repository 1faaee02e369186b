"""The forms: what a command still needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.grammar import to_line
from bot.language import N_, _
from bot.typed_fields import said_before
from bot.verbs import Assign, Due, Edit, Snooze
from core.chat import Form, Input, Option, Question
from core.identity import NAME_LIMIT
from core.task import CATEGORY_LIMIT, DESCRIPTION_LIMIT, TITLE_LIMIT, Priority, Ref, Status, Task

PRIORITIES = {Priority.LOW: N_("Low"), Priority.MEDIUM: N_("Medium"), Priority.HIGH: N_("High")}
_STATUSES = {
    Status.PENDING: N_("Pending"),
    Status.IN_PROGRESS: N_("In progress"),
    Status.COMPLETED: N_("Completed"),
    Status.CANCELLED: N_("Cancelled"),
}


def _options(words: Mapping[Any, str]) -> tuple[Option, ...]:
    return tuple(Option(_(said), each.value) for each, said in words.items())


def add_form() -> Form:
    """A new task."""
    return Form("add", _("New task"), (*_questions(None, ""), *_more(None, "")), submit=_("Add"))


def add_question() -> Form:
    """The same where there are no forms: a line says it all."""
    hint = _("For example: Buy milk !high #home tomorrow")
    asked = Question("text", _("What should be done"), Input.TEXT, required=True, help=hint)
    return Form("add", _("New task"), (asked,), submit=_("Add"))


def edit_form(task: Task, person: str | None, repeats: str) -> Form:
    """Every field of a task. `person` is the assignee as the platform names them; None where it
    can't, and then the form does not ask. `repeats`: how often, in words."""
    line = to_line(Edit(Ref(public_id=task.public_id, revision=task.revision)))
    status = Question("status", _("Status"), Input.CHOICE, task.status.value, _options(_STATUSES))
    questions = (*_questions(task, person), *_more(task, repeats), status)
    return Form(line, _("Edit task"), questions, submit=_("Save"))


def _questions(task: Task | None, person: str | None) -> tuple[Question, ...]:
    due = task.due if task else None
    clock = due.time.strftime("%H:%M") if due and due.time else ""
    return (
        Question(
            "title",
            _("Title"),
            value=task.title if task else "",
            required=True,
            max_length=TITLE_LIMIT,
        ),
        Question(
            "description",
            _("Notes"),
            Input.TEXT,
            task.description if task else "",
            max_length=DESCRIPTION_LIMIT,
        ),
        Question(
            "priority",
            _("Priority"),
            Input.CHOICE,
            task.priority.value if task else Priority.MEDIUM.value,
            _options(PRIORITIES),
        ),
        Question(
            "category",
            _("Category"),
            value=task.category if task else "",
            help=_("One word, such as home"),
            max_length=CATEGORY_LIMIT,
        ),
        *(_assignee(person) if person is not None else ()),
        Question("due", _("Due date"), Input.DATE, due.on.isoformat() if due else ""),
        Question("time", _("Due time"), Input.TIME, clock),
    )


def _more(task: Task | None, repeats: str) -> tuple[Question, ...]:
    often = _("Such as weekdays, mon,thu, 2 weeks, month on 1; or never")
    early = _("How long before it is due: 30m, 2h, 1d, or off")
    labels = " ".join(task.labels) if task else ""
    return (
        Question("repeat", _("Repeats"), value=repeats, help=often),
        Question("remind", _("Reminder"), value=said_before(task) if task else "", help=early),
        Question("labels", _("Labels"), value=labels, help=_("Words, such as errand cheap")),
    )


def _assignee(person: str) -> tuple[Question, ...]:
    return (Question("assignee", _("Assigned to"), Input.PERSON, person),)


def due_form(task: Task, *, words: bool) -> Form:
    """Another day; `words`: one line takes the day and the time."""
    due = task.due
    line = to_line(Due(Ref(public_id=task.public_id, revision=task.revision)))
    day, clock = due.on.isoformat() if due else "", f"{due.time:%H:%M}" if due and due.time else ""
    if words:
        hint, now = _("For example: tomorrow, fri 17:00, 24 nov"), f"{day} {clock}".strip()
        asked = Question("date", _("When is it due"), Input.LINE, now, required=True, help=hint)
        return Form(line, _("Due date"), (asked,), submit=_("Save"))
    date = Question("date", _("Date"), Input.DATE, day, required=True)
    time = Question("time", _("Time"), Input.TIME, clock)
    return Form(line, _("Due date"), (date, time), submit=_("Save"))


def snooze_form(task: Task) -> Form:
    """When to be reminded of it, in words."""
    line = to_line(Snooze(Ref(public_id=task.public_id)))
    hint = _("For example: 2h, tonight, fri 9:00, 24 dec")
    asked = Question("when", _("Until when"), required=True, help=hint)
    return Form(line, _("Snooze"), (asked,), submit=_("Save"))


def assign_form(task: Task) -> Form:
    """Who does it."""
    line = to_line(Assign(Ref(public_id=task.public_id, revision=task.revision)))
    who = Question("person", _("Assign to"), Input.PERSON, required=True)
    return Form(line, _("Assign task"), (who,), submit=_("Assign"))


def in_their_language(form: Form) -> Form:
    """A form with what the platform says around it."""
    return replace(
        form,
        leave=_("Cancel"),
        late=_("I could not open the form in time. Nothing is lost: press the button to open it."),
        opens=_("Open the form"),
    )


def one_line_form(line: str, title: str, question: Question, submit: str = "") -> Form:
    """One field of one line."""
    asked = replace(question, required=True, max_length=NAME_LIMIT)
    return Form(line, title, (asked,), submit or _("Save"))
