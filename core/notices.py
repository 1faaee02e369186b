"""The inbox of notices, and telling them in the chats of those they concern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from core import newcomers, schema
from core.delivering import Telling, deliver
from core.errors import NoSuchNotice
from core.events import Event, pack, unpack
from core.identity import Identity
from core.presets import tells
from core.sql import LAST_ID, Statement, insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

UNREAD_SHOWN = 99
"""Unread notices are counted up to one more than this: nobody reads the difference."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person was told."""

    id: int
    account: int
    task: int | None
    event: Event
    subject: str
    """The task's title when it happened."""
    actor: str
    """Who did it; empty when the reader did."""
    read: bool
    created_at: datetime

    @property
    def type(self) -> str:
        return self.event.type


_n = schema.notice.c
_ADD = insert_or_ignore(schema.notice, ("account_id", "once"), "id")
_ONE = select(schema.notice).where(_n.id == bindparam("notice"))
_PAGE = (
    select(schema.notice)
    .where(_n.account_id == bindparam("account"), _n.id < bindparam("below"))
    .order_by(_n.id.desc())
    .limit(bindparam("most"))
)
_UNREAD = select(func.count()).select_from(
    select(_n.id)
    .where(_n.account_id == bindparam("account"), _n.read.is_(False))
    .limit(UNREAD_SHOWN + 1)
    .subquery()
)
_MINE = (_n.id == bindparam("notice")) & (_n.account_id == bindparam("account"))
_READ = update(schema.notice).where(_MINE).values(read=True).returning(_n.id)
_READ_ALL = (
    update(schema.notice)
    .where(_n.account_id == bindparam("account"), _n.read.is_(False))
    .values(read=True)
)
_DELETE = delete(schema.notice).where(_MINE).returning(_n.kind, _n.facts)
_UNTELL = delete(schema.notice).where(
    _n.task_id == bindparam("task"), _n.once == bindparam("what"), _n.read.is_(False)
)
_REPLACED = delete(schema.notice).where(
    (_n.task_id == bindparam("task")) & (_n.account_id == bindparam("account")),
    (_n.kind == bindparam("event")) & (_n.once != bindparam("newest")),
)
_EVERYBODY = (
    select(schema.account.c.id)
    .where(
        schema.account.c.id > bindparam("after"),
        schema.account.c.joined_at.is_not(None),
        schema.account.c.merged_into.is_(None),
    )
    .order_by(schema.account.c.id)
    .limit(bindparam("most"))
)

NEWEST = 2**62
"""As `below`: start at the newest notice."""


def _notice(row: Row[Any]) -> Notice:
    event, told = unpack(row.kind, row.facts), (row.subject, row.actor)
    return Notice(row.id, row.account_id, row.task_id, event, *told, row.read, row.created_at)


class Notices:
    """Notices, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def tell(
        self,
        event: Event,
        account: int,
        *,
        task: int | None = None,
        subject: str = "",
        actor: str = "",
        but: int | None = None,
        only: int | None = None,
    ) -> bool:
        """Put a notice into somebody's inbox and into each of their linked chats that wants
        notices, except the identity `but` that just did it; or to the identity `only`.

        One event is told once: False when it was told before."""
        kind, facts = pack(event)
        values = {
            "account_id": account,
            "task_id": task,
            "type": event.type,
            "kind": kind,
            "facts": facts,
            "subject": subject,
            "actor": actor,
            "created_at": self._work.now,
            "once": event.once,
        }
        row = self._work.run(_ADD, values).first()
        if row is None:
            return False
        self._work.homes.changed(account)  # a chat that was connected, a plan: the tab shows them
        telling = Telling(row.id, event, bool(task), by_others=bool(task and actor))
        self._deliver(telling, account, lambda each: each.id != but and only in {None, each.id})
        return True

    def _deliver(self, telling: Telling, account: int, fits: Callable[[Identity], bool]) -> None:
        # Somebody known by handle alone has no chat yet.
        mine = [each for each in self._work.accounts.identities(account) if each.user_id]
        told = [each for each in mine if fits(each) and tells(each, telling.event)]
        if told:
            deliver(self._work, account, telling, told)

    def announce(self, event: Event, *, after: int = 0, most: int = 200) -> tuple[int, int]:
        """Tell the next `most` accounts that joined, by id above `after`: how many had not been
        told, and the id of the last one, 0 when there was none."""
        everybody = self._work.run(_EVERYBODY, {"after": after, "most": most}).scalars().all()
        told = sum(self.tell(event, account) for account in everybody)
        return told, everybody[-1] if everybody else 0

    def get(self, notice: int) -> Notice | None:
        """A notice for a job that delivers it; None once its reader deleted it."""
        row = self._work.run(_ONE, {"notice": notice}).first()
        return _notice(row) if row is not None else None

    def page(self, account: int, *, below: int = NEWEST, most: int = 10) -> list[Notice]:
        """Newest first, those with an id below `below`."""
        values = {"account": account, "below": below, "most": most}
        return [_notice(row) for row in self._work.run(_PAGE, values)]

    def unread(self, account: int) -> int:
        """How many are unread, counted up to `UNREAD_SHOWN` + 1."""
        count: int = self._work.run(_UNREAD, {"account": account}).scalar_one()
        return count

    def read(self, account: int, notice: int) -> None:
        """Mark one as read; again changes nothing. Raises `NoSuchNotice`."""
        self._mine(_READ, account, notice)

    def read_all(self, account: int) -> None:
        self._work.run(_READ_ALL, {"account": account})

    def delete(self, identity: Identity, notice: int) -> None:
        """At the word of an identity. Raises `NoSuchNotice`, and as `newcomers.may_hide` does where
        it is told for security: other chats may not have it yet, and would not get it."""
        row = self._mine(_DELETE, identity.account_id, notice)
        if unpack(row.kind, row.facts).always:
            newcomers.may_hide(self._work, identity)

    def _mine(self, statement: Statement, account: int, notice: int) -> Row[Any]:
        values = {"account": account, "notice": notice}
        found = self._work.run(statement, values).first() if 0 < notice <= LAST_ID else None
        if found is None:
            raise NoSuchNotice(str(notice))
        return found

    def take_back(self, task: int, event: Event) -> None:
        """What happened was undone: take it out of the inboxes where nobody read it yet."""
        self._work.run(_UNTELL, {"task": task, "what": event.once})

    def replace(self, task: int, account: int, event: Event) -> None:
        """Only this one stays of all that say the same of a task; the others are not told, either,
        if they still wait."""
        values = {"task": task, "account": account, "event": pack(event)[0], "newest": event.once}
        self._work.run(_REPLACED, values)
