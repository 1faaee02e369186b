"""Protections, switched off one at a time. Each is a control: the oracle has to find it, and by
what it breaks, not by anything that goes wrong besides."""
# long: it is one list of protections

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy import Connection

from bot import answers, dispatch
from bot.conversation import Conversation
from bot.courier import Courier
from bot.reconciling import Reconciler
from core import subscription_rows, tasks
from core.addresses import Address
from core.cards import Cards
from core.chat import Audience, Inbound, Reply
from core.hooks import Hooks
from core.inbox import Inbox
from core.notices import Notices
from core.ports import Before, Job
from core.reminders import Reminders
from tests.simulation import nature
from tests.simulation.engine import SimEngine
from tests.simulation.more_weaknesses import MORE

T = TypeVar("T")
LATER = 0.3
"""Seconds between the yes and the work."""
FIRST = 3.0
"""Seconds in which the products are learnt."""
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@contextmanager
def no_key() -> Iterator[None]:
    """Nothing is remembered of a message that was handled."""
    handled = Inbox.handled

    def under_another(self: Inbox, inbound: Inbound, *rest: Any, **options: Any) -> None:
        handled(self, replace(inbound, key=secrets.token_hex(16)), *rest, **options)

    with (
        patch.object(Inbox, "seen", lambda self, key: None),
        patch.object(Inbox, "handled", under_another),
    ):
        yield


@contextmanager
def acknowledges_first() -> Iterator[None]:
    """Yes is said before the commit, and the work is done from memory."""
    receive = Conversation.receive

    async def yes(self: Conversation, inbound: Inbound) -> Reply:
        loop = asyncio.get_running_loop()
        loop.call_later(LATER, lambda: loop.create_task(receive(self, inbound)))
        return Reply()

    with patch.object(Conversation, "receive", yes):
        yield


@contextmanager
def no_outbox() -> Iterator[None]:
    """What must be told is handed over after the commit, not in it."""
    put = SimEngine.put

    def later(self: SimEngine, connection: Connection, job: Job) -> None:
        loop = asyncio.get_running_loop()
        self._jobs.add(task := loop.create_task(_put_later(self, job)))
        task.add_done_callback(self._jobs.discard)

    async def _put_later(self: SimEngine, job: Job) -> None:
        await asyncio.sleep(LATER)
        self._disk.transact(lambda connection: put(self, connection, job))

    with patch.object(SimEngine, "put", later):
        yield


@contextmanager
def no_order() -> Iterator[None]:
    """The messages of a chat do not wait for one another."""

    async def at_once(
        self: Courier,
        address: Address,
        call: Callable[[], Awaitable[T]],
        before: Before | None,
        answer: bool,
    ) -> T:
        if before:
            await before()
        return await call()

    with (
        patch.object(SimEngine, "_place", lambda self, row: (row.queue, f"job {row.id}")),
        patch.object(Courier, "_in_turn", at_once),
    ):
        yield


@contextmanager
def anybody_may() -> Iterator[None]:
    """A button is as good as a right to what it names."""
    with patch.object(tasks, "may", lambda task, actor, right: True):
        yield


@contextmanager
def no_sweep() -> Iterator[None]:
    """What did not get through is not sent again."""

    async def nothing(self: Conversation, *, at_start: bool = False) -> int:
        return 0

    with patch.object(Conversation, "sweep", nothing):
        yield


@contextmanager
def before_all() -> Iterator[None]:
    """What is private is said where it was asked."""
    conclude = answers.conclude

    def here(work: Any, inbound: Inbound, reply: Reply, *rest: Any, **options: Any) -> Any:
        shown = replace(reply, audience=Audience.HERE)
        return conclude(work, inbound, shown, *rest, **options)

    with patch.object(dispatch, "conclude", here):
        yield


@contextmanager
def codes_before_all() -> Iterator[None]:
    """The same of codes, which are asked for among others now and then."""
    with before_all():
        yield


@contextmanager
def old_webhooks() -> Iterator[None]:
    """What Polar says again counts anew, however old it is."""
    values = subscription_rows.values

    def newest(snapshot: Any) -> dict[str, Any]:
        return {**values(snapshot), "version": FAR}

    with (
        no_comparison(),
        patch.object(subscription_rows, "values", newest),
        patch.object(Hooks, "receive", lambda self, hook: self._do("polar", hook)),
    ):
        yield


@contextmanager
def no_comparison() -> Iterator[None]:
    """Nobody compares our plans with Polar's, once it is known what is sold."""
    tick = Reconciler.tick

    async def at_first(self: Reconciler) -> None:
        if nature.now().timestamp() < nature.BEGAN + FIRST:
            await tick(self)

    with patch.object(Reconciler, "tick", at_first):
        yield


@contextmanager
def tells_the_actor() -> Iterator[None]:
    """Whoever did it is told so where they did it."""
    tell = Notices.tell

    def everybody(self: Notices, *given: Any, **options: Any) -> bool:
        return tell(self, *given, **{**options, "but": None})

    with patch.object(Notices, "tell", everybody):
        yield


@contextmanager
def tells_the_actor_alone() -> Iterator[None]:
    """Nobody is told what others did."""
    tell = Notices.tell

    def nobody(self: Notices, event: Any, *given: Any, **options: Any) -> bool:
        others = type(event).__name__ == "TaskCompleted" and bool(options.get("actor"))
        return False if others else tell(self, event, *given, **options)

    with patch.object(Notices, "tell", nobody):
        yield


@contextmanager
def forgets_what_was_sent() -> Iterator[None]:
    """An answer that was sent is not marked so."""
    with patch.object(Inbox, "delivered", lambda self, key: True):
        yield


@contextmanager
def no_reminders() -> Iterator[None]:
    """What is due is taken, and nobody is told."""
    with patch.object(Reminders, "_tell", lambda self, row: None):
        yield


@contextmanager
def reminds_early() -> Iterator[None]:
    """What will be due within the hour is told now."""
    waiting, fire = Reminders.waiting, Reminders.fire

    def ahead(self: Reminders) -> Reminders:
        work = copy(self._work)
        work.now += timedelta(hours=1)
        return Reminders(work)

    with (
        patch.object(Reminders, "waiting", lambda self: waiting(ahead(self))),
        patch.object(Reminders, "fire", lambda self: fire(ahead(self))),
    ):
        yield


@contextmanager
def cards_stay() -> Iterator[None]:
    """The cards of what changed are left as they are."""
    with patch.object(Cards, "redraw", lambda self, *given, **options: None):
        yield


@dataclass(frozen=True, slots=True)
class Weakness:
    """`off` switches the protection off; `found` is what the oracle says where that shows."""

    off: Callable[[], AbstractContextManager[None]]
    found: str


WEAKNESSES: Mapping[str, Weakness] = {
    off.__name__.replace("_", "-"): Weakness(off, found)
    for off, found in (
        (no_key, "doubled: "),
        (acknowledges_first, "lost: "),
        (no_outbox, "unanswered: "),
        (no_order, " is told of "),
        (anybody_may, "completed by nobody who may: "),
        (no_sweep, "unanswered: "),
        (before_all, " reads "),
        (old_webhooks, "plan of "),
        (no_comparison, "plan of "),
        (tells_the_actor, " was told that "),
        (tells_the_actor_alone, "nobody told "),
        (forgets_what_was_sent, " were to be expected"),
        (no_reminders, "nobody reminded "),
        (reminds_early, " was reminded too early "),
        (codes_before_all, "a code before "),
        (cards_stay, " still says that it is open"),
        *MORE,
    )
}
