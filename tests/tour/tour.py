"""The page while it is played: what follows an act is waited for and written down."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.adapters.chromium import Tab
from tests.tour.looking import Shown, look
from tests.tour.pictures import take
from tests.tour.transcript import Transcript

PATIENCE = 20.0
"""Seconds for what is expected to appear."""
REST = 1.3
"""Seconds without a change after which everything that follows an act is there: a chat of
Telegram's gets one message a second."""


class Tour:
    """The page, what of it was written down already, and the transcript."""

    def __init__(self, tab: Tab, pictures: Path | None, rest: float) -> None:
        self.tab, self.transcript = tab, Transcript()
        self._pictures, self._rest = pictures, rest
        self._known: dict[str, str] = {}

    async def begin(self) -> None:
        """What is there before anything was done is not told."""
        await self._new()

    def chapter(self, title: str, caption: str) -> None:
        self.transcript.chapter(title, caption)

    async def follows(self, person: str, text: str) -> None:
        """Wait until something new has this text, and until nothing changes; write down what is
        new. Fails with what was there instead."""
        old, new = dict(self._known), await self._new()
        end = asyncio.get_running_loop().time() + PATIENCE
        while not any(text in each.text for each in new.values()):
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"{person}: never came: {text!r}; {_texts(new)}")
            await asyncio.sleep(0.05)
            new |= await self._new()
        while changed := await self._after_rest():
            new |= changed
        there = {each.id for each in await look(self.tab)}
        lasting = [each for each in new.values() if each.kind == "toast" or each.id in there]
        for each in sorted(lasting, key=lambda shown: shown.person != person):
            self.transcript.shown(each, old.get(each.id))

    async def picture(self, name: str, person: str, alt: str, *, height: int, dark: bool) -> None:
        """Of the person's pane as it is now; none when the tour is played without pictures."""
        if self._pictures is None:
            return
        file = self._pictures / f"{name}.png"
        await take(self.tab, file, person, height=height, dark=dark)
        self.transcript.picture(f"{self._pictures.name}/{file.name}", alt)

    async def whole(self, name: str) -> None:
        """Of the whole page, as the README has it."""
        if self._pictures is not None:
            await take(self.tab, self._pictures.parent / f"{name}.png", "", height=900, dark=False)

    async def _after_rest(self) -> dict[str, Shown]:
        await asyncio.sleep(self._rest)
        return await self._new()

    async def _new(self) -> dict[str, Shown]:
        """What is new or changed since the last look, by its id."""
        found = {each.id: each for each in reversed(await look(self.tab))}
        new = {each: shown for each, shown in found.items() if self._known.get(each) != shown.text}
        self._known |= {each: shown.text for each, shown in new.items()}
        return new


def _texts(new: dict[str, Shown]) -> str:
    return "\n---\n".join(f"{each.person} {each.where}: {each.text}" for each in new.values())
