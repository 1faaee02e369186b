"""Somebody beside the load, with chats on both platforms that the oracle does not look at: for what
happens by itself. Digests come due, a Home tab is drawn, Polar tells of changes, and people whom
nobody knows yet come by."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import create_engine, select, update
from sqlalchemy.pool import NullPool

from adapters.sandbox import World
from adapters.sandbox.polar_errors import PolarError
from core import schema
from tests.faults.city import City

TELEGRAM, SLACK = "tg-carl", "sl-carl"
DIGEST = "Feed the cat"


def moves_in(world: World) -> None:
    """The person's two chats."""
    world.telegram_person("carl", "Carl", 20_001)
    world.slack_person("carl", "Carl")


@dataclass
class Bystander:
    """What the person asked for, and whether it came."""

    city: City
    url: str
    """Of the database itself, beside every bad line."""
    subscription: str = ""
    _stirred: int = 0
    _cancelled: bool = False

    async def settles_in(self) -> None:
        """A task, a digest every day, a plan that is paid, a Home tab that is looked at."""
        here = self.city
        await here.asks(TELEGRAM, DIGEST, DIGEST)
        await here.asks(TELEGRAM, "/digest on 8:30 daily", "Now: every day 08:30")
        await here.buys(TELEGRAM)
        self.subscription = here.subscriptions[TELEGRAM]
        await here.sandbox.open_home(SLACK)
        await here.asks(SLACK, "/task add Feed the dog", "Feed the dog")

    async def stirs(self) -> None:
        """A digest comes due; what is paid is ended, or not; the Home tab has something new;
        newcomers say hello on Slack, and ask for a plan on Telegram, and twice for a code: the
        first one's message is drawn anew, since only the second is good."""
        self._stirred += 1
        self._run(update(schema.digest).values(at=datetime.now(UTC)))
        polar = self.city.sandbox.polar
        (polar.uncancel if self._cancelled else polar.cancel)(self.subscription)
        self._cancelled = not self._cancelled
        chat = self.city.private(SLACK)
        await self.city.sandbox.say(SLACK, chat, f"/task edit 1 Feed fish {self._stirred}")
        await self._newcomers()

    async def _newcomers(self) -> None:
        """They pay when somebody comes after them, if they were asked to."""
        sandbox, n = self.city.sandbox, self._stirred
        for checkout in [*sandbox.polar.book.checkouts.values()]:
            if checkout["status"] == "open":
                with suppress(PolarError):  # made twice, since we died over it, and paid once
                    sandbox.polar.pay(checkout["id"], email=f"{checkout['id']}@example.com")
        for new in (
            sandbox.world.telegram_person(f"new{n}", f"New {n}", 30_000 + n),
            sandbox.world.slack_person(f"new{n}", f"New {n}"),
        ):
            sign = "/plan get pro-month" if new.platform == "telegram" else "/task hello"
            await sandbox.say(new.id, self.city.private(new.id), sign)
        for one in {f"tg-new{max(1, n - 1)}", f"tg-new{n}"}:
            await sandbox.say(one, self.city.private(one), "/link")

    async def settled(self, within: float) -> None:
        """All of it has come."""
        here = self.city
        await here.sandbox.polar.settle(within)
        overdue = select(schema.digest.c.at).where(schema.digest.c.at < datetime.now(UTC))
        await here.until(lambda: not self._run(overdue), within)
        mine = schema.subscription.c.polar_id == self.subscription
        ends = select(schema.subscription.c.cancel_at_period_end).where(mine)
        await here.until(lambda: self._run(ends) == [(self._cancelled,)], within)
        undrawn = select(schema.home.c.identity_id).where(
            schema.home.c.drawn < schema.home.c.wanted
        )
        await here.until(lambda: not self._run(undrawn), within)
        assert "Feed " in str(here.sandbox.world.homes.get(SLACK, ""))

    def _run(self, statement: Any) -> list[tuple[Any, ...]]:
        engine = create_engine(self.url, poolclass=NullPool)
        try:
            with engine.begin() as connection:
                done = connection.execute(statement)
                return [tuple(row) for row in done] if done.returns_rows else []
        finally:
            engine.dispose()
