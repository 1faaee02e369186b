"""A month of a small town: every day the same people do the same things, in a weather that is bad
now and then, and at night somebody looks at what the service holds (`promises.md` B22, F28).

What they made they delete in the evening, so that whatever is there for longer is what the service
keeps. It is one process of the service, from the first day to the last."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import time
from collections import Counter
from contextlib import suppress

from adapters.sandbox import polar, polar_api, recent, world
from adapters.sandbox.polar_errors import PolarError
from bot import conversation, gauges, home_tabs, parts, reminding, retention, upkeep
from tests.service_kit import labels
from tests.simulation import nature
from tests.simulation.holdings import SOON, Night, figures, grown, kinds, look
from tests.simulation.loop import SimLoop
from tests.simulation.oracle import LEFT, is_told_so
from tests.simulation.people import GROUPS, Linked
from tests.simulation.run import REPLAY, Outcome, Simulation, lived
from tests.soak.hoards import Hoarder

DAY, HOUR = 86_400.0, 3600.0
IDLE = 300.0
"""Seconds between two looks at what seldom is: the service's own two would be most of a month."""
TROUBLE = 0.02
"""How much of what is sent meets each kind of trouble, while people are about."""
STAND_INS = 20
"""Entries that the stand-ins keep of whatever they keep: theirs are not the service's."""
APART = "tg-ben"
"""Who connects their chats every morning, and takes them apart every evening."""


class Month(Simulation):
    """So many `days`; `nights` has what was held in each."""

    def __init__(self, copied: sqlite3.Connection, loop: SimLoop, days: int) -> None:
        super().__init__(0, copied, loop, acts=1)
        self.acts = 0
        self.days, self.nights = days, list[Night]()
        self.kinds = list[Counter[str]]()

    async def run(self) -> None:
        gc.freeze()
        await self._open()
        reminding.TICK = home_tabs.TICK = polar.TICK = IDLE
        upkeep.LOOK_EVERY = gauges.LOOK_EVERY = conversation.SWEEP_EVERY = IDLE
        self.weather.calm = True
        await self.people.greet()
        for person in sorted(self.people.world.people):
            for line in ("zone UTC", "digest on 08:00 daily"):
                await self._says(person, line)
        await self.people.link("tg-ada")
        await self.people.pays("tg-ben")
        self.weather.rates = dict.fromkeys(self.weather.rates, TROUBLE)
        for day in range(self.days):
            await self._day(day)
            await self._until(day + 1, 20 * HOUR - DAY)
            self._look()
            await self._until(day + 1, 0.0)

    async def _until(self, day: int, seconds: float) -> None:
        """Until so many seconds after nine of that day."""
        await asyncio.sleep(max(0.0, nature.BEGAN + day * DAY + seconds - time.time()))

    async def _says(self, person: str, line: str, chat: str = "") -> None:
        people = self.people
        text = people._command(person, line)
        await self.sandbox.say(person, chat or people._home(person), text)
        await asyncio.sleep(20)

    async def _day(self, day: int) -> None:
        self.weather.calm = False
        self.people.begin(self.people.link(APART))
        for person in sorted(self.people.world.people):
            await self._morning(person)
        await self._until(day, 4 * HOUR)
        for person in sorted(self.people.world.people):
            await self._noon(person)
        if day % 7 == 6:
            for bought in self.people.paid.values():
                with suppress(PolarError):
                    self.sandbox.polar.renew(bought)
        await self._until(day, 9 * HOUR)
        await self.people.unlink(APART)
        self.people.links[APART] = Linked()
        for person in sorted(self.people.world.people):
            await self._evening(person)
        await self.people.rest()
        self.weather.calm = True
        await self._quiet()
        self.disk.write(REPLAY)
        await self._quiet()

    async def _morning(self, person: str) -> None:
        people = self.people
        await people._adds(person)
        await people._adds(person, more=" in 2 hours")
        await people._adds(person, more=" every day 07:00")
        if person != "tg-eve":
            chat = GROUPS[people._platform(person)]
            await people._adds(person, chat)
            await self._says(person, "list", chat)
        for line in ("list", "what is that?", "link", "settings", "find Carry"):
            await self._says(person, line)

    async def _noon(self, person: str) -> None:
        for _ in range(3):
            found = self.people._some_card(of=(person,))
            if found is not None:
                await self.people._presses("done", *found)
                await asyncio.sleep(20)
        for line in ("undo", "digest now", "plan", "inbox"):
            await self._says(person, line)

    async def _evening(self, person: str) -> None:
        """Whatever is there is deleted, finished or not."""
        people = self.people
        for _ in range(3):
            await self._says(person, "bulk delete all")
            asked = people.world.messages(people._home(person), viewer=person)[-1]
            sure = [each for each in labels(asked) if each.startswith("Delete ")]
            if not sure:
                break
            await people._chooses(person, asked, sure[0])

    def judge(self) -> None:
        found = grown(self.nights)
        if any(each.startswith("objects") for each in found):
            more = self.kinds[-1] - self.kinds[SOON]
            found.append(f"more objects of {more.most_common(5)}")
        self.outcome.broken += found
        self.outcome.held = figures(self.nights) | {"days": self.days, "acts": self.acts}

    def _look(self) -> None:
        """At night; what the simulation itself knows of the day is forgotten first."""
        defects = [each for each in self.machine.errors.found if not is_told_so(each)]
        self.outcome.broken += [f"a defect was logged: {each}" for each in defects]
        for left in ("dead letters", "failed messages"):
            self.outcome.broken += [f"{left}: {tuple(row)}" for row in self.disk.rows(LEFT[left])]
        self.acts += len(self.people.said)
        for known in (self.machine.errors.found, self.network.calls, self.people.said):
            known.clear()
        for each in (self.people._olds, self.people.world.journal, self.disk.away):
            each.clear()
        self.nights.append(look(self.disk))
        self.kinds.append(kinds())


def no_pruner() -> None:
    """Nothing is dropped that need not be kept."""
    retention.FORGET_FIRST = retention.FORGET_EVERY = 10 * 365 * DAY


def hoarder() -> None:
    """The process keeps what it was ever told."""
    parts.Conversation = Hoarder  # type: ignore[misc]  # that is the point


CONTROLS = {"no-pruner": no_pruner, "hoarder": hoarder}


def live(copied: sqlite3.Connection, days: int, control: str = "") -> Outcome:
    """So many days; what was wrong, or grew."""
    recent.RECENT = world.MESSAGES_KEPT = polar_api.CALLS_KEPT = STAND_INS
    if control:
        CONTROLS[control]()
    return lived("month", lambda loop: Month(copied, loop, days))
