"""Somebody's Home tab in the sandbox, read and used as a person would."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from adapters.sandbox import Shown
from tests.adapters.slack_view import refused
from tests.stories.cast import Somebody

Block = dict[str, Any]


@dataclass
class Old:
    """What was shown before."""

    views: dict[str, Block]
    views_then: dict[str, Block]
    drawn: dict[str, Block]
    drawn_then: dict[str, Block]

    def back(self) -> None:
        """Let it be shown again: the newer one is still on its way."""
        self.views |= self.views_then
        self.drawn |= self.drawn_then


@dataclass
class HomeTab:
    """What one person sees on theirs."""

    who: Somebody

    async def opens(self, saying: str = "") -> None:
        """Turn to the tab; with `saying`, wait until it says that."""
        await self.who.town.sandbox.open_home(self.who.id)
        await self.says(saying)

    async def says(self, text: str, *, but: str = "") -> str:
        """All of it, as soon as it has this text, and without `but` if that is given."""

        def found() -> str:
            said = self.text
            return said if said and text in said and not (but and but in said) else ""

        try:
            said: str = await self.who.town.until(found)
        except AssertionError:
            raise AssertionError(
                f"no {text!r} on the tab, or still {but!r}:\n{self.text}"
            ) from None
        return said

    @property
    def blocks(self) -> list[Block]:
        shown = self.who.town.sandbox.world.homes.get(self.who.id)
        return shown["blocks"] if shown else []

    @property
    def text(self) -> str:
        return "\n".join(map(words, self.blocks))

    @property
    def headings(self) -> list[str]:
        return [each["text"] for each in self.blocks if each["kind"] == "heading"]

    @property
    def tasks(self) -> list[str]:
        return [each["label"] for each in self.blocks if each["kind"] == "check"]

    @property
    def published(self) -> int:
        """How often it was drawn."""
        return self.who.town.sandbox.slack.homes.published[self.who.id]

    async def ticks(self, task: str, *, on: bool = True) -> Shown:
        """Tick the box of a task, or take the tick away again."""
        row = self._row(task)
        return await self._does(row["press"] if on else row["press"] | {"value": ""})

    async def chooses(self, task: str, label: str) -> Shown:
        """Choose from the menu beside a task."""
        entry = next(each for each in self._row(task)["menu"] if each["label"] == label)
        return await self._does(entry["press"])

    async def presses(self, label: str, *, beside: str = "") -> Shown:
        """Press a button; `beside` a row with this text."""
        found = [button for row, button in self._buttons() if beside in row]
        button = next((each for each in found if each["label"] == label), None)
        assert button, f"no {label!r} in {self.text}"
        return await self._does(button["press"])

    @property
    def labels(self) -> list[str]:
        """Of all buttons."""
        return [button["label"] for _, button in self._buttons()]

    @asynccontextmanager
    async def as_it_was(self) -> AsyncIterator[Old]:
        """What Slack's client shows until it got the newest drawing."""
        homes, world = self.who.town.sandbox.slack.homes, self.who.town.sandbox.world
        yield Old(homes.views, dict(homes.views), world.homes, dict(world.homes))

    def fits(self) -> str:
        """Why Slack would refuse what is shown, if it would."""
        homes = self.who.town.sandbox.slack.homes
        view = next(v for v in homes.views.values() if v["id"] == self._id)
        return refused({"type": "home", "blocks": view["blocks"]})

    @property
    def _id(self) -> str:
        return str(self.who.town.sandbox.world.homes[self.who.id]["id"])

    async def _does(self, press: Block) -> Shown:
        shown = await self.who.town.sandbox.press(self.who.id, "", self._id, press)
        assert not shown.error, shown.error
        return shown

    def _row(self, task: str) -> Block:
        rows = [each for each in self.blocks if each["kind"] == "check" and task in each["label"]]
        assert rows, f"no {task!r} in {self.text}"
        return rows[0]

    def _buttons(self) -> Iterator[tuple[str, Block]]:
        for block in self.blocks:
            if "button" in block:
                yield words(block), block["button"]
            for row in block.get("rows", ()):
                yield from (("", button) for button in row)


def words(block: Block) -> str:
    match block["kind"]:
        case "check":
            return f"[ ] {block['label']} - {block['detail']}"
        case "buttons":
            return " ".join(f"[{each['label']}]" for row in block["rows"] for each in row)
        case "heading" | "context":
            return str(block["text"])
    said = "".join(run["text"] for run in block.get("runs", ()))
    return f"{said} [{block['button']['label']}]" if "button" in block else said
