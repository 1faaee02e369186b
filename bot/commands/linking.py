"""Connecting chats to one account by a code."""

from __future__ import annotations

from dataclasses import replace

from bot import door, verbs
from bot.cards import button
from bot.commands import entering
from bot.guards import Guard, Per
from bot.language import _
from bot.prompts import connected, instead, not_connected, shows, ways_on
from bot.sides import about, coming, named
from bot.turn import IN_PRIVATE, Turn, commands
from bot.web_prompts import offered
from core.chat import Fact, Hint, Prompt, Reply, Style
from core.codes import looks_like_code
from core.errors import LinkRefused
from core.limits import (
    ISSUE_CODE,
    REDEEM_CODE,
    REDEEM_CODE_ALL,
    REDEEM_CODE_HOUR,
    REDEEM_CODE_TEAM,
)
from core.linking import VALID_FOR
from core.offer import Issued, Offer, State
from core.work import Work


def _guards(command: verbs.Link) -> tuple[Guard, ...]:
    if not command.code:
        return (Guard(ISSUE_CODE),)
    return (
        Guard(REDEEM_CODE, failures=True),
        Guard(REDEEM_CODE_HOUR, failures=True),
        Guard(REDEEM_CODE_TEAM, failures=True, per=Per.TEAM),
        Guard(REDEEM_CODE_ALL, per=Per.SERVICE),
    )


@commands.on(
    verbs.Link,
    aliases=("connect",),
    usage="[CODE]",
    menu=IN_PRIVATE,
    guards=_guards,
    outside=True,
)
def link(work: Work, turn: Turn, command: verbs.Link) -> Reply:
    if not turn.private:
        return _not_here(work, turn, command)
    if command.code:
        return entering.entered(work, turn, command.code) or _offered(
            turn, work.linking.redeem(turn.identity, command.code)
        )
    if turn.outside:
        return instead(door.entrance(work))
    return _issued(work, work.linking.issue(turn.identity))


def _not_here(work: Work, turn: Turn, command: verbs.Link) -> Reply:
    """A code that others can read is worth nothing; a new one is shown to one person only."""
    if command.code:
        if not (looks_like_code(command.code) and _void(work, command.code)):
            raise LinkRefused("not-here")  # a wrong code is a guess here, too, and counts
        text = _(
            "Others here could read that code, so it is void. Get a code, and send it, in a "
            "private chat."
        )
        hints = (Hint("link", _("get a code")),)
        return Reply(text=text, hints=hints, unsay=True)
    # Where a private answer is another chat, those here see that something came of it.
    return replace(
        _issued(work, work.linking.issue(turn.identity)), note=_("I wrote to you privately.")
    )


def _void(work: Work, code: str) -> bool:
    void = work.linking.void(code) or work.app_links.void(code)
    return void or work.invitations.redeem(code)


def _issued(work: Work, issued: Issued) -> Reply:
    minutes_valid = int(VALID_FOR.total_seconds()) // 60
    shown = Reply(
        title=issued.code,
        prompt=Prompt(issued.attempt, State.ISSUED),
        text=_("Send me this code from the chat that you want to connect."),
        facts=(
            Fact(_("It works once, for {minutes} minutes.", minutes=minutes_valid)),
            Fact(_("Never give it to anybody else: it leads to your tasks.")),
        ),
        buttons=offered(work),
    )
    return instead(shown)


def _offered(turn: Turn, offer: Offer) -> Reply:
    """Who they are and what joining means, before anybody says yes."""
    facts = [Fact(named(offer.source), _("code from"))]
    facts.append(about(offer.source, turn.now, turn.account.zone))
    facts += coming(offer.target) if offer.target else []
    return Reply(
        title=_("Connect to the account of {name}?", name=offer.source.account.name),
        prompt=shows(offer),
        text=_(
            "Say yes only if that is you: whoever has that chat will see and change your tasks."
        ),
        facts=tuple(facts),
        buttons=(
            (
                button(_("Yes, connect"), verbs.Join(offer.public_id), Style.PRIMARY),
                button(_("No"), verbs.Refuse(offer.public_id), Style.DANGER),
            ),
        ),
    )


@commands.on(verbs.Join, hidden=True, outside=True)
def join(work: Work, turn: Turn, command: verbs.Join) -> Reply:
    offer, joined = work.linking.agree(
        turn.identity, command.attempt, replaces=turn.inbound.message
    )
    if joined:
        undo = button(_("Undo"), verbs.UndoLink(joined.link))
        rows = ((undo,), *ways_on())
        return Reply(text=connected(offer.target), buttons=rows, toast=_("Connected."))
    text = _("I asked {who} to say yes as well. It takes both of you.", who=named(offer.source))
    refuse = button(_("Stop"), verbs.Refuse(offer.public_id))
    toast = _("Waiting for the other chat.")
    return Reply(text=text, buttons=((refuse,),), toast=toast, prompt=shows(offer))


@commands.on(verbs.Refuse, hidden=True, outside=True)
def refuse(work: Work, turn: Turn, command: verbs.Refuse) -> Reply:
    offer = work.linking.deny(turn.identity, command.attempt, replaces=turn.inbound.message)
    other = offer.source if turn.identity.id != offer.source.identity.id else offer.target
    return Reply(text=not_connected(other), toast=_("Nothing was connected."))


@commands.on(verbs.Block, hidden=True)
def block(work: Work, turn: Turn, command: verbs.Block) -> Reply:
    offer = work.linking.block(turn.identity, command.attempt, replaces=turn.inbound.message)
    void = _(
        "Your codes do not work for them any more. If that was you after all, get a code there and "
        "enter it here."
    )
    return Reply(text=f"{not_connected(offer.target)} {void}", toast=_("Nothing was connected."))
