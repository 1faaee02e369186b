"""What happened, in words."""

# long: it is one list, and each is short

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import singledispatch

from bot import parting_words, verbs
from bot.assigning_notices import answered, offered, told_answer, unanswered
from bot.cards import button
from bot.due_notices import reminding
from bot.fewer import fewer, with_way_out
from bot.language import _, pgettext
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
    OfferUnanswered,
    PartingAsked,
    PartingKept,
    Returned,
    SignInUnfinished,
    TaskAccepted,
    TaskAssigned,
    TaskCompleted,
    TaskDeclined,
    TaskDue,
    TasksMoved,
    Unlinked,
    Unreachable,
    Welcome,
)
from core.identity import Account
from core.logins import WEB
from core.notices import Notice
from core.task import Ref
from core.work import Work


def said(notice: Notice, zone: tzinfo = UTC) -> tuple[str, str]:
    """A notice's title and message, with its days as they are in the reader's zone."""
    if isinstance(notice.event, OfPlans):
        return say(notice.event, When(zone, notice.created_at))
    if isinstance(notice.event, PartingAsked | PartingKept):
        return parting_words.say(notice.event, notice, zone)
    return _say(notice.event, notice)


@singledispatch
def _say(event: Event, notice: Notice) -> tuple[str, str]:
    raise TypeError(f"no words for {type(event).__name__}")


@_say.register
def _task_completed(event: TaskCompleted, notice: Notice) -> tuple[str, str]:
    if not notice.actor:
        return _("Task Completed"), _("You completed the task: {subject}", subject=notice.subject)
    return _("Task Completed"), _(
        "{actor} completed the task: {subject}", actor=notice.actor, subject=notice.subject
    )


@_say.register
def _task_assigned(event: TaskAssigned, notice: Notice) -> tuple[str, str]:
    return _("Task Assigned"), _(
        "{actor} assigned a task to you: {subject}", actor=notice.actor, subject=notice.subject
    )


@_say.register(TaskAccepted)
@_say.register(TaskDeclined)
@_say.register(OfferUnanswered)
def _task_accepted(
    event: TaskAccepted | TaskDeclined | OfferUnanswered, notice: Notice
) -> tuple[str, str]:
    return answered(event, notice)


@_say.register
def _task_due(event: TaskDue, notice: Notice) -> tuple[str, str]:
    return _("Task Due"), _("I reminded you of the task: {subject}", subject=notice.subject)


@_say.register
def _welcome(event: Welcome, notice: Notice) -> tuple[str, str]:
    return _("Welcome to Fluxbot!"), _("Send me a line of text, and I keep it as a task.")


@_say.register
def _link_asked(event: LinkAsked, notice: Notice) -> tuple[str, str]:
    return _("Connect a chat?"), _("{actor} wants to connect to your account.", actor=notice.actor)


@_say.register
def _linked(event: Linked, notice: Notice) -> tuple[str, str]:
    if event.login:
        text = _("Signing in as {login} leads to your account now.", login=event.login)
    else:
        text = _("The chat of {actor} is connected to your account now.", actor=notice.actor)
    return _("Chat connected"), f"{text} {_('If that was not you, disconnect it.')}"


@_say.register
def _move_offered(event: MoveOffered, notice: Notice) -> tuple[str, str]:
    text = _(
        "This chat had {tasks} of its own, kept apart until you decide.", tasks=tasks(event.tasks)
    )
    return _("Bring your tasks along?"), text


@_say.register
def _tasks_moved(event: TasksMoved, notice: Notice) -> tuple[str, str]:
    text = _(
        "{tasks} of {actor} came along, with new numbers.",
        tasks=tasks(event.tasks),
        actor=notice.actor,
    )
    return _("Tasks moved"), text[0].upper() + text[1:]


@_say.register
def _link_denied(event: LinkDenied, notice: Notice) -> tuple[str, str]:
    return _("Not connected"), _("{actor} said no. Nothing was connected.", actor=notice.actor)


@_say.register
def _returned(event: Returned, notice: Notice) -> tuple[str, str]:
    text = _(
        "The chat of {actor} is connected to your account again, as it was before.",
        actor=notice.actor,
    )
    return _("Chat is back"), f"{text} {_('If you do not want that, disconnect it.')}"


@_say.register
def _unlinked(event: Unlinked, notice: Notice) -> tuple[str, str]:
    platform = event.platform.title()
    text = _(
        "{name} on {platform} is no longer connected to your account.",
        name=event.name,
        platform=platform,
    )
    if event.platform == WEB:
        text = _("The sign-in of {name} is no longer connected to your account.", name=event.name)
    return _("Chat disconnected"), text


@_say.register
def _unreachable(event: Unreachable, notice: Notice) -> tuple[str, str]:
    platform = event.platform.title()
    chat = _("Your {platform} chat", platform=platform)
    if event.place:
        chat = _("Your {platform} chat in {place}", platform=platform, place=event.place)
    if event.uninstalled:
        text = _(
            "{chat} can't be reached any more: the app was uninstalled there. Your tasks stay, and "
            "it works again when it is installed again.",
            chat=chat,
        )
    else:
        text = _(
            "{chat} can't be reached any more: it is closed to me. Your tasks stay, and it works "
            "again when you write to me there.",
            chat=chat,
        )
    return _("Chat out of reach"), text


@_say.register
def _sign_in_unfinished(event: SignInUnfinished, notice: Notice) -> tuple[str, str]:
    text = _(
        "Somebody signed in as you on the web to connect the chat of {actor}. It was not "
        "finished, so nothing was connected. If that was not you, open no such link "
        "again.",
        actor=notice.actor,
    )
    return _("Nothing was connected"), text


@_say.register
def _announced(event: Announced, notice: Notice) -> tuple[str, str]:
    return _("From the operator"), event.text


def told(work: Work, notice: Notice, reader: Account, *, held: bool = False) -> Reply | None:
    """The message that tells somebody a notice in a chat, as things stand now, with the way out of
    more of them; None when there is nothing to tell any more."""
    shown = _told(work, notice, reader, held=held)
    return with_way_out(notice.event, shown) if shown else None


def _told(work: Work, notice: Notice, reader: Account, *, held: bool) -> Reply | None:
    title, message = said(notice, reader.zone)
    match notice.event:
        case TaskDue() as event:
            return reminding(work, event, reader.id, held=held)
        case TaskCompleted() | TaskAssigned() | TaskAccepted() | TaskDeclined() | OfferUnanswered():
            return _of_task(work, notice, reader, message)
        case event if isinstance(event, OfPlans):
            return of_plans(event, (title, message))
        case PartingAsked() | PartingKept() as event:
            return parting_words.told(work, event, Reply(title=title, text=message))
        case LinkAsked() | Linked() | MoveOffered() | TasksMoved() as event:
            return of_linking(work, event, Reply(title=title, text=message), reader.id)
        case event:
            chats = ((Button(_("My chats"), "whoami"),),) if isinstance(event, Unlinked) else ()
            return Reply(title=title, text=message, buttons=chats, audience=Audience.HERE)


def _of_task(work: Work, notice: Notice, reader: Account, message: str) -> Reply | None:
    if isinstance(notice.event, TaskCompleted):
        return _completed(work, notice, reader.id, message)
    if isinstance(notice.event, TaskAssigned):
        return offered(work, notice, reader)
    if isinstance(notice.event, OfferUnanswered):
        return unanswered(work, notice, reader.id, message)
    return told_answer(work, notice, reader.id, message)


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
    opens = button(pgettext("verb", "Open"), verbs.Show(Ref(public_id=task.public_id)))
    return ((opens, fewer(verbs.About.NEWS)),)
