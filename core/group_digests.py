"""Digests of groups: what a group has to do, told to the group. Whoever says so there begins it,
and anybody there ends it: it is nobody's own. Ticks as `core/digests.py` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from core import schema
from core.digests import BATCH, Rule, read_rule
from core.group_ticks import claim, waiting
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work


@dataclass(frozen=True, slots=True)
class Told:
    """How it is told."""

    language: str
    """The tag of whoever asked for it."""
    thread: str
    """Where in the chat it was asked for: as `Address.thread`."""


_g = schema.group_digest.c
_CHAT = bindparam("chat", type_=schema.Id)
_OF = select(schema.group_digest).where(_g.chat_id == _CHAT)
_NEW = ("days", "wall", "zone", "language", "thread", "at")
_SET = upsert(
    schema.group_digest,
    ("chat_id",),
    lambda new: {each: new[each] for each in _NEW},
)
_DROP = delete(schema.group_digest).where(_g.chat_id == _CHAT).returning(_g.chat_id)
_NEXT = update(schema.group_digest).where(_g.chat_id == _CHAT).values(at=bindparam("next"))
_WAITING, _CLAIM = waiting(schema.group_digest), claim(schema.group_digest)


class GroupDigests:
    """Digests of groups, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def of(self, chat: int) -> tuple[Rule, Told] | None:
        """When and how a group's digest comes, where it has one."""
        row = self._work.run(_OF, {"chat": chat}).first()
        return (read_rule(row), Told(row.language, row.thread)) if row is not None else None

    def set(self, chat: int, rule: Rule, told: Told) -> None:
        """Send one to this group from now on."""
        values = {
            "chat_id": chat,
            "days": rule.days.value,
            "wall": f"{rule.wall:%H:%M}",
            "zone": rule.zone,
            "language": told.language,
            "thread": told.thread,
            "at": rule.next(self._work.now),
        }
        self._work.run(_SET, values)

    def end(self, chat: int) -> bool:
        """Send none any more; whether there was one."""
        return self._work.run(_DROP, {"chat": chat}).first() is not None

    def waiting(self) -> bool:
        """Whether the time of one has come."""
        return self._work.run(_WAITING, {"now": self._work.now}).first() is not None

    def fire(self, most: int = BATCH) -> int:
        """As `Digests.fire`. A group that the bot was sent away from is told nothing until it is
        back."""
        due = self._work.run(_CLAIM, {"now": self._work.now, "most": most}).all()
        for row in due:
            values = {"chat": row.chat_id, "next": read_rule(row).next(self._work.now)}
            self._work.run(_NEXT, values)
            if not row.gone:
                at = int(row.at.timestamp())
                self._work.put_in_chat(
                    row.chat_id, name="digest", id=f"digest:g{row.chat_id}:{at}", payload={"at": at}
                )
        return len(due)
