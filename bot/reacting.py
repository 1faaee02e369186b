"""A message becomes a task by the reaction that its channel chose, and is one no more when that is
taken away soon. What the message says has to be asked for, so all of it is a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.commands.capturing import draft_of
from bot.courier import Courier
from bot.errors import sentence
from bot.kept import quotes_code
from bot.language import _, speaking
from core.addresses import Address
from core.chat import Quoted
from core.errors import Refusal
from core.identity import Account, Identity
from core.ports import ChatPlatform, Payload, Reacted, Runner
from core.rights import Actor
from core.sources import Made, Way
from core.store import Store
from core.task import Ref
from core.undo import UNDO_FOR
from core.work import Work


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who put which reaction where, as long as that still counts."""

    account: Account
    identity: Identity
    chat: int
    address: Address
    message: str
    made: Made | None
    """The task that they made of the message in this way."""

    @property
    def actor(self) -> Actor:
        """As in their private chat: the task is theirs alone."""
        who, name = self.identity, self.account.name
        return Actor(self.account.id, name, who.id, who.chat_id, private=True)


class Reacting:
    """The runner of these jobs. One chat's run in order: what was taken away was put there."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {"react": self.react}

    async def react(self, payload: Payload) -> None:
        """Make the task, or take it back; and show under the message whether there is one."""
        asked = await self._store.query(lambda work: _asked(work, payload))
        if asked is None:
            return
        if payload["on"]:
            marked = asked.made is not None or await self._make(asked)
        else:
            marked = await self._store.mutate(lambda work: _take_back(work, payload))
        show = partial(_mark, asked.address, asked.message, on=marked)
        await self._courier.ask(asked.address.platform, show)

    async def _make(self, asked: _Asked) -> bool:
        read = partial(_under, asked.address, asked.message)
        quoted = await self._courier.ask(asked.address.platform, read)
        if quoted is None:
            return False
        return await self._store.mutate(lambda work: _make(work, asked, quoted))


async def _under(address: Address, message: str, platform: ChatPlatform) -> Quoted | None:
    if not isinstance(platform, Reacted):
        return None
    return await platform.message_under(address, message)


async def _mark(address: Address, message: str, platform: ChatPlatform, *, on: bool) -> None:
    if isinstance(platform, Reacted):
        await platform.mark(address, message, on=on)


def _asked(work: Work, payload: Payload) -> _Asked | None:
    found = work.accounts.identity(int(str(payload["identity"])))
    chat = work.chats.by_id(int(str(payload["chat"])))
    if found is None or chat.gone:
        return None
    account, identity = found
    message = str(payload["message"])
    made = [
        each for each in work.sources.of(account.id, chat.id, message) if each.way is Way.REACTION
    ]
    return _Asked(account, identity, chat.id, chat.address, message, made[0] if made else None)


def _make(work: Work, asked: _Asked, quoted: Quoted) -> bool:
    """Whether there is a task now; where there can't be one, the person is told why."""
    account = asked.account
    if work.sources.of(account.id, asked.chat, asked.message):
        return True
    with speaking(account.language):
        try:
            if quotes_code(quoted.text):
                raise _Secret
            with work.savepoint():
                task = work.tasks.add(asked.actor, draft_of(quoted))
        except _Secret:
            why = _("There is a code or a token in it, so I made no task of that.")
        except Refusal as refusal:
            why = sentence(refusal)
        else:
            work.sources.keep(account.id, asked.chat, asked.message, task.id, Way.REACTION)
            return True
    said = f"unreact:{asked.identity.id}:{asked.message}"
    told: Payload = {"text": why, "reader": account.id}
    work.put_in_chat(asked.identity.chat_id, name="say", id=said, payload=told)
    return False


class _Secret(Exception):
    """What nobody wants in a task."""


def _take_back(work: Work, payload: Payload) -> bool:
    """Delete the task, if it is new and nothing was done with it. Whether anybody's is left."""
    asked = _asked(work, payload)
    if asked is not None and asked.made is not None:
        task = work.tasks.get(asked.actor, Ref(public_id=asked.made.task))
        if _is_new(work, payload, asked.made) and task.revision == 1:
            work.tasks.delete(asked.actor, Ref(public_id=task.public_id))
    return asked is not None and work.sources.reacted(asked.chat, asked.message)


def _is_new(work: Work, payload: Payload, made: Made) -> bool:
    """Whether it was made shortly before the reaction was taken away."""
    waited = timedelta(seconds=work.now.timestamp() - float(str(payload["at"])))
    return work.now - waited - made.at < UNDO_FOR
