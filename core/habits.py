"""What somebody said of showing their own tasks below links: in which chats it is done unasked, and
whether they are asked at all. It is each identity's own, and ends where that changes its account:
then it would be about other tasks than those that it was said of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, delete, func, select

from core import schema
from core.sql import insert_or_ignore, upsert

if TYPE_CHECKING:
    from core.work import Work

ENOUGH = 5
"""After so many times of saying no, and again after as many, somebody is asked whether they want to
be asked at all (`product.md` 4.23)."""
PAUSE = timedelta(hours=24)


class Rule(StrEnum):
    """What somebody said of all chats."""

    UNSAID = ""
    ASK = "ask"
    EVERYWHERE = "all"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Habit:
    """What is to be done."""

    rule: Rule = Rule.UNSAID
    until: datetime | None = None
    """Until when they are not asked, where that is not over."""
    here: bool = False
    """Whether it was said of the chat that this was asked for."""
    places: int = 0
    """Of how many chats it was said."""

    @property
    def said(self) -> bool:
        """Whether they chose anything."""
        return bool(self.rule or self.until or self.places)

    @property
    def unasked(self) -> bool:
        """Whether tasks are shown there without a question."""
        return not self.silent and (self.rule is Rule.EVERYWHERE or self.here)

    @property
    def silent(self) -> bool:
        """Whether there is no question, and nothing is shown that is not the chat's anyway."""
        return self.rule is Rule.NEVER or self.until is not None


_h, _p = schema.preview_habit.c, schema.preview_place.c
_MINE = _p.identity_id == bindparam("identity")
_OF = select(_h.rule, _h.until).where(_h.identity_id == bindparam("identity"))
_PLACES = select(
    func.count().label("places"),
    func.coalesce(func.max(case((_p.chat_id == bindparam("chat"), 1), else_=0)), 0).label("here"),
).where(_MINE)
_SAY = upsert(
    schema.preview_habit,
    ("identity_id",),
    lambda new: {"rule": new.rule, "until": new.until},
)
_REFUSE = upsert(
    schema.preview_habit,
    ("identity_id",),
    lambda new: {"refused": _h.refused + 1},
    returning=("refused",),
)
_HERE = insert_or_ignore(schema.preview_place, ("identity_id", "chat_id"))
_NOT_HERE = delete(schema.preview_place).where(_MINE, _p.chat_id == bindparam("chat"))
_NOWHERE = delete(schema.preview_place).where(_MINE)
_DROP = delete(schema.preview_habit).where(_h.identity_id == bindparam("identity"))


class Habits:
    """What people said of it, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def of(self, identity: int, chat: int) -> Habit:
        """What an identity said, as it is for a chat."""
        row = self._work.run(_OF, {"identity": identity}).first()
        places = self._work.run(_PLACES, {"identity": identity, "chat": chat}).one()
        rule, until = (Rule(row.rule), row.until) if row else (Rule.UNSAID, None)
        if until is not None and until <= self._work.now:
            until = None
        return Habit(rule, until, bool(places.here), places.places)

    def ask(self, identity: int) -> None:
        """They are always asked: whatever else they said is over."""
        self._say(identity, Rule.ASK)
        self._work.run(_NOWHERE, {"identity": identity})

    def show_everywhere(self, identity: int) -> None:
        """Their tasks are shown unasked, wherever they post a link."""
        self._say(identity, Rule.EVERYWHERE)

    def show_in(self, identity: int, chat: int) -> None:
        """The same in one chat, and in those of which they said so before; elsewhere they are
        asked."""
        self._say(identity, Rule.UNSAID)
        self._work.run(_HERE, {"identity_id": identity, "chat_id": chat})

    def ask_in(self, identity: int, chat: int) -> None:
        """What they said of one chat does not hold any more."""
        self._work.run(_NOT_HERE, {"identity": identity, "chat": chat})

    def never_ask(self, identity: int) -> None:
        """They are not asked, and nothing of theirs is shown: whatever else they said is over."""
        self._say(identity, Rule.NEVER)
        self._work.run(_NOWHERE, {"identity": identity})

    def pause(self, identity: int) -> None:
        """The same for `PAUSE`; then whatever else they said holds again."""
        now = self.of(identity, 0)
        rule = Rule.UNSAID if now.rule is Rule.NEVER else now.rule
        self._say(identity, rule, self._work.now + PAUSE)

    def refuse(self, identity: int) -> bool:
        """They said no to a question; whether it may be that they are asked too often."""
        values = {"identity_id": identity, "rule": "", "until": None, "refused": 1}
        times: int = self._work.run(_REFUSE, values).scalar_one()
        return times % ENOUGH == 0

    def drop(self, identity: int) -> None:
        """Nothing was said."""
        for each in (_DROP, _NOWHERE):
            self._work.run(each, {"identity": identity})

    def _say(self, identity: int, rule: Rule, until: datetime | None = None) -> None:
        values = {"identity_id": identity, "rule": rule.value, "until": until, "refused": 0}
        self._work.run(_SAY, values)
