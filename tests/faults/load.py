"""Mixed load from both platforms, and a record of what people did and were told at once."""

from __future__ import annotations

import asyncio
import random
import string
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from adapters.sandbox import Message
from tests.faults.city import City
from tests.faults.crowd import counted
from tests.faults.inputs import Input


@dataclass
class Load:
    """What people do, `rate` things a second, until it is stopped."""

    city: City
    rate: float
    random: random.Random
    inputs: list[Input] = field(default_factory=list)
    buyers: Sequence[str] = ()
    """Who changes their mind at Polar now and then; they have a plan when it begins."""
    _pressed: set[tuple[str, str]] = field(default_factory=set)
    _ending: set[str] = field(default_factory=set)
    """Those of the buyers whose plan ends with its period."""
    _acting: set[asyncio.Task[None]] = field(default_factory=set)
    _running: asyncio.Task[None] | None = None
    done_a_second: float = 0.0
    """Inputs, from `begin` to `end`."""
    _began: float = 0.0
    _crowd: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._crowd = counted(self.city.sandbox.world)

    def begin(self) -> None:
        self._began = time.monotonic()
        self._running = asyncio.create_task(self._go_on())

    async def end(self) -> None:
        """Begin nothing more, and let everybody read what they were told."""
        self.done_a_second = len(self.inputs) / (time.monotonic() - self._began)
        if self._running:
            self._running.cancel()
        await asyncio.gather(*self._acting)

    async def press_again(self) -> None:
        """What Slack lost, people press again."""
        for each in [each for each in self.inputs if each.kind == "press" and each.shown.error]:
            if each.way == "request":
                message = self._card(each.chat, each.title)
                if message is not None:
                    await self._press(each.person, each.chat, each.word, message)

    def deeds(self) -> list[tuple[Callable[[], Awaitable[None]], float]]:
        """What they do, and how often each of it beside the others."""
        return [
            (self._telegram_add, 6), (self._telegram_group, 1), (self._telegram_ask, 2),
            (self._telegram_press, 4), (self._slack_write, 3), (self._slack_command, 3),
            (self._slack_channel, 1), (self._slack_ask, 2), (self._slack_press, 3),
            (self._elsewhere, 1), (self._change, 3 if self.buyers else 0),
        ]  # fmt: skip

    async def _go_on(self) -> None:
        deeds = self.deeds()
        loop = asyncio.get_running_loop()
        next_at = loop.time()
        while True:
            [deed] = self.random.choices([each for each, _ in deeds], [n for _, n in deeds])
            task = asyncio.ensure_future(deed())
            self._acting.add(task)
            task.add_done_callback(self._ended)
            next_at += self.random.expovariate(self.rate)  # what a busy machine misses is made up
            await asyncio.sleep(next_at - loop.time())

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is None:
            self._acting.discard(task)  # what failed stays, for `end` to raise

    def _word(self) -> str:
        return "".join(self.random.choices(string.ascii_lowercase, k=10))

    def _somebody(self, platform: str) -> str:
        return f"{platform}-p{self.random.randint(1, self._crowd[platform])}"

    def _group(self, prefix: str) -> str:
        return f"{prefix}{self.random.randrange(self._crowd['groups'])}"

    def _member(self, chat: str) -> str:
        return self.random.choice(self.city.sandbox.world.chats[chat].members)

    async def _do(self, done: Input, text: str) -> None:
        self.inputs.append(done)
        done.shown = await self.city.sandbox.say(done.person, done.chat, text)

    async def add(self, way: str, person: str, chat: str, sign: str = "") -> None:
        done = Input("add", way, person, chat, self._word())
        await self._do(done, f"{sign}{done.title}")

    async def _telegram_add(self) -> None:
        person = self._somebody("tg")
        await self.add("update", person, self.city.private(person))

    async def _telegram_group(self) -> None:
        chat = self._group("telegram:-100")
        await self.add("update", self._member(chat), chat, "/add ")

    async def _telegram_ask(self) -> None:
        person = self._somebody("tg")
        done = Input("ask", "update", person, self.city.private(person), self._word())
        await self._do(done, f"/{done.word}")

    async def _slack_write(self) -> None:
        person = self._somebody("sl")
        await self.add("event", person, self.city.private(person))

    async def _slack_command(self) -> None:
        person = self._somebody("sl")
        await self.add("request", person, self.city.private(person), "/task add ")

    async def _slack_channel(self) -> None:
        chat = self._group("slack:C0GROUP")
        await self.add("request", self._member(chat), chat, "/task add ")

    async def _slack_ask(self) -> None:
        """Answered in the response to the request itself."""
        chat = self._group("slack:C0GROUP")
        done = Input("ask", "request", self._member(chat), chat, self._word())
        await self._do(done, f"/task list #{done.word}")

    async def _telegram_press(self) -> None:
        await self._press_some("update", "tg-")

    async def _slack_press(self) -> None:
        await self._press_some("request", "sl-")

    async def _press_some(self, way: str, prefix: str) -> None:
        mine = [each for each in self.inputs[-80:] if each.person.startswith(prefix)]
        for each in mine:
            if each.kind == "add" and (each.chat, each.word) not in self._pressed:
                message = self._card(each.chat, each.title)
                if message is not None:
                    self._pressed.add((each.chat, each.word))
                    await self._press(each.person, each.chat, each.word, message)
                    return

    async def _press(self, person: str, chat: str, word: str, message: Message) -> None:
        way = "update" if person.startswith("tg-") else "request"
        done = Input("press", way, person, chat, word)
        self.inputs.append(done)
        done.shown = await self.city.sandbox.press(person, chat, message.id, message.press("Done"))

    async def _elsewhere(self) -> None:
        """Somebody with chats on both platforms looks at a task of the one on the other: a second
        card, which has to change with the first."""
        for each in self.inputs[-80:]:
            unseen = (each.person, each.word) not in self._pressed
            linked = each.person in self.city.linked and each.person.startswith("tg-")
            if each.kind == "add" and linked and unseen:
                message = self._card(each.chat, each.title)
                if message is not None:
                    self._pressed.add((each.person, each.word))
                    other = each.person.replace("tg-", "sl-")
                    ref = message.press("Done")["data"].split()[1]
                    done = Input("show", "request", other, self.city.private(other), each.word)
                    await self._do(done, f"/task show {ref}")
                    return

    async def _change(self) -> None:
        """Somebody changes their mind on Polar's pages, of which its webhooks tell."""
        polar, person = self.city.sandbox.polar, self.random.choice(self.buyers)
        id, ends = self.city.subscriptions[person], person not in self._ending
        (polar.cancel if ends else polar.uncancel)(id)
        self._ending ^= {person}
        self.inputs.append(Input("pay", "hook", person, self.city.private(person), self._word()))

    def _card(self, chat: str, title: str) -> Message | None:
        """The task's open card in the chat."""
        found = self.city.seen(chat, title)
        labels = [each["label"] for row in found.buttons for each in row] if found else []
        return found if "Done" in labels else None
