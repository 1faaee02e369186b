"""Answers that did not get through directly.

A job sends them again. One to somebody we may not write to, who never pressed Start or blocked us,
waits until they are there, for as long as answers are kept (`core.inbox.KEEP_REPLIES`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers import put_off
from bot.language import _, language_of, speaking
from core import waiting
from core.addresses import Address
from core.chat import Audience, Inbound, Link, Reply
from core.chats import BLOCKED, Chat
from core.errors import Ambiguous, ChatGone, Withdrawn
from core.ports import Job, Payload
from core.reaching import lose
from core.work import Work

BACK = "back:"
"""How the ids of these jobs begin."""
SINCE = "since"
"""In the payload of a job: what waits behind its answer is given next."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An answer that did not get through."""

    inbound: Inbound
    target: Chat
    error: type[Exception]
    """Not itself: its traceback leads to whoever has this, and they would keep each other alive."""
    step: str
    """Of billing, if it asks for a moment's patience."""
    entrance: str
    """Of the platform (`core.ports.ChatPlatform.entrance`)."""


def later(work: Work, failed: Failed) -> None:
    """See to it that the answer gets through all the same, if it ever can."""
    inbound, target = failed.inbound, failed.target
    if failed.step and issubclass(failed.error, Withdrawn):
        work.steps.unsaid(failed.step, target.address)
    asked_in = elsewhere(work, inbound, target)
    if not issubclass(failed.error, ChatGone):
        work.inbox.reopen(inbound.key)
        tried = issubclass(failed.error, Ambiguous)
        put_off(work, inbound.key, target.id, tried=tried, asked_in=asked_in)
    elif target.private:
        here = inbound.address.thread
        keep_waiting(work, inbound.key, target.address, asked_in, failed.entrance, thread=here)
    else:
        work.inbox.delivered(inbound.key)  # it never can be


def line_up(work: Work, inbound: Inbound, target: Chat) -> None:
    """Let the answer wait in the database: there is no room for it."""
    put_off(work, inbound.key, target.id, asked_in=elsewhere(work, inbound, target))


def elsewhere(work: Work, inbound: Inbound, target: Chat) -> int:
    """The chat in which it was asked, where the answer goes to another one; else 0."""
    here = target.address.chat == inbound.address.chat
    return 0 if here else work.chats.get(inbound.address).id


def keep_waiting(
    work: Work,
    key: str,
    target: Address,
    asked_in: int = 0,
    entrance: str = "",
    *,
    thread: str = "",
) -> None:
    """An answer found nobody at its `target`: it waits, unless they came meanwhile. Where it was
    `asked_in` a group, those there, in that `thread`, see the way to the private chat, and nothing
    of the answer."""
    chat = work.chats.held(work.chats.get(target).id)
    work.inbox.hand_over(key)
    if not chat.gone:
        give_what_waited(work, chat)
    elif asked_in and entrance:
        tongue = language_of(work, chat.id)
        invitation = {"url": entrance, "language": tongue, "thread": thread}
        work.put_in_chat(asked_in, name="invite", id=f"invite:{key}", payload=invitation)


def invitation(url: str, language: str) -> Reply:
    """The way to the private chat, for somebody who has yet to open it."""
    with speaking(language):
        text = _("My answer is for you alone. Open our chat and press Start: it waits there.")
        buttons = ((Link(_("Open our chat"), url),),)
    return Reply(text=text, buttons=buttons, audience=Audience.HERE)


def note(work: Work, address: Address, *, present: bool) -> None:
    """We may write to a chat again, or no more."""
    chat = work.chats.find(address)
    if chat and not present:
        lose(work, chat, BLOCKED)
    elif chat and chat.gone:
        work.chats.regain(chat.id)
        give_what_waited(work, chat)


def give_what_waited(work: Work, chat: Chat) -> None:
    """Somebody can be written to again: they are given the first answer that waited, and behind it
    the next (`give_next`). They may be gone again before it came, and who comes and goes a hundred
    times has one job that waits, not each time one for each answer."""
    key = waiting.first(work, chat.id)
    if key is not None:
        work.withdraw_in_chat(chat.id, _givers, BACK)
        _give(work, chat.id, key, f"{work.now.timestamp():.6f}")


def give_next(work: Work, payload: Payload) -> None:
    """One of the answers that waited came, or never will: the next one's turn, unless the chat is
    gone again. Repeating it changes nothing."""
    found = waiting.behind(work, str(payload["key"]))
    if found is not None and not work.chats.held(found[0]).gone:
        _give(work, *found, str(payload[SINCE]))


def _give(work: Work, chat: int, key: str, since: str) -> None:
    """`since`: the moment from which they are back; each time they are given it anew."""
    payload = {"key": key, SINCE: since}
    work.put_in_chat(chat, name="reply", id=f"{BACK}{since}:{key}", payload=payload)


def _givers(jobs: Sequence[Job]) -> Sequence[Job]:
    """All whose ids begin so."""
    return jobs
