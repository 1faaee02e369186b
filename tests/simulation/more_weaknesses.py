"""More protections, switched off one at a time: of pace, of limits, of what was committed."""

# long: it is one list of protections

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import bindparam, select, update

from adapters.pacing import LocalPacer
from bot import answers, dispatch
from bot.metrics import Metrics
from core import inbox, numbers, schema, sqlite, unlinking
from core.addresses import Address
from core.inbox import Inbox
from core.numbers import Numbers
from core.ports import Before
from tests.service_kit import TELEGRAM_TOKEN
from tests.simulation import nature
from tests.simulation.disk import Disk
from tests.simulation.machine import Machine

REMEMBERED = 5.0
"""Seconds for which a defect takes what it read for what there is."""
WRITTEN = 20
"""Commits after which a disk that is not told to keep them has them."""
_k, _a = schema.message_key.c, schema.account.c
_KEPT = (
    update(schema.message_key)
    .where(_k.key == bindparam("k"), _k.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"))
    .returning(_k.key)
)
_OPEN = select(_a.open_tasks).where(_a.id == bindparam("account"))
_SET = update(schema.account).where(_a.id == bindparam("account")).values(open_tasks=bindparam("n"))


@contextmanager
def no_pace() -> Iterator[None]:
    """Whatever is to be sent, is sent."""

    async def at_once(
        self: LocalPacer, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        if before:
            await before()

    with patch.object(LocalPacer, "wait", at_once):
        yield


@contextmanager
def no_hold() -> Iterator[None]:
    """A chat that is to wait after a 429 is sent to all the same."""
    with patch.object(LocalPacer, "hold", lambda self, address, seconds: None):
        yield


@contextmanager
def counts_before() -> Iterator[None]:
    """A limit is looked at, and what was counted a moment ago is believed."""
    take = Numbers.take

    def remembered(self: Numbers, account: int, *, opened: bool) -> int:
        known, now = _memory(self), nature.now().timestamp()
        if now - known.get(account, (0.0, 0))[0] > REMEMBERED:
            known[account] = now, self._work.run(_OPEN, {"account": account}).scalar_one()
        with patch.object(numbers, "_TAKE_WITHIN_PLAN", _no_limit(known[account][1])):
            return take(self, account, opened=opened)

    with patch.object(Numbers, "take", remembered):
        yield


def _memory(numbers: Numbers) -> dict[int, tuple[float, int]]:
    """What a process remembers of accounts: it is another with each start."""
    found: dict[int, tuple[float, int]] = vars(numbers._work._jobs).setdefault("remembered", {})
    return found


def _no_limit(count: int) -> Any:
    within, without = numbers._TAKE_WITHIN_PLAN, numbers._TAKE_OPEN
    return without if count < 6 else within


@contextmanager
def lost_update() -> Iterator[None]:
    """What was read a moment ago is added to, and written over what others wrote since."""
    take = Numbers.take

    def over(self: Numbers, account: int, *, opened: bool) -> int:
        known, now = _memory(self), nature.now().timestamp()
        number = take(self, account, opened=opened)
        at, count = known.get(account, (0.0, 0))
        if now - at < REMEMBERED:
            self._work.run(_SET, {"account": account, "n": count + 1})
        else:
            known[account] = now, self._work.run(_OPEN, {"account": account}).scalar_one()
        return number

    with patch.object(Numbers, "take", over):
        yield


@contextmanager
def loses_commits() -> Iterator[None]:
    """The disk says yes before it has a commit, and a crash takes the last ones along."""
    committed, crash = Disk.committed, Machine.crash
    written: dict[int, tuple[int, bytes]] = {}

    def sometimes(self: Disk) -> None:
        count, _ = written.get(id(self), (0, b""))
        if count % WRITTEN == 0:
            written[id(self)] = count + 1, self.content()
        else:
            written[id(self)] = count + 1, written[id(self)][1]
        committed(self)

    async def gone(self: Machine) -> None:
        await crash(self)
        if id(self.disk) in written:
            there = sqlite3.connect(":memory:")
            there.deserialize(written[id(self.disk)][1])
            there.backup(self.disk._raw)
            there.close()

    with patch.object(Disk, "committed", sometimes), patch.object(Machine, "crash", gone):
        yield
        written.clear()


@contextmanager
def does_not_leave() -> Iterator[None]:
    """A chat that was taken off an account is told so, and stays."""
    with (
        patch.object(unlinking, "send_home", lambda *_: None),
        patch.object(unlinking, "let_go", lambda *_: None),
        patch.object(unlinking, "_bury", lambda *_: None),
    ):
        yield


@contextmanager
def keeps_codes() -> Iterator[None]:
    """An answer is kept as it was said, with the code in it, and when it was delivered, too."""
    with (
        patch.object(inbox, "_DELIVERED", _KEPT),
        patch.object(answers, "kept", lambda reply, *_: reply),
    ):
        yield


@contextmanager
def tells_a_secret() -> Iterator[None]:
    """An answer has our token in it."""
    conclude = answers.conclude

    def told(work: Any, inbound: Any, reply: Any, *rest: Any, **options: Any) -> Any:
        return conclude(
            work, inbound, replace(reply, text=f"{reply.text} {TELEGRAM_TOKEN}"), *rest, **options
        )

    with patch.object(dispatch, "conclude", told):
        yield


@contextmanager
def logs_a_secret() -> Iterator[None]:
    """What goes wrong is logged with the token that it was tried with."""
    delivered = Inbox.delivered

    def logged(self: Inbox, key: str) -> bool:
        logging.getLogger("bot").error("sent with %s", TELEGRAM_TOKEN)
        return delivered(self, key)

    with patch.object(Inbox, "delivered", logged):
        yield


@contextmanager
def counts_twice() -> Iterator[None]:
    """A message is counted once too often."""
    inbound = Metrics.inbound

    def twice(self: Metrics, *given: Any) -> None:
        inbound(self, *given)
        inbound(self, *given)

    with patch.object(Metrics, "inbound", twice):
        yield


@contextmanager
def full_is_a_defect() -> Iterator[None]:
    """A disk without room is taken for a defect of the message, which is set aside."""
    with patch.object(sqlite, "told", lambda error: error):
        yield


MORE = (
    (no_pace, "pace: "),
    (no_hold, "asked again too soon: "),
    (counts_before, "over the limit: "),
    (lost_update, "a count of open tasks is wrong: "),
    (loses_commits, "lost: "),
    (does_not_leave, " were disconnected, and are not"),
    (keeps_codes, "a code is kept: "),
    (tells_a_secret, "a secret is shown: "),
    (logs_a_secret, "a secret is logged: "),
    (counts_twice, "counters: "),
    (full_is_a_defect, "a defect was logged: "),
)
