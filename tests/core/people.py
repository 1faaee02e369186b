"""People who act in the core's tests, and what they are told."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from core.addresses import Address, Sender
from core.identity import Identity
from core.rights import Actor
from core.store import Store
from core.task import Draft, Ref, Task
from core.work import Work

_numbers = itertools.count(1000)
GROUP = Address("telegram", "", "-100", False, title="Team")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote to the bot in private."""

    account: int
    identity: int
    chat: int
    name: str
    sender: Sender

    @property
    def actor(self) -> Actor:
        """Acting in their private chat."""
        return Actor(self.account, self.name, self.identity, self.chat, True)

    def at(self, chat: int) -> Actor:
        """Acting in a group."""
        return Actor(self.account, self.name, self.identity, chat, False)


def sender(name: str, platform: str = "telegram", scope: str = "", *, handle: str = "") -> Sender:
    """Somebody nobody met yet."""
    return Sender(platform, scope, f"{name}-{next(_numbers)}", name, handle)


def meet(work: Work, who: Sender) -> Person:
    """Somebody writes."""
    account, identity, _ = work.accounts.recognise(who)
    return Person(account.id, identity.id, identity.chat_id, account.name, who)


async def person(store: Store, name: str, platform: str = "telegram", scope: str = "") -> Person:
    """Somebody writes for the first time."""
    who = sender(name, platform, scope)
    return await store.mutate(lambda work: meet(work, who))


async def add(store: Store, who: Person, title: str = "Buy milk", **fields: object) -> Task:
    """Somebody adds a task in private."""
    draft = Draft(title, **fields)  # type: ignore[arg-type]  # as given by the test
    return await store.mutate(lambda work: work.tasks.add(who.actor, draft))


async def complete(store: Store, who: Person, task: Task) -> Task:
    """Somebody completes a task in private."""
    ref = Ref(public_id=task.public_id)
    return await store.mutate(lambda work: work.tasks.complete(who.actor, ref))


async def group(store: Store) -> int:
    """A group chat."""
    return (await store.mutate(lambda work: work.chats.heard_from(GROUP))).id


async def told(store: Store, who: Person) -> list[str]:
    """The kinds of somebody's notices, oldest first."""
    notices = await store.query(lambda work: work.notices.page(who.account, most=1000))
    return [notice.type for notice in reversed(notices)]


def identity_of(work: Work, who: Person) -> Identity:
    """Somebody's identity as it is now."""
    found = work.accounts.identity(who.identity)
    assert found is not None
    return found[1]
