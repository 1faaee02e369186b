"""Home tabs: what a platform shows a person beside their chat, drawn again when their tasks change.

A row is of whoever opened theirs. It counts the versions that were wanted and the last one that is
shown, so that whatever comes between a change and its drawing (another change, a crash, an older
drawing that arrives later) ends with the newest one shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, bindparam, case, delete, select, update

from core import schema
from core.identity import Identity
from core.ports import Job, Payload
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

SOON = timedelta(seconds=1)
"""From the first of several changes to the one drawing of them all."""
UNANSWERED = timedelta(seconds=30)
"""After that nobody waits for a direct answer any more (`house.md` section 5)."""
WATCHED = timedelta(hours=12)
"""Since somebody was on their tab: later they are not there any more, and see a new one when they
come back. No platform tells when they leave for another app."""
BATCH = 10
"""Tabs of one transaction, for which others wait on SQLite (`core.reminders.PEOPLE`)."""

_h = schema.home.c
_NOW, _AT = bindparam("now", type_=_h.due_at.type), bindparam("at", type_=_h.due_at.type)
_IDENTITY = bindparam("identity", type_=schema.Id)
_VERSION: BindParameter[int] = bindparam("version")
_sooner = case((_h.due_at < _AT, _h.due_at), else_=_AT)
_SHOW = upsert(
    schema.home,
    ("identity_id",),
    lambda new: {
        "page": new.page,
        "wanted": _h.wanted + 1,
        "due_at": new.due_at,
        "seen_at": new.seen_at,
    },
    returning=("wanted",),
)
_ONE = select(_h.page, _h.wanted).where(_h.identity_id == _IDENTITY)
_ANY = (
    select(_h.identity_id)
    .join(schema.identity, schema.identity.c.id == _h.identity_id)
    .where(schema.identity.c.account_id == bindparam("account"))
    .limit(1)
)
_CHANGED = (
    update(schema.home)
    .where(
        _h.identity_id.in_(
            select(schema.identity.c.id).where(schema.identity.c.account_id == bindparam("account"))
        ),
        _h.page > 0,
        _h.seen_at > bindparam("since", type_=_h.seen_at.type),
    )
    .values(wanted=_h.wanted + 1, due_at=_sooner)
)
_DRAWN = (
    update(schema.home)
    .where(_h.identity_id == _IDENTITY, _h.drawn <= _VERSION)
    .values(drawn=_VERSION, due_at=case((_h.wanted > _VERSION, _h.due_at), else_=None))
    .returning(_h.identity_id)
)
_OVERTOOK = (
    update(schema.home)
    .where(_h.identity_id == _IDENTITY)
    .values(wanted=_h.wanted + 1, due_at=_sooner)
)
# Another version, since a job of the old one's name was put before.
_PUT_OFF = (
    update(schema.home).where(_h.identity_id == _IDENTITY).values(wanted=_h.wanted + 1, due_at=_AT)
)
_DROP = delete(schema.home).where(_h.identity_id == _IDENTITY).returning(_h.identity_id)
_WAITING = select(_h.identity_id).where(_h.due_at <= _NOW).limit(1)
# As `core.reminders` claims: what another process holds is passed over.
_CLAIMED = (
    select(_h.identity_id)
    .where(_h.due_at <= _NOW)
    .order_by(_h.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("claimed")
)
_CLAIM = (
    update(schema.home)
    .where(_h.identity_id.in_(select(_CLAIMED.c.identity_id)))
    .values(due_at=None, page=case((_h.page == 0, 1), else_=_h.page))
    .returning(_h.identity_id, _h.wanted, _h.seen_at)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody's tab is to show."""

    page: int
    """Of their tasks; 0 where it shows something else for now, and is left alone."""
    version: int


class Homes:
    """The Home tabs, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.touched: set[int] = set()
        """The accounts whose tasks, chats or plan this transaction changed."""
        self._unmarked: set[int] = set()

    def show(self, identity: int, page: int) -> int:
        """Somebody is on their tab, and is answered there: with a page of their tasks, or with
        something else (0). The version to draw; if nobody hears that it was (`drawn`), their tasks
        are drawn by a job."""
        self.mark()  # what changed until now is drawn in a moment
        now = self._work.now
        first = {"identity_id": identity, "page": page, "wanted": 1, "drawn": 0}
        values = {**first, "due_at": now + UNANSWERED, "seen_at": now}
        version: int = self._work.run(_SHOW, values).scalar_one()
        return version

    def changed(self, *accounts: int | None) -> None:
        """What these people see on their tabs is no longer so."""
        found = {each for each in accounts if each is not None}
        self.touched |= found
        self._unmarked |= found

    def mark(self) -> None:
        """Write down whose tabs changed: once, however much did, and in one order. Most people have
        none: on SQLite each message is spared the words of a change that finds nothing. PostgreSQL
        is not asked: what it is only told goes along with the commit."""
        work, accounts, self._unmarked = self._work, sorted(self._unmarked), set()
        values = {"since": work.now - WATCHED, "at": work.now + SOON}
        for account in accounts:
            if work.shared or work.run(_ANY, {"account": account}).first() is not None:
                work.run(_CHANGED, values | {"account": account})

    def wanted(self, identity: int) -> Wanted | None:
        """What to draw now; None for who has no tab."""
        row = self._work.run(_ONE, {"identity": identity}).first()
        return Wanted(row.page, row.wanted) if row is not None else None

    def drawn(self, identity: int, version: int) -> None:
        """This version is shown. Where a newer one was before, that one is drawn once more."""
        values = {"identity": identity, "version": version}
        if self._work.run(_DRAWN, values).first() is None:
            self._work.run(_OVERTOOK, {"identity": identity, "at": self._work.now})

    def put_off(self, identity: int, seconds: float) -> None:
        """The platform takes no drawing now: one that is up to date by then comes later."""
        at = self._work.now + timedelta(seconds=seconds)
        self._work.run(_PUT_OFF, {"identity": identity, "at": at})

    def drop(self, identity: int) -> bool:
        """There is no tab to draw on; whether there was one."""
        return self._work.run(_DROP, {"identity": identity}).first() is not None

    def leave(self, left: Identity) -> None:
        """Somebody's chat leaves its account: its tab shows nothing of that any more."""
        if self.drop(left.id):
            self._work.withdraw(left.platform, _partition(left), lambda jobs: jobs)
            at = int(self._work.now.timestamp())
            self._put("home-empty", f"{left.id}:left:{at}", left, {"chat": left.chat_id})

    def waiting(self) -> bool:
        """Whether one is to be drawn."""
        return self._work.run(_WAITING, {"now": self._work.now}).first() is not None

    def fire(self, most: int = BATCH) -> int:
        """Put the jobs that draw what is due, each once over all processes; how many."""
        due = self._work.run(_CLAIM, {"now": self._work.now, "most": most}).all()
        for row in due:
            found = self._work.accounts.identity(row.identity_id)
            if found is not None and row.seen_at > self._work.now - WATCHED:
                identity = {"identity": row.identity_id}
                self._put("home", f"{row.identity_id}:{row.wanted}", found[1], identity)
        return len(due)

    def _put(self, name: str, what: str, whose: Identity, payload: Payload) -> None:
        """Beside the jobs of the person's chat: what waits for its turn there need not wait."""
        job = Job(
            id=f"{name}:{what}",
            name=name,
            payload=payload,
            queue=whose.platform,
            partition=_partition(whose),
        )
        self._work.put(job)


def _partition(whose: Identity) -> str:
    return f"{whose.platform}:home:{whose.id}"
