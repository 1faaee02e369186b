"""A small bot that lives in the sandbox's world without any service, for tests of the page."""

from __future__ import annotations

import itertools
import time

from adapters.sandbox.model import BOT, Json, Message, Shown
from adapters.sandbox.world import World


def runs(text: str, **style: object) -> Json:
    return {"kind": "text", "runs": [{"text": text, **style}]}


def button(label: str, line: str, style: str = "") -> Json:
    return {"label": label, "press": {"data": line}, "url": "", "style": style}


def field(name: str, label: str, kind: str, **more: object) -> Json:
    plain: Json = {"value": "", "options": [], "required": False, "help": "", "error": ""}
    return {"kind": "field", "name": name, "label": label, "input": kind} | plain | more


class PageBot:
    """Answers a line with a card, `Done` by striking it through, `/task` with a form."""

    def __init__(self) -> None:
        self.world = World.demo()
        self.world.menu["all_private_chats/"] = [
            {"command": "add", "description": "Add a task"},
            {"command": "list", "description": "List your tasks"},
            {"command": "link", "description": "Connect another chat"},
        ]
        self.submitted: list[dict[str, str]] = []
        self.presses = 0
        self.chosen: list[tuple[str, str]] = []
        """Shortcuts, each with the message in whose menu it was."""
        self._ids = itertools.count(1)

    def post(
        self, chat: str, author: str, *blocks: Json,
        reply_to: str | None = None, ephemeral_for: str | None = None, silent: bool = False,
    ) -> Message:  # fmt: skip
        person = self.world.people.get(author)
        message = Message(
            str(next(self._ids)), chat, author, person.name if person else "Fluxbot",
            list(blocks), {}, time.time(),
            reply_to=reply_to, ephemeral_for=ephemeral_for, silent=silent,
        )  # fmt: skip
        return self.world.post(message)

    async def say(
        self, person_id: str, chat_id: str, text: str, reply_to: str | None = None
    ) -> Shown:
        person = self.world.people[person_id]
        said = None
        if not (person.platform == "slack" and text.startswith("/")):
            said = self.post(chat_id, person_id, runs(text), reply_to=reply_to)
        if text == "/task new":
            self.open_form(person_id)
        elif text.startswith("/link"):
            self.post(chat_id, BOT, runs("Your code: 7K3F-92QX-M4TD"))
        elif text.startswith("/"):
            self.post(chat_id, BOT, runs("Only you can read this."), ephemeral_for=person_id)
        else:
            self.post(chat_id, BOT, *self.card(text))
        return Shown(message=said)

    @staticmethod
    def card(title: str) -> list[Json]:
        first = [
            button("Done", "done 1", "primary"),
            button("Due", "due 1"),
            button("Edit", "edit 1"),
        ]
        second = [button("Assign", "assign 1"), button("Cancel task", "cancel 1", "danger")]
        facts = {
            "kind": "context",
            "text": "Open · high · #home\nDue Thu 26 Nov 09:00 (Europe/Berlin)",
        }
        heading = runs(f"#1 {title}", bold=True)
        return [heading, facts, {"kind": "buttons", "rows": [first, second]}]

    async def press(self, person_id: str, chat_id: str, message_id: str, press: Json) -> Shown:
        self.presses += 1
        if not chat_id:
            self.chosen.append((press["value"], message_id))
            return Shown()
        message = self.world.message(chat_id, message_id)
        if message is None or press["data"] != "done 1":
            raise LookupError("no such button")
        undo = {"kind": "buttons", "rows": [[button("Undo", "undo")]]}
        title = message.blocks[0]["runs"][0]["text"]
        self.world.edit(message, [runs(title, strike=True), undo], {})
        self.world.emit("toast", person=person_id, chat=chat_id, text="Done.", alert=False)
        return Shown(text="Done.")

    def open_form(self, person_id: str) -> None:
        high, low = ({"label": each.title(), "value": each} for each in ("high", "low"))
        blocks = [
            {"kind": "context", "text": "Only the title is needed."},
            field("title", "Title", "line", required=True, max_length=200),
            field("notes", "Notes", "text"),
            field("priority", "Priority", "choice", options=[high, low]),
            field("assignee", "Assignee", "person"),
            field("date", "Due date", "date"),
            field("time", "Time", "time", help="Your own time zone."),
        ]
        view: Json = {"id": "V1", "person": person_id, "title": "New task", "submit": "Save"}
        view |= {"close": "Cancel", "blocks": blocks}
        self.world.views["V1"] = view
        self.world.emit("view", person=person_id, view=view)

    async def submit(self, person_id: str, view_id: str, values: dict[str, str]) -> Shown:
        if values["title"] == "bad":
            return Shown(errors={"title": "That is no title."})
        self.submitted.append(values)
        await self.close_view(person_id, view_id)
        self.post("slack:D0" + person_id[3:].upper(), BOT, *self.card(values["title"]))
        return Shown()

    async def shortcut(
        self, person_id: str, callback: str, chat_id: str = "", message_id: str = ""
    ) -> Shown:
        self.chosen.append((callback, message_id))
        return Shown()

    async def open_home(self, person_id: str, tab: str = "home") -> Shown:
        self.draw_home(person_id, "Buy milk", "Buy bread")
        return Shown()

    def draw_home(self, person_id: str, *tasks: str) -> None:
        blocks: list[Json] = [{"kind": "heading", "text": f"{len(tasks)} open"}]
        for number, title in enumerate(tasks, 1):
            entry = {"label": "Edit", "press": {"action_id": "menu", "value": f"edit {number}"}}
            press = {"action_id": f"check:reopen {number}", "value": f"done {number}"}
            row = {"kind": "check", "label": title, "detail": "today", "checked": False}
            blocks.append({**row, "press": press, "menu": [entry]})
        home: Json = {"id": "VHOME", "person": person_id, "blocks": blocks}
        self.world.homes[person_id] = home
        self.world.emit("home", person=person_id, home=home)

    def react(
        self, person_id: str, chat_id: str, message_id: str, name: str, *, on: bool = True
    ) -> Shown:
        message = self.world.message(chat_id, message_id)
        assert message is not None
        message.reactions[name] = [person_id] if on else []
        self.world.emit("edit", chat=chat_id, message=message.display())
        return Shown()

    async def close_view(self, person_id: str, view_id: str) -> Shown:
        del self.world.views[view_id]
        self.world.emit("view_closed", person=person_id, view=view_id)
        return Shown()
