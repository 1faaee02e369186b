"""Plans kept true to Polar whatever its calls said: a sweep over all subscriptions, now and then.

It is due at the start, a day after the last one, and as soon as nothing was heard of Polar for
`SILENCE`: in a quiet shop that is nearly always, and costs a call for a hundred subscriptions;
where Polar switched the webhook off, plans are right to within that time (`promises.md` B30)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from core.billing_facts import Subscription
from core.errors import BillingAway, BillingRefused
from core.ports import BillingGateway
from core.store import Store, StoreAway
from core.work import Work

log = logging.getLogger(__name__)

TICK = 60.0
"""Seconds between two looks at what is due."""
SILENCE = timedelta(minutes=15)
"""Without a call of Polar; and after a sweep that found something."""
PAUSE = timedelta(minutes=5)
"""After a sweep that broke off."""
LASTS = timedelta(minutes=10)
"""How long one process may sweep before another takes it for dead; 400,000 subscriptions."""
ON_ITS_WAY = timedelta(minutes=5)
"""How late a change may be told: Polar tries again after seconds, and we may have restarted."""
AT_ONCE = 50
"""Subscriptions that are handed to the store together, for it to share commits."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found."""

    products: int
    subscriptions: int
    news: int
    """Subscriptions that were not as we knew them."""
    missed: int
    """Of these, what Polar's calls should have said long ago."""
    broken: int
    """Subscriptions on which our code broke."""


class Reconciler:
    """Sweeps when it is due, in one process of several."""

    def __init__(
        self,
        *,
        store: Store,
        gateway: BillingGateway,
        process: str,
        repaired: Callable[[int], None] = lambda count: None,
    ) -> None:
        """`repaired`: told how many subscriptions were not as Polar's calls had said."""
        self._store = store
        self._gateway = gateway
        self._process = process
        self._repaired = repaired
        self._begins = self._must_look_again = True
        self._pause_until: datetime | None = None

    async def run_for_ever(self) -> None:
        """Until cancelled."""
        while True:
            await self.tick()
            await asyncio.sleep(TICK)

    async def tick(self) -> None:
        """Do what is due by now."""
        try:
            await self._look_again()
            await self._pass_time()
            if await self._store.mutate(self._due):
                await self._sweep_or_pause()
        except StoreAway:
            log.warning("plans were not looked at: the database is away")
        except Exception:
            log.exception("plans could not be looked at")

    async def _look_again(self) -> None:
        """Once: what is sold may be other products than before the start."""
        last = 0
        while self._must_look_again:
            last = await self._store.mutate(partial(_look_again, after=last))
            self._must_look_again = last > 0

    async def _pass_time(self) -> None:
        """What follows from the time alone, in small transactions."""
        while await self._store.mutate(lambda work: work.billing.expire()):
            pass
        while await self._store.mutate(lambda work: work.billing.remind()):
            pass

    def _due(self, work: Work) -> bool:
        """Whether it is our turn to sweep now."""
        if self._pause_until is not None and work.now < self._pause_until:
            return False
        if self._begins or _silent(work):
            work.reconciliation.due(work.now)
        state = work.reconciliation.state()
        if state is None or state.due_at > work.now:
            return False
        return work.reconciliation.claim(self._process, work.now + LASTS)

    async def _sweep_or_pause(self) -> None:
        try:
            await self.sweep()
        except (BillingAway, BillingRefused) as error:
            log.warning("a comparison with Polar broke off: %s", error.reason)
            self._pause_until = await self._store.query(lambda work: work.now + PAUSE)
        else:
            self._begins, self._pause_until = False, None

    async def sweep(self) -> Swept:
        """Look through everything now. Raises `BillingAway`, `BillingRefused`, `StoreAway`."""
        sold = await self._gateway.products()
        await self._store.mutate(lambda work: work.products.sync(sold.products, whole=sold.whole))
        found = await self._gateway.subscriptions()
        news, late, broken = 0, 0, 0
        for start in range(0, len(found), AT_ONCE):
            taken = await self._take(found[start : start + AT_ONCE])
            news += sum(each is not None and each.news for each in taken)
            late += sum(each is not None and each.late for each in taken)
            broken += taken.count(None)
        swept = await self._store.mutate(
            lambda work: _ended(work, Swept(len(sold.products), len(found), news, late, broken))
        )
        self._tell(swept)
        return swept

    async def _take(self, batch: Sequence[Subscription]) -> list[_Taken | None]:
        return await asyncio.gather(*(self._take_one(each) for each in batch))

    async def _take_one(self, snapshot: Subscription) -> _Taken | None:
        """None where our code broke, which keeps no other subscription from being right."""
        try:
            return await self._store.mutate(lambda work: _repair(work, snapshot))
        except StoreAway:
            raise
        except Exception:
            log.exception("our code broke on the subscription %s", snapshot.id)
            return None

    def _tell(self, swept: Swept) -> None:
        say = log.warning if swept.missed or swept.broken else log.info
        say(
            "compared with Polar: %d products, %d subscriptions, %d of them news; %d of these no "
            "call of Polar had told in time, %d broke our code",
            *(swept.products, swept.subscriptions, swept.news, swept.missed, swept.broken),
        )
        self._repaired(swept.missed)


@dataclass(frozen=True, slots=True)
class _Taken:
    news: bool
    late: bool


def _look_again(work: Work, after: int) -> int:
    return work.billing.look_again(after)


def _repair(work: Work, snapshot: Subscription) -> _Taken:
    news = work.billing.repair(snapshot)
    return _Taken(news, news and snapshot.version < work.now - ON_ITS_WAY)


def _silent(work: Work) -> bool:
    """Whether neither a call nor a sweep told us anything for so long."""
    state, heard = work.reconciliation.state(), work.hooks.heard()
    ended = state.ended_at if state else None
    told = max(filter(None, (ended, heard)), default=None)
    return told is not None and work.now - told >= SILENCE


def _ended(work: Work, swept: Swept) -> Swept:
    """The first of all sweeps finds what nobody could have told us."""
    state = work.reconciliation.state()
    missed = swept.missed if state and state.ended_at else 0
    uneasy = missed or swept.broken
    work.reconciliation.ended(missed, again=work.now + SILENCE if uneasy else None)
    return Swept(swept.products, swept.subscriptions, swept.news, missed, swept.broken)
