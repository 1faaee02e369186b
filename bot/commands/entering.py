"""Coming in: by an invitation, or by a link from the operator's own app."""

from __future__ import annotations

from bot import verbs
from bot.already import already
from bot.cards import button
from bot.guards import Guard
from bot.language import _
from bot.prompts import signed_in
from bot.sides import about, coming, named
from bot.turn import Turn, Where, commands
from bot.words import say_instant
from core.app_links import AppLink
from core.chat import Fact, Hint, Prompt, Reply, Style
from core.connecting import connect
from core.joining import Login, Way, login
from core.limits import INVITE
from core.offer import State
from core.sides import side, sides
from core.signup import Signup
from core.work import Work

SHOWN = 5
"""Chats of an account by name; beyond, their number."""


def entered(work: Work, turn: Turn, code: str) -> Reply | None:
    """What a code leads to that is no code of another chat; None where it is neither."""
    if turn.outside and work.invitations.redeem(code):
        return _admitted(work, turn)
    asked = work.app_links.redeem(turn.identity, code)
    return _asked(work, turn, asked) if asked is not None else None


def _admitted(work: Work, turn: Turn) -> Reply:
    work.accounts.let_in(turn.identity)
    return Reply(
        text=_(
            "{hello}, you are in. Send me a line of text and it becomes a task.", hello=turn.hello
        ),
        hints=(Hint(_("add Buy milk !high #home tomorrow"), _("add a task")), Hint("help")),
    )


@commands.on(verbs.Invite, usage="", where=Where.PRIVATE, guards=lambda _: (Guard(INVITE),))
def invite(work: Work, turn: Turn, command: verbs.Invite) -> Reply:
    match work.signup:
        case Signup.OPEN:
            return Reply(text=_("Nobody needs an invitation: whoever writes to me can begin."))
        case Signup.CLOSED:
            return Reply(text=_("Only the operator invites people here."))
    code, until = work.invitations.issue(turn.account.id)
    day = say_instant(until.astimezone(turn.account.zone), turn.today)
    return Reply(
        title=code,
        text=_("Give this code to the one you invite. They send it to me in a private chat."),
        facts=(Fact(_("It works once, until {day}.", day=day)),),
    )


def _asked(work: Work, turn: Turn, asked: AppLink) -> Reply:
    """Who they are there, and what connecting means, before anybody says yes."""
    known = login(work, asked.issuer, asked.subject)
    if known is not None and known.account == turn.account.id:
        work.app_links.end(turn.identity, asked.public_id, State.DONE)
        return already(turn, known.linked_at, asked.name or asked.subject)
    return Reply(
        title=_("Connect this chat to the account of {name}?", name=asked.name or asked.subject),
        text=_(
            "Say yes only if that is you and you have just asked for it there: that account and "
            "this chat will have the same tasks."
        ),
        facts=(Fact(asked.issuer, _("signed in at")), *_whose(work, turn, known)),
        buttons=(
            (
                button(_("Yes, connect"), verbs.JoinApp(asked.public_id), Style.PRIMARY),
                button(_("No"), verbs.RefuseApp(asked.public_id), Style.DANGER),
            ),
        ),
        prompt=Prompt(asked.public_id, State.ASKED),
    )


def _whose(work: Work, turn: Turn, known: Login | None) -> list[Fact]:
    """The account as a code from another chat shows it, and what would come along."""
    if known is None:
        return [Fact(_("No chat is connected there yet. Your tasks stay as they are, here."))]
    theirs = sides(work, known.account)
    facts = [about(theirs[0], turn.now, turn.account.zone)] if theirs else []
    facts += [Fact(named(each), "chat") for each in theirs[:SHOWN]]
    if len(theirs) > SHOWN:
        facts.append(Fact(_("and {count} more", count=len(theirs) - SHOWN)))
    return facts + coming(side(work, turn.account, turn.identity))


@commands.on(verbs.RefuseApp, hidden=True, outside=True)
def refuse_app(work: Work, turn: Turn, command: verbs.RefuseApp) -> Reply:
    message = turn.inbound.message
    work.app_links.end(turn.identity, command.attempt, State.DENIED, replaces=message)
    return Reply(text=_("Nothing was connected."), toast=_("Nothing was connected."))


@commands.on(verbs.JoinApp, hidden=True, outside=True)
def join_app(work: Work, turn: Turn, command: verbs.JoinApp) -> Reply:
    message = turn.inbound.message
    asked = work.app_links.end(turn.identity, command.attempt, State.DONE, replaces=message)
    done = connect(
        work,
        turn.identity,
        Way.APP,
        issuer=asked.issuer,
        subject=asked.subject,
        name=asked.name,
    )
    name = asked.name or asked.subject
    return already(turn, done.since, name) if done.already else signed_in(done, name)
