"""What is shown below a link to a task, once it is agreed, or by a message that somebody picked for
another chat; and again whenever the task changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.card_facts import facts
from bot.cards import TITLE_SHOWN, named
from bot.courier import Courier, Still
from bot.entities import entity, gone
from bot.language import _, pgettext, speaking
from core.addresses import Address
from core.chat import Audience, Link, Reply
from core.chats import Chat
from core.errors import MessageGone, Refusal, Withdrawn
from core.identity import Account, Identity
from core.ports import ChatPlatform, Payload, Runner, Unfurls
from core.rights import Actor
from core.store import Store
from core.task import Ref, Task
from core.work import Work

_BY_MESSAGE = frozenset({"telegram"})
"""Platforms where somebody picks a message that shows a task; elsewhere it is below a link."""


@dataclass(frozen=True, slots=True)
class _Shown:
    address: Address
    message: str
    url: str
    reply: Reply
    theirs: bool
    """Whether it shows the task, which whoever agreed to it may see."""


class Unfurling:
    """The runner of these jobs."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {"unfurl": self.unfurl}

    async def unfurl(self, payload: Payload) -> None:
        """Show the task as it is now, if whoever agreed to it may still see it. Where it was shown
        before and they may not, that is taken away."""
        shown = await self._store.query(lambda work: _shown(work, payload))
        if shown is None:
            return
        if not await self._drawn(shown, partial(_is_theirs, payload=payload)):
            task, chat = str(payload["task"]), _where(payload)
            await self._store.mutate(lambda work: work.previews.drop(task, chat, shown.message))

    async def _drawn(self, shown: _Shown, still: Still) -> bool:
        """False where there is nothing any more to show it by."""
        if shown.address.platform not in _BY_MESSAGE:
            return await self._courier.ask(shown.address.platform, partial(_unfurl, shown))
        try:
            await self._courier.send(
                shown.address,
                shown.reply,
                edit=shown.message,
                still=still if shown.theirs else None,
            )
        except MessageGone:
            return False
        except Withdrawn:  # whoever took that from them put a job that says so
            return True
        return True


def _is_theirs(work: Work, payload: Payload) -> bool:
    """Whether it would still be shown."""
    shown = _shown(work, payload)
    return shown is not None and shown.theirs


async def _unfurl(shown: _Shown, platform: ChatPlatform) -> bool:
    return isinstance(platform, Unfurls) and await platform.unfurl(
        shown.address, shown.message, shown.url, shown.reply
    )


def _shown(work: Work, payload: Payload) -> _Shown | None:
    chat = work.chats.by_id(_where(payload))
    found = work.accounts.identity(int(str(payload["identity"])))
    public_id = str(payload["task"])
    picked = chat.address.platform in _BY_MESSAGE
    url = work.site.on_telegram(public_id) if picked else work.site.task(public_id)
    if not picked and (not url or chat.gone):  # what was picked is elsewhere, and edited as before
        return None
    reply = _preview(work, chat, *found, public_id) if found else None
    theirs = reply is not None
    if reply is not None and picked:
        with speaking(found[0].language if found else ""):
            reply = replace(reply, buttons=opened_by(url))
    if reply is None and payload.get("again"):
        with speaking(found[0].language if found else ""):
            said = _("This task is not shared here any more.")
            if not public_id:
                said = _("This task was not added.")
            there = None if picked else gone(public_id, url, said)
            reply = Reply(text=said, audience=Audience.HERE, entity=there)
    if reply is None:
        return None
    return _Shown(chat.address, str(payload["message"]), url, reply, theirs)


def _where(payload: Payload) -> int:
    """The chat, which is not always the one in whose turn it is drawn."""
    return int(str(payload.get("shown_in") or payload["chat"]))


def _preview(
    work: Work, chat: Chat, account: Account, who: Identity, public_id: str
) -> Reply | None:
    """None where they may not see the task, or not any more. What was picked is kept by the chat
    that they have with us alone: whatever was made in that was theirs, and need not be any more."""
    actor = Actor(account.id, account.name, who.id, chat.id, private=chat.private)
    try:
        task = work.tasks.get(actor, Ref(public_id=public_id))
    except Refusal:
        return None
    picked, url = chat.platform in _BY_MESSAGE, work.site.task(public_id)
    shown = for_others(task) if picked else task
    with speaking(account.language):
        return Reply(
            title=named(replace(task, number=0), most=TITLE_SHOWN),
            struck=not task.status.open,
            facts=facts(shown, work.now, account, shared=True),
            audience=Audience.HERE,
            entity=None if picked else entity(task, work.now, account, url, shared=True),
        )


def for_others(task: Task) -> Task:
    """A task as anybody may read it in whatever chat it is picked for: with nobody's numbers, and
    without its notes; whoever may see more of it opens it."""
    return replace(task, number=0, description="")


def opened_by(url: str) -> tuple[tuple[Link, ...], ...]:
    """The button of a message that is picked: without one Telegram does not name the message, and
    it could not be drawn again."""
    return ((Link(pgettext("verb", "Open"), url),),) if url else ()
