"""People of a town, who speak the same lines on either platform."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from adapters.sandbox import Message, Shown
from bot.words import say_date
from core import schema
from core.link import UNDO_FOR
from tests.service_kit import Town, is_menu, labels, plain

PLATFORMS = ("telegram", "slack")
_numbers = itertools.count(1)
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass
class Somebody:
    """A person on one platform, and what they do there."""

    town: Town
    platform: str
    name: str
    handle: str
    id: str
    chat: str
    """Their private chat with the bot."""

    def spelled(self, line: str, *, group: bool = False) -> str:
        """A command as it is typed on this platform."""
        if self.platform == "slack":
            return f"/task {line}"
        verb, _, rest = line.partition(" ")
        return f"/{verb}{'@fluxbot' if group else ''} {rest}".strip()

    async def says(self, text: str, chat: str = "", **options: Any) -> Shown:
        """Type, exactly so."""
        shown = await self.town.sandbox.say(self.id, chat or self.chat, text, **options)
        assert not shown.error, shown.error
        return shown

    async def does(self, line: str, answer: str, chat: str = "") -> Message:
        """Type a command, and wait for a new answer that has this text."""
        before = self.ids(chat)
        await self.says(self.spelled(line, group=bool(chat)), chat)
        return await self.hears(answer, chat, but=before)

    async def writes(self, text: str, answer: str, chat: str = "") -> Message:
        """Write plain text, and wait for a new answer that has this text."""
        before = self.ids(chat)
        await self.says(text, chat)
        return await self.hears(answer, chat, but=before)

    async def is_met(self) -> None:
        """Say hello, and wait until their profile is read, as Slack is asked for it once: dates
        from before move to its zone, which is a change of their tasks."""
        await self.does("start", "Hello")
        if self.platform == "slack":
            store = self.town.service.store
            known = select(schema.account.c.id).where(schema.account.c.timezone != "")
            user = self.town.sandbox.world.people[self.id].user_id
            mine = known.join(schema.identity).where(schema.identity.c.user_id == user)
            async with asyncio.timeout(8):
                while not await store.query(lambda work: work.run(mine).first()):  # noqa: ASYNC110  # it is a row
                    await asyncio.sleep(0.01)

    async def hears(self, text: str, chat: str = "", *, but: set[str] | None = None) -> Message:
        """The newest message of the bot with this text, as soon as it is there."""

        def found() -> Message | None:
            fitting = [each for each in self.seen(chat) if text in words(each)]
            return next((each for each in reversed(fitting) if each.id not in (but or ())), None)

        heard: Message = await self.until(found)
        return heard

    async def until(self, what: Callable[[], Any]) -> Any:
        """What `what` gives as soon as it gives something."""
        try:
            return await self.town.until(what)
        except AssertionError:
            said = "\n".join(
                f"{m.author}: {plain(m)} {labels(m)}"
                for m in self.town.messages((self.id, self.chat))
            )
            raise AssertionError(f"{self.id} waits in vain. Their chat:\n{said}") from None

    async def presses(self, message: Message, label: str, then: str = "") -> Shown:
        """Press a button; with `then`, wait until that message has this text. A menu opens without
        the bot, and there is nothing to wait for."""
        if is_menu(message, label):
            return Shown()
        shown = await self.town.sandbox.press(
            self.id, message.chat, message.id, message.press(label)
        )
        assert not shown.error, shown.error
        if then:
            await self.until(lambda: then in words(message))
        return shown

    async def is_told(
        self, message: Message, label: str, toast: str, *, old: dict[str, Any] | None = None
    ) -> None:
        """Press a button, perhaps as an `old` drawing had it, that answers with a passing sentence:
        a toast, or on Slack words on the redrawn message, or else a message that only this person
        sees."""
        before = self.ids(message.chat) - {message.id}
        press = old or message.press(label)
        shown = await self.town.sandbox.press(self.id, message.chat, message.id, press)
        assert not shown.error, shown.error
        if self.platform == "telegram":
            assert toast in shown.text
        else:
            await self.hears(toast, message.chat, but=before)

    async def form(self) -> dict[str, Any]:
        """The form that is open before them."""
        views = self.town.sandbox.world.views
        form: dict[str, Any] = await self.until(
            lambda: next((each for each in views.values() if each["person"] == self.id), None)
        )
        return form

    async def fills(self, **answers: str) -> Shown:
        """Fill the open form and send it."""
        form = await self.form()
        shown = await self.town.sandbox.submit(self.id, form["id"], answers)
        assert not shown.error, shown.error
        return shown

    def seen(self, chat: str = "") -> list[Message]:
        """The bot's messages before them, oldest first."""
        return self.town.from_bot((self.id, self.chat), chat)

    def ids(self, chat: str = "") -> set[str]:
        return {each.id for each in self.seen(chat)}

    def count(self, text: str, chat: str = "") -> int:
        """How many messages have this text."""
        return len([each for each in self.seen(chat) if text in words(each)])


def words(message: Message) -> str:
    """What is read in a message, however the platform lays out a named value."""
    return re.sub(r"(?<=\w):?  (?=\w)", ": ", plain(message))


def newcomer(
    town: Town,
    platform: str,
    name: str = "Ada",
    *,
    full: str = "",
    language: str = "en",
    zone: str = "UTC",
) -> Somebody:
    """Somebody whom nobody has seen before. `zone`: of their profile on Slack. Dates from before it
    was read move to it, soon, which is a change of their tasks: not in UTC, where they are."""
    world = town.sandbox.world
    handle = f"{name.lower()}{next(_numbers)}"
    if platform == "telegram":
        person = world.telegram_person(handle, name, 50_000 + next(_numbers), language)
    else:
        person = world.slack_person(handle, full or handle, language=language)
        person.timezone = zone
    # A slash command of Slack's names people by their handle, until their profile is known.
    known_as = name if platform == "telegram" else handle
    return Somebody(town, platform, known_as, handle, person.id, world.private_chat(person.id).id)


def group_of(town: Town, *members: Somebody) -> str:
    """A new group or channel of these people and the bot."""
    platform, number = members[0].platform, next(_numbers)
    name = f"-100{700000 + number}" if platform == "telegram" else f"C0ROOM{number}"
    chat = town.sandbox.world.add_chat(
        platform, name, f"room {number}", [each.id for each in members]
    )
    return chat.id


async def link(first: Somebody, second: Somebody, *, move: bool = False) -> None:
    """Make the second person's chat one of the first one's; `move`: with the tasks it had."""
    shown = await first.does("link", "Send me this code")
    code = CODE.search(plain(shown))
    assert code
    asked = await second.does(f"link {code[0]}", "Connect to the account of")
    await second.presses(asked, next(each for each in labels(asked) if each.startswith("Yes")))
    question = await first.hears("entered your code")
    await first.presses(question, "Yes, that is me")
    await second.hears("connected")
    if move:
        offer = await second.hears("of its own, kept apart")
        await second.presses(offer, next(each for each in labels(offer) if "Move my" in each))
        await second.until(lambda: "Moved: " in words(offer))


async def link_long_ago(first: Somebody, second: Somebody) -> None:
    """As `link`, and it can't be taken back any more."""
    await link(first, second)
    aged = update(schema.link).values(linked_at=datetime.now(UTC) - 2 * UNDO_FOR)
    await first.town.service.store.mutate(lambda work: work.run(aged))


def line_of(message: Message, label: str) -> str:
    """The line that a button carries."""
    press = message.press(label)
    if "data" in press:
        return str(press["data"])
    elements = [each for block in message.sent["blocks"] for each in block.get("elements", ())]
    return next(
        str(each["value"]) for each in elements if each.get("action_id") == press["action_id"]
    )


def in_days(days: int) -> str:
    """A day as cards have it, for somebody whose zone nobody knows."""
    today = datetime.now(UTC).date()
    return say_date(today + timedelta(days=days), today, near=False)
