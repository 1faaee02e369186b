"""What happened, in words."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch

from bot import verbs
from bot.cards import button, card
from bot.people import describe
from bot.prompts import shows
from core.chat import Audience, Button, Reply, Style
from core.errors import LinkRefused
from core.events import (
    Announced,
    Event,
    LinkAsked,
    LinkDenied,
    Linked,
    TaskAssigned,
    TaskCompleted,
    Unlinked,
    Welcome,
)
from core.notices import Notice
from core.offer import State
from core.task import Ref
from core.work import Work


def said(notice: Notice) -> tuple[str, str]:
    """A notice's title and message."""
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
def _(event: Welcome, notice: Notice) -> tuple[str, str]:
    return "Welcome to Fluxbot!", "Send me a line of text, and I keep it as a task."


@_say.register
def _(event: LinkAsked, notice: Notice) -> tuple[str, str]:
    return "Connect a chat?", f"{notice.actor} wants to connect to your account."


@_say.register
def _(event: Linked, notice: Notice) -> tuple[str, str]:
    text = f"The chat of {notice.actor} is connected to your account now."
    return "Chat connected", f"{text} If that was not you, disconnect it."


@_say.register
def _(event: LinkDenied, notice: Notice) -> tuple[str, str]:
    return "Not connected", f"{notice.actor} said no. Nothing was connected."


@_say.register
def _(event: Unlinked, notice: Notice) -> tuple[str, str]:
    where = f"{event.name} on {event.platform.title()}"
    return "Chat disconnected", f"{where} is no longer connected to your account."


@_say.register
def _(event: Announced, notice: Notice) -> tuple[str, str]:
    return "From the operator", event.text


def told(work: Work, notice: Notice, reader: int) -> Reply | None:
    """The message that tells somebody a notice in a chat, as things stand now; None when there is
    nothing to tell any more."""
    title, message = said(notice)
    match notice.event:
        case TaskCompleted():
            buttons = _open(work, notice, reader)
            silent = not notice.actor
            if not buttons and not silent:
                return None  # it was taken from them, or deleted, since
            return Reply(text=message, buttons=buttons, silent=silent, audience=Audience.HERE)
        case TaskAssigned():
            return _assigned(work, notice, reader, message)
        case LinkAsked(attempt=attempt):
            return _link_asked(work, attempt)
        case Linked(identity=identity):
            return _linked(work, identity, title, message)
        case _:
            return Reply(title=title, text=message, audience=Audience.HERE)


def _linked(work: Work, identity: int, title: str, message: str) -> Reply:
    found = work.accounts.identity(identity)
    if found is not None:  # both chats may have the same name: say where the new one is
        now = f"{describe(found[1])} is connected to your account now."
        message = f"{now} If that was not you, disconnect it."
    mine = ((Button("My chats", "whoami"),),)
    return Reply(title=title, text=message, buttons=mine, audience=Audience.HERE)


def _open(work: Work, notice: Notice, reader: int) -> tuple[tuple[Button, ...], ...]:
    task = work.tasks.for_account(reader, notice.task) if notice.task else None
    if task is None:
        return ()
    return ((button("Open", verbs.Show(Ref(public_id=task.public_id))),),)


def _assigned(work: Work, notice: Notice, reader: int, message: str) -> Reply | None:
    task = work.tasks.for_account(reader, notice.task) if notice.task else None
    if task is None or task.assignee != reader:
        return None
    shown = card(task, work.accounts.get(reader), work.now)
    return replace(shown, text=f"{notice.actor} assigned a task to you.")


def _link_asked(work: Work, attempt: int) -> Reply | None:
    try:
        offer = work.linking.offer(attempt)
    except LinkRefused:
        return None
    if offer.target is None or offer.state is not State.ASKED or offer.expires_at < work.now:
        return None
    return Reply(
        title="Connect this chat to your account?",
        prompt=shows(offer),
        text=f"{describe(offer.target)} entered your code. Say yes only if that is you.",
        buttons=(
            (
                button("Yes, that is me", verbs.Join(offer.public_id), Style.PRIMARY),
                button("No", verbs.Refuse(offer.public_id), Style.DANGER),
            ),
        ),
        audience=Audience.HERE,
    )
