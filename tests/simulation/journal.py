"""All that anybody saw of the bot, in the order in which it was shown."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.sandbox.model import BOT
from adapters.sandbox.world import World

WORD = re.compile(r"Carry ([a-z]{8})")
TOKEN = re.compile(r"\b[bcdfghjklmnpqrstvwxz]{8}\b")
UNKNOWN = re.compile(r'I don\'t know "([a-z]{8})"')
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@dataclass(frozen=True, slots=True)
class Seen:
    """Something the bot showed: a message, an edit of one, a toast, a form, a Home tab."""

    at: float
    kind: str
    chat: str
    viewers: tuple[str, ...]
    text: str
    id: str = ""


class Watched(World):
    """A world that keeps what everybody saw."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: list[Seen] = []

    def emit(self, kind: str, **event: object) -> None:
        super().emit(kind, **event)
        seen = self._seen(kind, event)
        if seen is not None:
            self.journal.append(seen)

    def _seen(self, kind: str, event: dict[str, object]) -> Seen | None:
        message = event.get("message")
        if isinstance(message, dict):
            if message["author"] != BOT:
                return None
            only = message["ephemeral_for"]
            viewers = (only,) if only else tuple(self.chats[message["chat"]].members)
            text = f"{message['text']}\n{message['buttons']}"
            return Seen(time.time(), kind, message["chat"], viewers, text, str(message["id"]))
        person = event.get("person")
        if isinstance(person, str):
            return Seen(time.time(), kind, str(event.get("chat", "")), (person,), repr(event))
        return None


def says(text: str) -> Iterator[tuple[str, str]]:
    """The logical messages of a text: what kind of thing is said, and of which word."""
    yield from (("unknown", word) for word in UNKNOWN.findall(text))
    for line in text.splitlines():
        for found in WORD.finditer(line):
            yield _kind(line, found), found[1]


def _kind(line: str, found: re.Match[str]) -> str:
    before, after = line[: found.start()], line[found.end() :]
    if before.endswith("completed the task: "):
        return "told"
    if before.endswith("assigned a task to you: "):
        return "assigned"
    if after.startswith((" is due", " was due", " - you asked")):
        return "due"
    return "card" if not before or re.fullmatch(r"#\d+ ", before) else "other"
