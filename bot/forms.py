"""The forms: what a command still needs to know."""

from __future__ import annotations

from dataclasses import replace

from bot.grammar import to_line
from bot.verbs import Assign, Due, Edit
from core.chat import Form, Input, Option, Question
from core.identity import NAME_LIMIT
from core.task import CATEGORY_LIMIT, DESCRIPTION_LIMIT, TITLE_LIMIT, Priority, Ref, Status, Task

_PRIORITIES = tuple(Option(each.value.title(), each.value) for each in Priority)
_STATUSES = tuple(Option(each.value.capitalize(), each.value) for each in Status)


def add_form() -> Form:
    """A new task."""
    return Form("add", "New task", _questions(None, ""), submit="Add")


def add_question() -> Form:
    """The same where there are no forms: a line says it all."""
    hint = "For example: Buy milk !high #home tomorrow"
    asked = Question("text", "What should be done", Input.TEXT, required=True, help=hint)
    return Form("add", "New task", (asked,), submit="Add")


def edit_form(task: Task, person: str | None) -> Form:
    """Every field of a task. `person` is the assignee as the platform names them; None where it
    can't, and then the form does not ask."""
    line = to_line(Edit(Ref(public_id=task.public_id, revision=task.revision)))
    status = Question("status", "Status", Input.CHOICE, task.status.value, _STATUSES)
    questions = (*_questions(task, person), status)
    return Form(line, "Edit task", questions)


def _questions(task: Task | None, person: str | None) -> tuple[Question, ...]:
    due = task.due if task else None
    clock = due.time.strftime("%H:%M") if due and due.time else ""
    return (
        Question(
            "title",
            "Title",
            value=task.title if task else "",
            required=True,
            max_length=TITLE_LIMIT,
        ),
        Question(
            "description",
            "Notes",
            Input.TEXT,
            task.description if task else "",
            max_length=DESCRIPTION_LIMIT,
        ),
        Question(
            "priority",
            "Priority",
            Input.CHOICE,
            task.priority.value if task else Priority.MEDIUM.value,
            _PRIORITIES,
        ),
        Question(
            "category",
            "Category",
            value=task.category if task else "",
            help="One word, such as home",
            max_length=CATEGORY_LIMIT,
        ),
        *(_assignee(person) if person is not None else ()),
        Question("due", "Due date", Input.DATE, due.on.isoformat() if due else ""),
        Question("time", "Due time", Input.TIME, clock),
    )


def _assignee(person: str) -> tuple[Question, ...]:
    return (Question("assignee", "Assigned to", Input.PERSON, person),)


def due_form(task: Task, *, words: bool) -> Form:
    """Another day; `words`: one line takes the day and the time."""
    due = task.due
    line = to_line(Due(Ref(public_id=task.public_id, revision=task.revision)))
    day, clock = due.on.isoformat() if due else "", f"{due.time:%H:%M}" if due and due.time else ""
    if words:
        hint, now = "For example: tomorrow, fri 17:00, 24 nov", f"{day} {clock}".strip()
        asked = Question("date", "When is it due", Input.LINE, now, required=True, help=hint)
        return Form(line, "Due date", (asked,))
    date = Question("date", "Date", Input.DATE, day, required=True)
    return Form(line, "Due date", (date, Question("time", "Time", Input.TIME, clock)))


def assign_form(task: Task) -> Form:
    """Who does it."""
    line = to_line(Assign(Ref(public_id=task.public_id, revision=task.revision)))
    who = Question("person", "Assign to", Input.PERSON, required=True)
    return Form(line, "Assign task", (who,), submit="Assign")


def one_line_form(line: str, title: str, question: Question, submit: str = "Save") -> Form:
    """One field of one line."""
    return Form(line, title, (replace(question, required=True, max_length=NAME_LIMIT),), submit)
