"""A message's text with its entities, whose offsets count UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from telegram.constants import MessageEntityType

from adapters.telegram.people import Raw, is_person, known_by_handle, sender
from adapters.telegram.text import clean
from core.addresses import Sender

_NOT_WORD = re.compile(r"\W+")


@dataclass
class Marked:
    """Text that can be cut at entities; `people` fills as lines are taken."""

    raw: bytes
    """UTF-16, so that entity offsets are twice the index."""
    entities: Sequence[Raw]
    people: dict[str, Sender] = field(default_factory=dict)

    def part(self, start: int, end: int | None = None) -> str:
        """The text between two offsets, in UTF-16 units."""
        stop = None if end is None else 2 * end
        return self.raw[2 * start : stop].decode("utf-16-le", "ignore")

    def of(self, entity: Raw) -> str:
        return self.part(entity["offset"], entity["offset"] + entity["length"])

    def mention_of(self, username: str) -> Raw | None:
        """The first mention of the bot."""
        for entity in self.entities:
            mention = entity["type"] == MessageEntityType.MENTION
            if mention and self.of(entity).lower() == f"@{username}":
                return entity
        return None

    def line(self, start: int = 0) -> str:
        """The text from `start` on; a person without a `@name` becomes a token of one word."""
        pieces, at = [], start
        for entity in self.entities:
            if entity["offset"] < at:
                continue
            if entity["type"] == MessageEntityType.MENTION:
                self.people[clean(self.of(entity))] = known_by_handle(clean(self.of(entity)))
            elif entity["type"] == MessageEntityType.TEXT_MENTION and is_person(entity.get("user")):
                pieces += [self.part(at, entity["offset"]), self._token(entity["user"])]
                at = entity["offset"] + entity["length"]
        return clean("".join([*pieces, self.part(at)])).strip()

    def _token(self, user: Raw) -> str:
        who = sender(user)
        base = "@" + (_NOT_WORD.sub("_", who.name).strip("_") or "user")
        token, count, text = base, 1, self.part(0)
        while self.people.get(token, who).user_id != who.user_id or token in text:
            count += 1
            token = f"{base}_{count}"
        self.people[token] = who
        return token


def marked(message: Raw) -> Marked:
    """The text of a message and its entities in order. No text is empty text."""
    entities = sorted(message.get("entities") or (), key=lambda each: each["offset"])
    return Marked(message["text"].encode("utf-16-le", "replace"), entities)
