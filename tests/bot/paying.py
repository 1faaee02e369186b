"""The conversation with what it sells, over one database, a platform and a Polar in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.pacing import NoPacer
from bot.billing_jobs import BillingJobs
from bot.conversation import Conversation
from bot.courier import Courier
from bot.jobs import Jobs
from bot.metrics import Metrics
from core.addresses import Address, Sender
from core.billing_facts import Subscription
from core.chat import Button, Inbound, Kind, Link, Reply, Sent
from core.errors import MessageGone
from core.sales import Sales
from core.store import Store, Tools, open_store
from tests.bot.talking import ADA, HOME, Trouble
from tests.databases import sqlite_file
from tests.fake_polar import MemoryPolar, product
from tests.fakes import MemoryEngine, SettableClock

PRODUCTS = (
    product("prod-pro-month", "Pro", 900),
    product("prod-pro-year", "Pro, yearly", 9000, interval="year", trial=7),
    product("prod-teams", "Teams", 2900),
    product("prod-mug", "A mug", 1200, interval=""),
)
PLANS = {"prod-pro-month": "pro", "prod-pro-year": "pro", "prod-teams": "teams"}
SUCCESS = "https://fluxbot.test/billing/done"


class Chat(Trouble):
    """A private chat: its messages as they are now."""

    def __init__(self, name: str = "telegram") -> None:
        super().__init__()
        self.name = name
        self.messages: dict[str, Reply] = {}
        self.gone: set[str] = set()

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        await super().answer(inbound, reply)
        if not reply.drawn:
            return None
        edit = inbound.message if not reply.fresh else ""
        return self._put(inbound.address, reply, edit)

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        await super().send(address, reply, edit=edit, reply_to=reply_to)
        return self._put(address, reply, edit)

    def _put(self, address: Address, reply: Reply, edit: str) -> Sent:
        if edit in self.gone:
            raise MessageGone("deleted")
        number = edit or str(len(self.messages) + 1)
        self.messages[number] = reply
        return Sent(address, number)


@dataclass
class Shop:
    """Ada talks to a bot that sells."""

    store: Store
    clock: SettableClock
    engine: MemoryEngine
    chat: Chat
    polar: MemoryPolar
    conversation: Conversation
    sender: Sender = ADA
    home: Address = HOME
    kind: Kind = Kind.COMMAND
    """How lines are said."""
    _count: int = field(default=0)

    async def says(self, line: str, *, pressed: str = "", where: Address | None = None) -> None:
        """Say a command, or press it on a message; jobs wait."""
        self._count += 1
        kind = Kind.PRESS if pressed else self.kind
        key = f"k{self._count}"
        inbound = Inbound(key, kind, self.sender, where or self.home, line, message=pressed)
        await self.conversation.receive(inbound)
        await self.conversation.drain()

    async def does(self, line: str) -> Reply:
        """Say a command, let its jobs run, and read the newest message."""
        await self.says(line)
        await self.engine.drain()
        return self.newest

    async def presses(self, label: str) -> Reply:
        """Press a button of the newest message, let the jobs run, and read that message."""
        number = self.number
        await self.says(self.line(label), pressed=number)
        await self.engine.drain()
        return self.newest

    def line(self, label: str) -> str:
        """What the button of the newest message that begins so sends."""
        found = [each for each in buttons(self.newest) if each.label.startswith(label)]
        assert found, f"no {label!r} in {labels(self.newest)}"
        return found[0].line

    @property
    def number(self) -> str:
        return list(self.chat.messages)[-1]

    @property
    def newest(self) -> Reply:
        return self.chat.messages[self.number]

    def texts(self) -> list[str]:
        """Every message as it is now, oldest first."""
        return [" ".join(filter(None, (m.title, m.text))) for m in self.chat.messages.values()]

    async def hears(self, said: Subscription) -> None:
        """Polar tells us of a subscription, and what follows is told."""
        await self.store.mutate(lambda work: work.billing.apply(said))
        await self.engine.drain()

    async def buys(self, what: str = "teams") -> Subscription:
        """Get a plan, and pay for it."""
        await self.does(f"plan get {what}")
        made = self.polar.pay(list(self.polar.checkouts)[-1])
        await self.hears(made)
        return made


def buttons(reply: Reply) -> list[Button]:
    return [each for row in reply.buttons for each in row if isinstance(each, Button)]


def labels(reply: Reply) -> list[str]:
    return [each.label for row in reply.buttons for each in row]


def links(reply: Reply) -> list[Link]:
    return [each for row in reply.buttons for each in row if isinstance(each, Link)]


def lines(reply: Reply) -> str:
    """All that is read in a message, but for its buttons."""
    facts = [f"{f.label}: {f.value if hasattr(f, 'value') else f.text}" for f in reply.facts]
    items = [f"{each.text} {each.detail}" for each in reply.items]
    return "\n".join(filter(None, [reply.title, reply.text, *facts, *items]))


@asynccontextmanager
async def shop(
    tmp_path: Path, *, on: bool = True, hidden: frozenset[str] = frozenset()
) -> AsyncIterator[Shop]:
    url = sqlite_file(tmp_path / "shop.db")
    clock = SettableClock()
    engine, chat, metrics = MemoryEngine(url, clock), Chat(), Metrics()
    sales = Sales(on=on, plans=PLANS if on else {}, hidden=hidden)
    store = open_store(url, Tools(clock, engine, sales=sales))
    courier = Courier(store=store, platforms={"telegram": chat}, pacer=NoPacer(), metrics=metrics)
    conversation = Conversation(store=store, courier=courier, metrics=metrics)
    polar = MemoryPolar(clock, *PRODUCTS)
    billing = BillingJobs(store=store, courier=courier, gateway=polar, success_url=lambda: SUCCESS)
    jobs = Jobs(store=store, courier=courier, engine=engine)
    await engine.start({**jobs.runners, **billing.runners})
    await store.mutate(lambda work: work.products.sync(PRODUCTS))
    try:
        yield Shop(store, clock, engine, chat, polar, conversation)
    finally:
        await store.close()
        await engine.stop()
