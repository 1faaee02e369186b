"""Connecting chats to one account, and disconnecting them."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button
from bot.people import describe
from bot.prompts import CONNECTED, connected, not_connected, shows
from bot.turn import IN_PRIVATE, Guard, Turn, commands
from bot.words import plural
from core import unlinking
from core.chat import Button, Fact, Hint, Prompt, Reply, Style
from core.codes import looks_like_code
from core.errors import LinkRefused
from core.identity import Identity
from core.limits import ISSUE_CODE, REDEEM_CODE, REDEEM_CODE_ALL
from core.linking import VALID_FOR
from core.offer import Issued, Offer, State
from core.work import Work


def _guards(command: verbs.Link) -> tuple[Guard, ...]:
    if not command.code:
        return (Guard(ISSUE_CODE),)
    return (
        Guard(REDEEM_CODE, failures=True),
        Guard(REDEEM_CODE_ALL, whole_service=True),
    )


@commands.on(verbs.Link, aliases=("connect",), usage="[CODE]", menu=IN_PRIVATE, guards=_guards)
def link(work: Work, turn: Turn, command: verbs.Link) -> Reply:
    if not turn.private:
        return _not_here(work, turn, command)
    if not command.code:
        return _issued(work.linking.issue(turn.identity))
    return _offered(work.linking.redeem(turn.identity, command.code))


def _not_here(work: Work, turn: Turn, command: verbs.Link) -> Reply:
    """A code that others can read is worth nothing; a new one is shown to one person only."""
    if command.code:
        void = looks_like_code(command.code) and work.linking.void(command.code)
        why = "Others here could read that code, so it is void." if void else "Not here, please."
        text = f"{why} Get a code, and send it, in a private chat."
        return Reply(text=text, hints=(Hint("link", "get a code"),))
    if not turn.inbound.forms:
        # Where a private answer is another chat, those here see that something came of it.
        note = {"text": "I wrote to you privately."}
        work.put_in_chat(turn.chat.id, name="say", id=f"say:{turn.inbound.key}", payload=note)
    return _issued(work.linking.issue(turn.identity))


def _issued(issued: Issued) -> Reply:
    minutes_valid = int(VALID_FOR.total_seconds()) // 60
    return Reply(
        title=issued.code,
        prompt=Prompt(issued.attempt, State.ISSUED),
        text="Send me this code from the chat that you want to connect.",
        facts=(
            Fact(f"It works once, for {minutes_valid} minutes."),
            Fact("Never give it to anybody else: it leads to your tasks."),
        ),
    )


def _offered(offer: Offer) -> Reply:
    """What joining means, before anybody says yes."""
    facts = [Fact(describe(offer.source), "code from")]
    if offer.joining > 1:
        facts.append(Fact(f"{plural(offer.joining, 'chat')} of yours will be connected to it."))
    if offer.moving:
        count = "more than 1,000 tasks" if offer.moving > 1000 else plural(offer.moving, "task")
        facts.append(Fact(f"Your {count} will move there, with new numbers."))
    label = "Yes, connect" if not offer.moving else "Yes, connect and move"
    return Reply(
        title=f"Connect to the account of {offer.account.name}?",
        prompt=shows(offer),
        text="Say yes only if that is you: whoever has that chat will see and change your tasks.",
        facts=tuple(facts),
        buttons=(
            (
                button(label, verbs.Join(offer.public_id), Style.PRIMARY),
                button("No", verbs.Refuse(offer.public_id), Style.DANGER),
            ),
        ),
    )


@commands.on(verbs.Join, hidden=True)
def join(work: Work, turn: Turn, command: verbs.Join) -> Reply:
    offer, joined = work.linking.agree(
        turn.identity, command.attempt, replaces=turn.inbound.message
    )
    if joined:
        return Reply(text=connected(offer.target), buttons=CONNECTED, toast="Connected.")
    text = f"I asked {describe(offer.source)} to say yes as well. It takes both of you."
    refuse = button("Stop", verbs.Refuse(offer.public_id))
    toast = "Waiting for the other chat."
    return Reply(text=text, buttons=((refuse,),), toast=toast, prompt=shows(offer))


@commands.on(verbs.Refuse, hidden=True)
def refuse(work: Work, turn: Turn, command: verbs.Refuse) -> Reply:
    offer = work.linking.deny(turn.identity, command.attempt, replaces=turn.inbound.message)
    other = offer.source if turn.identity.id != offer.source.id else offer.target
    return Reply(text=not_connected(other), toast="Nothing was connected.")


@commands.on(verbs.Unlink, aliases=("disconnect",), usage="", menu=frozenset())
def unlink(work: Work, turn: Turn, command: verbs.Unlink) -> Reply:
    mine = [each for each in work.accounts.identities(turn.account.id) if each.user_id]
    if len(mine) == 1:
        raise LinkRefused("last")
    if not command.identity:
        buttons = tuple((button(describe(each), verbs.Unlink(each.id)),) for each in mine)
        keep = button("Keep all", verbs.Close("All chats stay connected."))
        return Reply(text="Which chat should be disconnected?", buttons=(*buttons, (keep,)))
    return _really(turn, command.identity, mine)


def _really(turn: Turn, identity: int, mine: list[Identity]) -> Reply:
    leaving = next((each for each in mine if each.id == identity), None)
    if leaving is None:
        raise LinkRefused("gone")
    return Reply(
        text=f"Disconnect {describe(leaving)}? It will see none of your tasks and be told nothing. "
        "Your tasks stay here.",
        buttons=(
            (
                button("Disconnect", verbs.UnlinkNow(identity, at=minutes(turn)), Style.DANGER),
                button("Keep", verbs.Whoami()),
            ),
        ),
    )


@commands.on(verbs.UnlinkNow, hidden=True)
def unlink_now(work: Work, turn: Turn, command: verbs.UnlinkNow) -> Reply:
    mine = [each for each in work.accounts.identities(turn.account.id) if each.user_id]
    if not stands(turn, command.at):
        return replace(_really(turn, command.identity, mine), toast=ASKED_AGAIN)
    left = unlinking.unlink(work, turn.account.id, command.identity)
    text = f"Disconnected: {describe(left)}."
    return Reply(text=text, buttons=((Button("My chats", "whoami"),),), toast="Disconnected.")
