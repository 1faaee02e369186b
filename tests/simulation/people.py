"""People who type, press, link, pay, as a seed has it: what they do, and a record of it."""
# long: it is one list of what people do

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from adapters.sandbox import Message, Sandbox, Shown
from adapters.sandbox.model import BOT
from adapters.sandbox.polar_errors import PolarError
from tests.service_kit import labels
from tests.simulation.journal import CODE
from tests.simulation.small import HOLDER

PAIRS = {"tg-ada": "sl-ada", "tg-ben": "sl-cleo"}
"""Who is the same person on the other platform, and may connect the two."""
PARTNER = PAIRS | {there: here for here, there in PAIRS.items()}
GROUPS = {"telegram": "telegram:-100200300", "slack": "slack:C0GENERAL"}
PATIENCE = 40.0
"""Seconds for which somebody waits for an answer before they do something else."""


@dataclass
class Said:
    """One thing that somebody did."""

    kind: str
    """`add`, `ask`, `done`, `foreign` or `stale`."""
    way: str
    """`update` (Telegram), `event` or `request` (Slack's, which it does not send again)."""
    person: str
    chat: str
    word: str
    at: float
    shown: Shown = field(default_factory=Shown)
    answered: float = 1e12
    """When the bot first said something of the word."""
    assignee: str = ""
    reminds: float = 0.0
    """Seconds until the reminder that is asked for; 0: none is."""


@dataclass
class Linked:
    """Two chats on their way to one account, and apart again. Times are unix seconds; 0: never."""

    wanted: float = 0.0
    done: float = 0.0
    leaving: float = 0.0
    left: float = 0.0


class People:
    """What they do, and the record of it."""

    def __init__(self, sandbox: Sandbox, chance: Random) -> None:
        self.sandbox, self.world, self.chance = sandbox, sandbox.world, chance
        self.said: list[Said] = []
        self.links = {here: Linked() for here in PAIRS}
        self.paid: dict[str, str] = {}
        """Who paid, and for which subscription."""
        self.plans: dict[str, list[tuple[str, str]]] = {}
        """What the bot says that their plan is, and what Polar says, when all is quiet."""
        self.small = False
        """Whether one of them has a plan that allows little (`small.py`), and pays for none."""
        self.failed: list[BaseException] = []
        self.repeated: list[Said] = []
        """What a platform delivered once more."""
        self._olds: list[tuple[str, Message, dict[str, Any], str]] = []
        self._acting: set[asyncio.Task[None]] = set()
        self._names = sorted(self.world.people)

    # what goes on

    async def greet(self) -> None:
        """Everybody says hello, until they are answered."""
        for person in self._names:
            for _ in range(20):
                await self._types(person, "start")
                if await self._hears(person, "", within=20):
                    break

    async def act(self, times: int) -> None:
        """Do that many things, and wait for their ends."""
        deeds: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self._add, 8), (self._add_in_group, 4), (self._ask, 2), (self._done, 9),
            (self._done_twice, 2), (self._stale, 2), (self._foreign, 3), (self._remind, 2),
            (self._again, 3), (self._pay, 2), (self._polar, 4), (self._list, 2),
            (self._clear_up, 3), (self._code, 1), (self._many, 1),
        ]  # fmt: skip
        every = self.chance.choice((0.3, 1.0, 4.0))
        for _ in range(times):
            [deed] = self.chance.choices([each for each, _ in deeds], [n for _, n in deeds])
            self.begin(deed())
            await asyncio.sleep(self.chance.expovariate(1 / every))

    def begin(self, deed: Awaitable[None]) -> None:
        task = asyncio.ensure_future(deed)
        self._acting.add(task)
        task.add_done_callback(self._ended)

    async def rest(self) -> None:
        """Return when nobody does anything."""
        while self._acting:
            await asyncio.wait({*self._acting}, timeout=5)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._acting.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed.append(error)

    # what they do

    async def _add(self) -> None:
        await self._adds(self._anybody())

    async def _adds(self, person: str, chat: str = "", more: str = "", **facts: Any) -> None:
        done = self._note("add", person, chat or self._home(person), self._word(), **facts)
        text = f"Carry {done.word}{more}"
        if chat or self.chance.random() < 0.5:
            text = self._command(person, f"add {text}")
        await self._says(done, text)

    async def _add_in_group(self) -> None:
        person = self._anybody(but="tg-eve")
        chat = GROUPS[self._platform(person)]
        others = sorted({*self.world.chats[chat].members} - {person})
        if self.chance.random() < 0.4:
            other = self.chance.choice(others)
            handle = self.world.people[other].handle
            await self._adds(person, chat, f" @{handle}", assignee=other)
        else:
            await self._adds(person, chat)

    async def _remind(self) -> None:
        person, minutes = self._anybody(), self.chance.randint(1, 3)
        await self._adds(person, more=f" in {minutes} minutes", reminds=minutes * 60.0)

    async def _many(self) -> None:
        """Add a handful at once."""
        person = HOLDER if self.small else self._anybody()
        for _ in range(self.chance.randint(3, 9)):
            self.begin(self._adds(person))

    async def _ask(self) -> None:
        person = self._anybody()
        done = self._note("ask", person, self._home(person), self._word())
        line = done.word if person.startswith("tg-") else f"list #{done.word}"
        await self._says(done, self._command(person, line))

    async def _list(self) -> None:
        """Ask for one's own tasks where others read along."""
        person = self._anybody(but="tg-eve")
        chat = GROUPS[self._platform(person)]
        await self.sandbox.say(person, chat, self._command(person, "list"))

    async def _code(self) -> None:
        """Ask for a code where others read along; not amid connecting, which it would end."""
        person = self._anybody(but="tg-eve")
        state = self.links[person if person in PAIRS else PARTNER[person]]
        if not state.wanted or state.done:
            chat = GROUPS[self._platform(person)]
            await self.sandbox.say(person, chat, self._command(person, "link"))

    async def _done(self) -> None:
        found = self._some_card()
        if found is not None:
            await self._presses("done", *found)

    async def _done_twice(self) -> None:
        found = self._some_card()
        if found is not None:
            for _ in range(2):
                self.begin(self._presses("done", *found))
                await asyncio.sleep(self.chance.choice((0.0, 0.01, 0.5)))

    async def _clear_up(self) -> None:
        """Complete several tasks, one after the other."""
        person, cleared = self._anybody(but="tg-eve"), set[str]()
        for _ in range(4):
            found = self._some_card(of=(person,))
            if found is not None and found[3] not in cleared:
                cleared.add(found[3])
                await self._presses("done", *found)

    async def _stale(self) -> None:
        """Press what was there before."""
        if self._olds:
            person, message, press, word = self.chance.choice(self._olds)
            await self._presses("stale", person, message, press, word)

    async def _foreign(self) -> None:
        """Use somebody else's button, out of one's own chat."""
        found = self._some_card(of=tuple(each for each in self._names if each != "tg-eve"))
        if found is None or not self.world.chats[found[1].chat].private:
            return
        _, message, press, word = found
        line = _line(message, press)
        thief = "tg-eve" if self.chance.random() < 0.6 else self._anybody()
        if thief in {found[0], PARTNER.get(found[0])}:
            return
        mine = self.world.messages(self._home(thief), viewer=thief)
        done = self._note("foreign", thief, self._home(thief), word)
        if thief.startswith("tg-") and mine and self.chance.random() < 0.7:
            message = self.chance.choice(mine)
            done.shown = await self.sandbox.telegram.press(
                self.world.people[thief], message, {"data": line}
            )
        else:
            await self._says(done, self._command(thief, line.partition(" rev:")[0]))

    async def _again(self) -> None:
        """A platform delivers again what it delivered before."""
        some = [each for each in self.said[-40:] if each.shown.id and each.kind != "foreign"]
        if some:
            each = self.chance.choice(some)
            self.repeated.append(each)
            if each.way == "update":
                self.sandbox.telegram.deliver_update(self.sandbox.telegram._history[each.shown.id])
            elif each.kind in {"add", "ask"}:
                await self.sandbox.say(each.person, each.chat, "", again=each.shown.id)

    # paying

    async def _pay(self) -> None:
        person = self.chance.choice(("tg-ben", "tg-eve", "sl-ada"))
        if person not in self.paid and not (self.small and person == HOLDER):
            await self.pays(person)

    async def pays(self, person: str) -> None:
        """Buy a plan."""
        self.paid[person] = ""
        await self._types(person, "plan get pro-month")
        page = await self._hears(person, "You pay on the page", within=90)
        buttons = [each for row in page.buttons for each in row] if page else []
        url = next((each["url"] for each in buttons if each.get("url")), "")
        book = self.sandbox.polar.book
        made = [name for name, each in book.checkouts.items() if each["url"] == url]
        if not made:
            del self.paid[person]
            return
        await asyncio.sleep(self.chance.uniform(0, 20))
        try:
            bought = self.sandbox.polar.pay(made[0], email=f"{person}@x.test")
            self.paid[person] = str(bought["id"])
        except PolarError:  # too late
            del self.paid[person]

    async def asks_for_plan(self, person: str) -> None:
        """At the end, of the bot itself: what the person's plan is."""
        await self._types(person, "plan")
        page = await self._hears(person, "Your plan: ", within=60)
        said = page.text.partition("Your plan: ")[2].split()[0] if page else ""
        status = str(self.sandbox.polar.book.subscription(self.paid[person])["status"])
        self.plans.setdefault(person, []).append((said, status))

    async def _polar(self) -> None:
        """Something happens to a subscription, or to what is told of it."""
        polar, chance = self.sandbox.polar, self.chance
        some = sorted(each for each in self.paid.values() if each)
        if not some:
            return
        which = chance.choice(some)
        if chance.random() < 0.5:
            await self._changes(which, heard=chance.random() < 0.5)
            return
        deeds: list[Callable[[], object]] = [
            lambda: polar.cancel(which), lambda: polar.uncancel(which), lambda: polar.revoke(which),
            lambda: polar.renew(which), lambda: polar.pause(which),
            self._tell_again, self._tell_again,
            self._lose_hooks, lambda: setattr(polar.delivery, "copies", chance.randint(1, 3)),
            lambda: setattr(polar.delivery, "shuffle", chance.choice((0, 3))),
        ]  # fmt: skip
        with suppress(PolarError):  # it makes no sense now
            chance.choice(deeds)()

    async def _changes(self, which: str, *, heard: bool) -> None:
        """A subscription ends or pauses: nobody hears of it, or somebody hears once more what was
        before."""
        polar, chance = self.sandbox.polar, self.chance
        before = [each for each in polar.events if each.endpoint and each.kind.startswith("sub")]
        polar.delivery.drop = not heard
        try:
            chance.choice((polar.revoke, polar.pause))(which)
        except PolarError:
            return
        await asyncio.sleep(chance.uniform(5, 15))
        polar.delivery.drop = False
        for each in chance.sample(before, min(4, len(before))) if heard else ():
            polar.redeliver(each.id)

    def _tell_again(self) -> None:
        """Polar's operator has something old sent once more."""
        sent = [each for each in self.sandbox.polar.events if each.endpoint]
        for each in self.chance.sample(sent, min(3, len(sent))):
            self.sandbox.polar.redeliver(each.id)

    def _lose_hooks(self) -> None:
        self.sandbox.polar.delivery.drop = not self.sandbox.polar.delivery.drop

    # connecting

    async def link(self, here: str) -> None:
        """Connect the two chats of a person, if all goes well."""
        there, state = PAIRS[here], self.links[here]
        state.wanted = time.time()
        await self._types(here, "link")
        shown = await self._hears(here, "Send me this code")
        code = CODE.search(shown.text) if shown else None
        if not code:
            return
        await self._types(there, f"link {code[0]}")
        asked = await self._hears(there, "Connect to the account of")
        if not await self._chooses(there, asked, "Yes"):
            return
        question = await self._hears(here, "entered your code")
        if not await self._chooses(here, question, "Yes"):
            return
        if await self._hears(there, "is connected to the account of", within=120):
            state.done = time.time()

    async def unlink(self, here: str) -> None:
        """Take the two apart again."""
        state = self.links[here]
        state.leaving = time.time()
        await self._types(here, "unlink")
        which = await self._hears(here, "Which chat should be disconnected?")
        theirs = PARTNER[here]
        name = self.world.people[theirs].handle
        found = [each for each in labels(which) if name in each.lower()] if which else []
        if not which or not found or "this chat" in found[0]:
            return
        await self._chooses(here, which, found[0])
        for _ in range(20):
            await asyncio.sleep(2)
            sure = [each for each in labels(which) if each.startswith("Disconnect")]
            if sure and "Which chat" not in which.text:
                break
        else:
            return
        await self._chooses(here, which, sure[0])
        if await self._until(lambda: "Disconnected" in which.text):
            state.left = time.time()

    async def _chooses(self, person: str, message: Message | None, label: str) -> bool:
        """Press until something comes of it."""
        if message is None:
            return False
        whole = next((each for each in labels(message) if each.startswith(label)), "")
        before = message.text
        for _ in range(4):
            if whole not in labels(message) or message.text != before:
                return bool(whole)
            shown = await self.sandbox.press(person, message.chat, message.id, message.press(whole))
            if not shown.error and await self._until(lambda: message.text != before, 15):
                return True
        return message.text != before

    # how they do it

    def _note(self, kind: str, person: str, chat: str, word: str, **facts: Any) -> Said:
        made = Said(kind, "update", person, chat, word, time.time(), **facts)
        self.said.append(made)
        return made

    async def _says(self, done: Said, text: str) -> None:
        if done.person.startswith("sl-"):
            done.way = "request" if text.startswith("/") else "event"
        done.shown = await self.sandbox.say(done.person, done.chat, text)

    async def _presses(
        self, kind: str, person: str, message: Message, press: dict[str, Any], word: str
    ) -> None:
        done = self._note(kind, person, message.chat, word)
        done.way = "update" if person.startswith("tg-") else "request"
        self._olds.append((person, message, press, word))
        for _ in range(3):  # what Slack lost, people press again
            try:
                done.shown = await self.sandbox.press(person, message.chat, message.id, press)
            except (LookupError, RuntimeError, StopIteration):  # it is not there any more
                done.kind = "stale"
                return
            if done.way == "update" or not done.shown.error:
                return
            await asyncio.sleep(self.chance.uniform(1, 5))

    async def _types(self, person: str, line: str) -> Shown:
        return await self.sandbox.say(person, self._home(person), self._command(person, line))

    def _command(self, person: str, line: str) -> str:
        return f"/task {line}" if person.startswith("sl-") else f"/{line}"

    async def _hears(self, person: str, text: str, within: float = PATIENCE) -> Message | None:
        """The newest message of the bot with this text that came a moment ago, or comes."""
        since = time.time() - 5
        found: list[Message] = []

        def heard() -> bool:
            seen = self.world.messages(self._home(person), viewer=person)
            fitting = [m for m in seen if m.author == BOT and text in m.text and m.time >= since]
            found[:] = fitting[-1:]
            return bool(fitting)

        await self._until(heard, within)
        return found[0] if found else None

    async def _until(self, what: Callable[[], bool], within: float = PATIENCE) -> bool:
        end = time.time() + within
        while not what():
            if time.time() > end:
                return False
            await asyncio.sleep(0.5)
        return True

    def _some_card(
        self, of: tuple[str, ...] = ()
    ) -> tuple[str, Message, dict[str, Any], str] | None:
        """Somebody, an open card before them, its Done button, its word."""
        person = self.chance.choice(of or tuple(self._names))
        words = [each.word for each in self.said if each.kind == "add"][-30:]
        chats = [self._home(person), *GROUPS.values()]
        seen = [
            message
            for chat in chats
            if person in self.world.chats[chat].members
            for message in self.world.messages(chat, viewer=person)
            if message.author == BOT and "Done" in labels(message)
        ]
        if not seen:
            return None
        message = self.chance.choice(seen)
        word = next((each for each in words if each in message.text), "")
        return (person, message, message.press("Done"), word) if word else None

    def _anybody(self, but: str = "") -> str:
        return self.chance.choice([each for each in self._names if each != but])

    def _platform(self, person: str) -> str:
        return self.world.people[person].platform

    def _home(self, person: str) -> str:
        return self.world.private_chat(person).id

    def _word(self) -> str:
        return "".join(self.chance.choices("bcdfghjklmnpqrstvwxz", k=8))


def _line(message: Message, press: dict[str, Any]) -> str:
    """The line that a button carries."""
    if "data" in press:
        return str(press["data"])
    elements = [each for block in message.sent["blocks"] for each in block.get("elements", ())]
    return next(
        str(each["value"]) for each in elements if each.get("action_id") == press["action_id"]
    )
