"""What is told in the chats of an account about linking, as things stand when it is told."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.people import describe
from bot.prompts import shows
from bot.sides import about, named, tasks
from core import links
from core.chat import Audience, Button, Fact, Hint, Reply, Style
from core.errors import LinkRefused
from core.events import LinkAsked, Linked, MoveOffered, TasksMoved
from core.offer import State
from core.ports import Payload
from core.work import Work


def of_linking(
    work: Work, event: LinkAsked | Linked | MoveOffered | TasksMoved, said: Reply, reader: int
) -> Reply | None:
    """The message for an account, made of what is `said` in its inbox; None when there is nothing
    to tell any more."""
    match event:
        case LinkAsked(attempt=attempt):
            return _asked(work, attempt)
        case Linked():
            return _linked(work, event, said, reader)
        case MoveOffered(link=link):
            return _move_offered(work, link, said)
        case TasksMoved(link=link):
            undo = button(_("Not you? Undo"), verbs.UndoMove(link))
            return replace(said, buttons=((undo,),), audience=Audience.HERE)


def parted(work: Work, payload: Payload) -> Reply:
    """What a chat is told that left an account (`core.unlinking.farewell`)."""
    left = work.accounts.find(int(str(payload.get("account") or 0)))
    text = _("This chat is no longer connected to that account.")  # it was forgotten since
    if left:
        text = _("This chat is no longer connected to the account of {name}.", name=left.name)
    then = _("It is its own again.") if payload.get("home") else _("Write to me to start afresh.")
    return Reply(
        text=f"{text} {then}",
        buttons=((Button(_("My chats"), "whoami"), Button(_("Help"), "help")),),
        hints=(Hint("link", _("connect it again")),),
        audience=Audience.HERE,
    )


def _linked(work: Work, event: Linked, said: Reply, reader: int) -> Reply:
    """In the same words for both sides: each learns who the other is."""
    message = said.text
    into = work.accounts.get(reader).name
    found = work.accounts.identity(event.identity)
    if found is not None:
        message = _(
            "{who} is connected to the account of {name} now.", who=describe(found[1]), name=into
        )
    elif event.login:
        message = _(
            "The sign-in of {login} is connected to the account of {name} now.",
            login=event.login,
            name=into,
        )
    undo = button(_("Not you? Undo"), verbs.UndoLink(event.link)) if event.link else None
    if undo is not None:
        message = f"{message} {_('It can be taken back for 24 hours.')}"
    row = (*filter(None, [undo]), Button(_("My chats"), "whoami"))
    return replace(said, text=message, buttons=(row,), audience=Audience.HERE)


def _move_offered(work: Work, link: str, said: Reply) -> Reply | None:
    found = links.find(work, link)
    if found is None or found.moved_at is not None or found.undone_at is not None:
        return None
    apart = _("Left apart, they come back when this chat is disconnected.")
    count = tasks(links.tasks(work, found.origin)) if found.origin else ""
    return replace(
        said,
        text=f"{said.text} {apart}",
        buttons=(
            (
                button(_("Move my {count}", count=count), verbs.MoveTasks(link), Style.PRIMARY),
                button(_("Leave them apart"), verbs.LeaveApart(link)),
            ),
        ),
        audience=Audience.HERE,
    )


def _asked(work: Work, attempt: int) -> Reply | None:
    try:
        offer = work.linking.offer(attempt)
    except LinkRefused:
        return None
    if offer.target is None or offer.state is not State.ASKED or offer.expires_at < work.now:
        return None
    facts = [about(offer.target, work.now, offer.source.account.zone)]
    if offer.target.chats > 1:
        facts.append(
            Fact(_("All of their {chats} chats will be connected.", chats=offer.target.chats))
        )
    return Reply(
        title=_("Connect this chat to your account?"),
        prompt=shows(offer),
        text=_("{who} entered your code. Say yes only if that is you.", who=named(offer.target)),
        facts=tuple(facts),
        buttons=(
            (
                button(_("Yes, that is me"), verbs.Join(offer.public_id), Style.PRIMARY),
                button(_("No"), verbs.Refuse(offer.public_id), Style.DANGER),
            ),
            (button(_("No, and block"), verbs.Block(offer.public_id), Style.DANGER),),
        ),
        audience=Audience.HERE,
    )
