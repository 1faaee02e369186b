"""What ten thousand people do at twelve times their busiest hour."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.faults.inputs import Input
from tests.faults.load import Load
from tests.faults.oracle import acknowledged

TELEGRAM, SLACK, GROUPS = 7_000, 3_000, 600
"""Ten thousand people, as many of them on Telegram as in `docs/scale.md` (70 %), and enough groups
of each that a stand-in keeps all that was said there."""
EACH, BUSIEST, TIMES = 8, 2.5, 12
"""Messages and presses of one person on a day, and the busiest hour over the mean (both as in
`docs/scale.md`, and assumed there); and how many times that is meant (`promises.md` B22)."""
RATE = (TELEGRAM + SLACK) * EACH / 86_400 * BUSIEST * TIMES
"""Inputs a second: 10,000 * 8 / 86,400 = 0.926 on the mean of a day, * 2.5 = 2.31 at its peak, * 12
= 27.8. In two hours 200,000: as many as come in a day that is all busiest hour. All ten thousand
write; the plan on paper has a tenth of them write on one day, and so a tenth of this rate."""
CHANGES = 0.1
"""Changes of mind at Polar in a second, each of which is two or three webhooks."""
REMINDERS = 0.1
"""Of the inputs, a task that is due soon: 0.8 reminders a day of each who does 8 things."""
DUE = re.compile(r"Feed (\w{10}) (?:is|was) due")
KNOWN = 500
"""Inputs ago: who did something then is known by now, and their time zone."""


@dataclass
class SoakLoad(Load):
    """And how long those waited who wait for an answer to their request itself: Slack's."""

    took: list[tuple[float, float]] = field(default_factory=list)
    """When it was answered (monotonic), and after how many seconds."""

    def deeds(self) -> list[tuple[Callable[[], Awaitable[None]], float]]:
        usual = [each for each in super().deeds() if each[0] != self._change]
        others = sum(weight for _, weight in usual)
        return [
            *usual,
            (self._remind, others * REMINDERS),
            (self._change, others * CHANGES / self.rate),
        ]

    async def _remind(self) -> None:
        """On Slack, which says where people live: nobody there is asked for their time zone."""
        known = [each for each in self.inputs[-3 * KNOWN : -KNOWN] if each.person[:4] == "sl-p"]
        if known:
            person = self.random.choice(known).person
            done = Input("remind", "request", person, self.city.private(person), self._word())
            await self._do(done, f"/task add Feed {done.word} in 1 minute")

    def told_wrongly(self) -> list[str]:
        """The reminders that did not come once, for the oracle of soaks: nothing was killed."""
        told = Counter(
            word
            for chat in {each.chat for each in self.inputs if each.kind == "remind"}
            for message in self.city.from_bot(chat)
            for word in DUE.findall(message.text)
        )
        return [
            f"reminder of {each.word}: told {told[each.word]} times"
            for each in self.inputs
            if each.kind == "remind" and acknowledged(self.city, each) and told[each.word] != 1
        ]

    async def _do(self, done: Input, text: str) -> None:
        began = time.monotonic()
        await super()._do(done, text)
        if done.way == "request":
            now = time.monotonic()
            self.took.append((now, now - began))
