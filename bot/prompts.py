"""What a message about a link attempt becomes when the attempt moves on."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.sides import named
from core.chat import Audience, Button, Prompt, Reply
from core.connecting import Connected
from core.offer import Offer, Side, State
from core.work import Work


def ways_on() -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("My chats"), "whoami"), Button(_("Open tasks"), "list")),)


def new_code() -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("Get a code"), "link"),),)


def instead(reply: Reply) -> Reply:
    """The reply, which begins to connect a chat anew; the message whose button asked for that goes.
    That it stood there says nothing any more, and what it held is void."""
    return replace(reply, instead=_("I wrote you a newer message, below."))


def shows(offer: Offer) -> Prompt:
    """Marks a message as one that shows this attempt."""
    return Prompt(offer.public_id, offer.state)


def outcome(work: Work, attempt: str, state: State, chat: int) -> Reply:
    """The message's new words in one of the two chats. No word of the attempt is left once it has
    ended: a code would stay readable."""
    offer = work.linking.find(attempt)
    other = _other(offer, chat) if offer else None
    text, buttons = _words(state, other, asked=offer is not None and offer.target is not None)
    if state is State.DONE and offer and offer.target and other is offer.target:
        # Whoever said yes here has the answer to that: this one only says what became of the code.
        text, buttons = _("Connected: {who} entered this code.", who=named(offer.target)), ()
    prompt = shows(offer) if offer and state is State.ASKED else None
    return Reply(text=text, buttons=buttons, audience=Audience.HERE, prompt=prompt)


def connected(other: Side | None) -> str:
    """`Connected: Ada (@ada) on Telegram and this chat are one account.`"""
    if other and other.workspace:
        return _("Connected: {who}, and this chat are one account.", who=named(other))
    who = named(other) if other else _("another chat")
    return _("Connected: {who} and this chat are one account.", who=who)


def signed_in(done: Connected, name: str) -> Reply:
    """A chat and a sign-in were connected, which they were not before."""
    if done.joined is not None:
        text = _("Connected: this chat belongs to the account of {name} now.", name=name)
    else:
        text = _("Connected: from now on, signing in as {name} leads to this account.", name=name)
    undo = ((button(_("Undo"), verbs.UndoLink(done.link)),),) if done.link else ()
    return Reply(text=text, buttons=(*undo, *ways_on()), toast=_("Connected."))


def not_connected(other: Side | None) -> str:
    """`Nothing was connected (Ada (@ada) on Telegram).`"""
    if other is None:
        return _("Nothing was connected.")
    return _("Nothing was connected ({who}).", who=named(other))


def _other(offer: Offer, chat: int) -> Side | None:
    return offer.source if offer.source.identity.chat_id != chat else offer.target


def _words(
    state: State, other: Side | None, *, asked: bool
) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    match state:
        case State.ASKED:
            return _("Your code was entered. If they say yes there, I ask you here."), ()
        case State.DONE:
            return connected(other), ways_on()
        case State.DENIED:
            return not_connected(other), ()
        case State.EXPIRED if asked:
            return _("Nobody answered in time, so nothing was connected."), new_code()
        case State.EXPIRED:
            return _("That code has expired. Nothing was connected."), new_code()
        case _:
            return _("That has ended. Nothing was connected."), new_code()
