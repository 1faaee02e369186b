"""What happened, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo
from functools import singledispatch

from bot import verbs
from bot.cards import button, card
from bot.due_notices import reminding
from bot.link_notices import of_linking
from bot.plan_notices import OfPlans, When, of_plans, say
from bot.sides import tasks
from core.chat import Audience, Button, Reply
from core.events import (
    Announced,
    Event,
    LinkAsked,
    LinkDenied,
    Linked,
    MoveOffered,
    Returned,
    SignInUnfinished,
    TaskAssigned,
    TaskCompleted,
    TaskDue,
    TasksMoved,
    Unlinked,
    Unreachable,
    Welcome,
)
from core.logins import WEB
from core.notices import Notice
from core.task import Ref
from core.work import Work


def said(notice: Notice, zone: tzinfo = UTC) -> tuple[str, str]:
    """A notice's title and message, with its days as they are in the reader's zone."""
    if isinstance(notice.event, OfPlans):
        return say(notice.event, When(zone, notice.created_at))
    return _say(notice.event, notice)


@singledispatch
def _say(event: Event, notice: Notice) -> tuple[str, str]:
    raise TypeError(f"no words for {type(event).__name__}")


@_say.register
def _(event: TaskCompleted, notice: Notice) -> tuple[str, str]:
    if not notice.actor:
        return "Task Completed", f"You completed the task: {notice.subject}"
    return "Task Completed", f"{notice.actor} completed the task: {notice.subject}"


@_say.register
def _(event: TaskAssigned, notice: Notice) -> tuple[str, str]:
    return "Task Assigned", f"{notice.actor} assigned a task to you: {notice.subject}"


@_say.register
def _(event: TaskDue, notice: Notice) -> tuple[str, str]:
    return "Task Due", f"I reminded you of the task: {notice.subject}"


@_say.register
def _(event: Welcome, notice: Notice) -> tuple[str, str]:
    return "Welcome to Fluxbot!", "Send me a line of text, and I keep it as a task."


@_say.register
def _(event: LinkAsked, notice: Notice) -> tuple[str, str]:
    return "Connect a chat?", f"{notice.actor} wants to connect to your account."


@_say.register
def _(event: Linked, notice: Notice) -> tuple[str, str]:
    if event.login:
        text = f"Signing in as {event.login} leads to your account now."
    else:
        text = f"The chat of {notice.actor} is connected to your account now."
    return "Chat connected", f"{text} If that was not you, disconnect it."


@_say.register
def _(event: MoveOffered, notice: Notice) -> tuple[str, str]:
    text = f"This chat had {tasks(event.tasks)} of its own, kept apart until you decide."
    return "Bring your tasks along?", text


@_say.register
def _(event: TasksMoved, notice: Notice) -> tuple[str, str]:
    text = f"{tasks(event.tasks)} of {notice.actor} came along, with new numbers."
    return "Tasks moved", text[0].upper() + text[1:]


@_say.register
def _(event: LinkDenied, notice: Notice) -> tuple[str, str]:
    return "Not connected", f"{notice.actor} said no. Nothing was connected."


@_say.register
def _(event: Returned, notice: Notice) -> tuple[str, str]:
    text = f"The chat of {notice.actor} is connected to your account again, as it was before."
    return "Chat is back", f"{text} If you do not want that, disconnect it."


@_say.register
def _(event: Unlinked, notice: Notice) -> tuple[str, str]:
    where = f"{event.name} on {event.platform.title()}"
    if event.platform == WEB:
        where = f"The sign-in of {event.name}"
    return "Chat disconnected", f"{where} is no longer connected to your account."


@_say.register
def _(event: Unreachable, notice: Notice) -> tuple[str, str]:
    chat = f"Your {event.platform.title()} chat{f' in {event.place}' if event.place else ''}"
    why = "the app was uninstalled there" if event.uninstalled else "it is closed to me"
    back = "when it is installed again" if event.uninstalled else "when you write to me there"
    text = f"{chat} can't be reached any more: {why}. Your tasks stay, and it works again {back}."
    return "Chat out of reach", text


@_say.register
def _(event: SignInUnfinished, notice: Notice) -> tuple[str, str]:
    text = (
        f"Somebody signed in as you on the web to connect the chat of {notice.actor}. It was not "
        "finished, so nothing was connected. If that was not you, open no such link again."
    )
    return "Nothing was connected", text


@_say.register
def _(event: Announced, notice: Notice) -> tuple[str, str]:
    return "From the operator", event.text


def told(work: Work, notice: Notice, reader: int) -> Reply | None:
    """The message that tells somebody a notice in a chat, as things stand now; None when there is
    nothing to tell any more."""
    title, message = said(notice, work.accounts.get(reader).zone)
    match notice.event:
        case TaskDue() as event:
            return reminding(work, event, reader)
        case TaskCompleted() | TaskAssigned():
            return _of_task(work, notice, reader, message)
        case event if isinstance(event, OfPlans):
            return of_plans(event, (title, message))
        case LinkAsked() | Linked() | MoveOffered() | TasksMoved() as event:
            return of_linking(work, event, Reply(title=title, text=message), reader)
        case Unlinked():
            chats = ((Button("My chats", "whoami"),),)
            return Reply(title=title, text=message, buttons=chats, audience=Audience.HERE)
        case _:
            return Reply(title=title, text=message, audience=Audience.HERE)


def _of_task(work: Work, notice: Notice, reader: int, message: str) -> Reply | None:
    if isinstance(notice.event, TaskAssigned):
        return _assigned(work, notice, reader)
    return _completed(work, notice, reader, message)


def _completed(work: Work, notice: Notice, reader: int, message: str) -> Reply | None:
    buttons = _open(work, notice, reader)
    silent = not notice.actor
    if not buttons and not silent:
        return None  # it was taken from them, or deleted, since
    return Reply(text=message, buttons=buttons, silent=silent, audience=Audience.HERE)


def _open(work: Work, notice: Notice, reader: int) -> tuple[tuple[Button, ...], ...]:
    task = work.tasks.for_account(reader, notice.task) if notice.task else None
    if task is None:
        return ()
    return ((button("Open", verbs.Show(Ref(public_id=task.public_id))),),)


def _assigned(work: Work, notice: Notice, reader: int) -> Reply | None:
    task = work.tasks.for_account(reader, notice.task) if notice.task else None
    if task is None or task.assignee != reader:
        return None
    shown = card(task, work.accounts.get(reader), work.now)
    return replace(shown, text=f"{notice.actor} assigned a task to you.")
