"""One person of the page: what they type, press and choose, as hands and eyes would."""

from __future__ import annotations

import json

from tests.tour.tour import Tour

CODE = "[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"


class Player:
    """A person in their own pane. Each act says what must follow it."""

    def __init__(self, tour: Tour, person: str) -> None:
        self.tour, self.person = tour, person
        self._pane = f"[data-person={person}]"
        self._log = f"document.querySelector('{self._pane} .log:not([hidden])')"

    async def writes(self, text: str, expecting: str) -> None:
        shown = text.replace("\n", "`, in the next line `")
        await self._type(text)
        await self._then(f"writes `{shown}`", expecting)

    async def replies(self, to: str, text: str, expecting: str) -> None:
        """Answer the newest message of the bot's that has these words."""
        message = f"[...{self._log}.querySelectorAll('.bot')].findLast({_has(to)})"
        await self.tour.tab.js(f"{message}.querySelector('.reply').click()")
        await self._type(text)
        await self._then(f"replies to “{to}”: `{text}`", expecting)

    async def presses(self, label: str, expecting: str, *, on: str = "") -> None:
        """Press the newest button of that label, of the newest message with some words."""
        button = (
            f"[...{self._log}.querySelectorAll('.press')].findLast((each) =>"
            f" each.textContent === {json.dumps(label)} &&"
            f" (each.closest('.message') ?? {self._log}).textContent.includes({json.dumps(on)}))"
        )
        await self._click(button)
        await self._then(f"presses **{label}**" + (f" on “{on}”" if on else ""), expecting)

    async def turns_the_month(self, expecting: str) -> None:
        """Press the newest button that leads to the next month."""
        buttons = f"[...{self._log}.querySelectorAll('.press')]"
        await self._click(f"{buttons}.findLast((each) => each.textContent.endsWith(' >'))")
        await self._then("turns to the next month", expecting)

    async def chooses(self, label: str, expecting: str, *, of: str) -> None:
        """Choose in the menu of the newest message or row that has these words."""
        holder = (
            f"[...{self._log}.querySelectorAll('.message, .item')].findLast((each) =>"
            f" each.textContent.includes({json.dumps(of)}) && each.querySelector('.menu'))"
        )
        choice = f"[...({holder}?.querySelectorAll('.choice') ?? [])].find({_is(label)})"
        await self._click(f"{choice}?.closest('.menu').querySelector('summary')")
        await self._click(choice)
        await self._then(f"chooses **{label}** in the menu of “{of}”", expecting)

    async def edits(self, message: str, text: str, expecting: str) -> None:
        """Change the words of one's own newest message that has these."""
        own = f"[...{self._log}.querySelectorAll('.mine')].findLast({_has(message)})"
        await self._click(f"[...{own}.querySelectorAll('.choice')].find({_is('Edit')})")
        await self.tour.tab.js(f"document.querySelector('{self._pane} textarea').value = ''")
        await self._type(text)
        await self._then(f"edits the message “{message}” to `{text}`", expecting)

    async def turns_to(self, name: str, expecting: str = "") -> None:
        """Turn to another tab of the pane; told where something is expected of it."""
        tabs = f"[...document.querySelectorAll('{self._pane} [role=tab]')]"
        named = f"(each) => each.firstChild.textContent === {json.dumps(name)}"
        await self._click(f"{tabs}.find({named})")
        if expecting:
            await self._then(f"turns to **{name}**", expecting)

    async def says(self, text: str) -> None:
        """Write something that is not for the bot."""
        await self._type(text)
        what = f"writes `{text}`, which is not for the bot"
        self.tour.transcript.act(self.person, what, end=".")

    async def ticks(self, task: str, expecting: str) -> None:
        """Tick the box of a task on the Home tab."""
        await self._click(
            f"[...{self._log}.querySelectorAll('.task')].find({_has(task)}).querySelector('input')"
        )
        await self._then(f"ticks “{task}”", expecting)

    async def fills(self, expecting: str, **values: str) -> None:
        """Fill fields of the open form, by name, and send it."""
        for name, value in values.items():
            field = f"document.querySelector('{self._pane} dialog [name={name}]')"
            await self.tour.tab.until(field)
            await self.tour.tab.js(f"{field}.value = {json.dumps(value)}")
        told = ", ".join(f"{name} `{value}`" for name, value in values.items())
        await self.sends(f"fills in {told} and presses the button", expecting)

    async def sends(self, told: str, expecting: str) -> None:
        """Send the open form as it is."""
        await self._click(f"document.querySelector('{self._pane} dialog .submit')")
        await self._then(told, expecting)

    async def picture(self, name: str, alt: str, *, height: int = 720, dark: bool = False) -> None:
        await self.tour.picture(name, self.person, alt, height=height, dark=dark)

    async def _type(self, text: str) -> None:
        await self.tour.tab.type(f"{self._pane} textarea", text)
        await self.tour.tab.js("new Promise((done) => setTimeout(done, 60))")
        await self.tour.tab.key("Enter")

    async def _click(self, element: str) -> None:
        await self.tour.tab.until(element)
        await self.tour.tab.js(f"{element}.click()")

    async def code(self) -> str:
        """The newest code for connecting a chat that stands in front."""
        found: str = await self.tour.tab.js(f"{self._log}.textContent.match(/{CODE}/g).at(-1)")
        return found

    async def _then(self, what: str, expecting: str) -> None:
        self.tour.transcript.act(self.person, what)
        await self.tour.follows(self.person, expecting)


def _has(text: str) -> str:
    return f"(each) => each.textContent.includes({json.dumps(text)})"


def _is(text: str) -> str:
    return f"(each) => each.textContent === {json.dumps(text)}"
