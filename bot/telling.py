"""What a job finds to say when it sends: queued authority is stale, so all is looked up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.actors import by_name
from bot.answers import is_awaited
from bot.card_page import card_on
from bot.gathered import gathered
from bot.language import language_of, speaking
from bot.prompts import outcome
from bot.redrawn import drawn
from bot.selling import as_sold_on
from bot.unnoted import let_answers_be_noted
from bot.web_prompts import web_outcome
from bot.zone_words import zone_set
from core.addresses import Address
from core.chat import Button, Reply, Style
from core.chats import MOVED
from core.inbox import Undelivered
from core.offer import State
from core.ports import Payload
from core.presets import tells
from core.work import Work
from core.zone_moving import dated_in
from core.zones import NOWHERE


@dataclass(frozen=True, slots=True)
class Message:
    """What a job found to say, at the time of sending."""

    address: Address
    reply: Reply
    edit: str = ""
    reply_to: str = ""
    still: Callable[[Work], bool] | None = None
    """Whether it is still to be said, asked once more when its turn has come."""
    awaited: bool = False
    """Somebody asked, and looks at their chat."""


Find = Callable[[Work, Payload], Message | None]


def finds(find: Find, payload: Payload, work: Work) -> bool:
    """Whether there is still something to say."""
    return find(work, payload) is not None


def plainly(make: Callable[[Work], Reply], work: Work, payload: Payload) -> Message | None:
    """A sentence for a chat, or for the account whose private chat it is to be then (`reader`)."""
    chat, whose = int(str(payload["chat"])), payload.get("reader")
    place = work.chats.by_id(chat)
    if place.gone and place.gone != MOVED:  # that one leads on to where it went
        return None
    if whose and ((owner := work.accounts.of_chat(chat)) is None or owner.id != whose):
        return None
    with speaking(language_of(work, chat)):
        return Message(replace(place.address, thread=str(payload.get("thread", ""))), make(work))


def replying(work: Work, key: str) -> Message | None:
    """An answer that did not get through, if it is still awaited. Raises `GiveUp` where it is no
    longer kept."""
    waiting = work.inbox.undelivered(key)
    if waiting is None:
        return None
    return replace(_again(waiting), still=partial(is_awaited, key=key), awaited=True)


def _again(waiting: Undelivered) -> Message:
    """The answer as it can be sent without the request it answers. What would have been shown for a
    moment is said, and a form has a button that opens it: in a message that replaces none."""
    reply = waiting.reply
    if reply.drawn:
        return Message(waiting.address, replace(reply, toast=""), edit=waiting.edits)
    if reply.form is None:
        return Message(waiting.address, Reply(text=reply.toast))
    opens = Button(reply.form.opens, reply.form.line, Style.PRIMARY)
    text = reply.form.late
    return Message(waiting.address, Reply(text=text, buttons=((opens,),)))


def telling(work: Work, payload: Payload) -> Message | None:
    """A notice as a message, or several as one, with who may know it checked again: queued
    authority is stale. Raises `RetryLater` while it is asked who did it."""
    reader = work.accounts.identity(int(str(payload["identity"])))
    if reader is None:
        return None
    account, identity = reader
    chat = work.chats.by_id(identity.chat_id)
    if chat.gone:  # it is in their inbox, where they find it when they are back
        return None
    found = [work.notices.get(int(each)) for each in str(payload["notice"]).split(",")]
    theirs = [
        by_name(work, each)
        for each in found
        if each is not None and each.account == account.id and tells(identity, each.event)
    ]
    with speaking(account.language):
        saying = gathered(work, theirs, account, identity, held=bool(payload.get("held")))
    if saying is None:
        return None
    platform = chat.address.platform
    reply = card_on(work, platform, as_sold_on(work, platform, saying.reply))
    shown = work.cards.find(saying.task, chat.id) if saying.task else None
    return Message(chat.address, reply, reply_to=shown.message if shown else "")


def zoning(work: Work, payload: Payload) -> Message | None:
    """That a zone was learnt of somebody who has dates without one by now, with the question what
    becomes of them; None when that is settled."""
    reader = work.accounts.identity(int(str(payload["identity"])))
    if reader is None or not dated_in(work, reader[0].id, NOWHERE)[0]:
        return None
    chat = work.chats.by_id(reader[1].chat_id)
    if chat.gone:
        return None
    with speaking(reader[0].language):
        return Message(chat.address, zone_set(work, reader[0].id, NOWHERE))


def redrawing(work: Work, payload: Payload) -> Message | None:
    """A card as its task is now, to replace what a message shows: the live card, or one that a
    newer one has followed in the same chat."""
    task, chat_id = int(str(payload["task"])), int(str(payload["chat"]))
    live = work.cards.find(task, chat_id)
    chat, message = work.chats.by_id(chat_id), str(payload["message"])
    if live is None or chat.gone or (live.message and not message):  # it got one meanwhile
        return None
    revision = int(str(payload.get("revision") or 0))
    if chat.private and message == live.message and 0 < revision <= live.revision:
        return None  # an answer shows it so already, and says more than the card
    if chat.private and message == live.message and revision > live.revision:
        let_answers_be_noted(work, chat)  # one may show it so already
    reply = drawn(work, task, chat_id, undo=bool(payload.get("undo")))
    if reply is None:
        return None
    reply = replace(reply, card=reply.card if message == live.message else None)
    # Meanwhile an answer may show more; and a chat that leaves its account has no cards of it.
    still = partial(finds, redrawing, payload) if chat.private else None
    return Message(live.address, reply, edit=message, still=still)


def concluding(work: Work, payload: Payload) -> Message | None:
    """What became of a link attempt, in place of a message that shows it."""
    attempt, chat, message = str(payload["attempt"]), int(str(payload["chat"])), payload["message"]
    address = work.prompts.find(attempt, chat, str(message))
    if address is None or work.chats.by_id(chat).gone:
        return None
    state, web = State(str(payload["state"])), work.web_links.find(attempt)
    with speaking(language_of(work, chat)):
        reply = web_outcome(web, state) if web else outcome(work, attempt, state, chat)
    return Message(address, reply, edit=str(message))
