"""What a linking did, as it was written down: who came from where, and what came along, so that it
can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from core import link_rows as sql
from core.link import UNDO_FOR, Apart, Item, Link, Way

if TYPE_CHECKING:
    from core.work import Work


def add(work: Work, account: int, origin: int | None, way: Way) -> Link:
    """Write down that an account is joined."""
    public_id = work.ids.public(12)
    values = {
        "public_id": public_id,
        "account_id": account,
        "from_id": origin,
        "way": way.value,
        "linked_at": work.now,
    }
    number: int = work.run(sql.ADD, values).scalar_one()
    return Link(number, public_id, account, origin, way, work.now, None, None)


def note(work: Work, link: Link, kind: Item, row: int) -> None:
    """Write down that a row came along."""
    work.run(sql.NOTE, {"link_id": link.id, "kind": kind.value, "row_id": row})


def find(work: Work, public_id: str) -> Link | None:
    """A linking by its name."""
    row = work.run(sql.FIND, {"link": public_id}).first()
    return _read(row) if row is not None else None


def later(work: Work, link: Link) -> Link | None:
    """The newest linking that goes on from this one, and has to be taken back before it: the
    account that was joined joined another, or the one that was left came again."""
    values = {"link": link.id, "account": link.account, "origin": link.origin}
    row = work.run(sql.AFTER, values).first()
    return _read(row) if row is not None else None


def last_after(work: Work, public_id: str) -> Link | None:
    """The linking that has to be taken back first of all: the end of what goes on from this one."""
    row = work.run(sql.LAST_AFTER, {"link": public_id}).first()
    return _read(row) if row is not None else None


def moved_after(work: Work, account: int, since: datetime) -> list[Link]:
    """Linkings into an account whose tasks came along after an instant, newest first."""
    return [_read(row) for row in work.run(sql.MOVED_AFTER, {"account": account, "since": since})]


def moved(work: Work, link: Link) -> bool:
    """The tasks come along now; False when they did, or all was taken back."""
    return work.run(sql.MOVED, {"link": link.id, "now": work.now}).first() is not None


def stayed(work: Work, link: Link) -> None:
    """The tasks go back, if they came along."""
    work.tell(sql.STAYED, {"link": link.id})


def undone(work: Work, link: Link) -> None:
    """All of it is taken back, if it was not."""
    work.tell(sql.UNDONE, {"link": link.id, "now": work.now})


def anybody(work: Work, account: int) -> bool:
    """Whether an account has a chat or a login: whether anybody can act for it."""
    return bool(work.run(sql.ANYBODY, {"account": account}).scalar_one())


def tasks(work: Work, account: int) -> int:
    """The tasks that concern an account, counted up to `COUNTED` + 1."""
    count: int = work.run(sql.TASKS, {"account": account}).scalar_one()
    return count


def brought(work: Work, identity: int, by: int) -> Link | None:
    """The linking whose tasks go back when the identity `by` disconnects this one: the last by
    which it came, for a day after they came along, unless it says so itself."""
    if by in (0, identity):
        return None
    values = {"identity": identity, "since": work.now - UNDO_FOR}
    row = work.run(sql.BROUGHT, values).first()
    return _read(row) if row is not None else None


def lock_to_leave(work: Work, account: int, identity: int, by: int) -> Link | None:
    """Hold the accounts that an identity's leaving concerns. As `brought`."""
    found = None
    for _ in range(2):  # until it holds them, somebody may be moving the tasks
        found = brought(work, identity, by)
        others = (found.account, found.origin) if found is not None else ()
        concerned = {account, home(work, identity, account), *others}
        work.lock_accounts(*filter(None, concerned))
    return found


def lock_for_login(work: Work, account: int, login: int, by: int) -> Link | None:
    """Hold the accounts that a sign-in's leaving concerns. The linking by which it came, for a day
    after that or after its tasks came along, unless a chat that came with it says so."""
    since = work.now - UNDO_FOR
    values = {"login": login, "account": account, "by": by, "since": since}
    found = None
    for _ in range(2):  # as above
        row = work.run(sql.BROUGHT_LOGIN, values).first() if by else None
        found = _read(row) if row is not None else None
        others = (found.account, found.origin) if found is not None else ()
        work.lock_accounts(*filter(None, {account, *others}))
    return found


def fresh(work: Work, account: int) -> bool:
    """Whether somebody came to this account who can be taken back still."""
    values = {"account": account, "since": work.now - UNDO_FOR}
    return work.run(sql.FRESH, values).first() is not None


def home(work: Work, identity: int, account: int) -> int | None:
    """The account to which an identity returns from this one: the first that it came from and that
    did not become part of another. It is its own, and no later one, where others may return, too:
    whoever lets a chat go is rid of those whom it was connected to."""
    found: int | None = work.run(sql.HOMES, {"identity": identity, "account": account}).scalar()
    return found


def apart(work: Work, account: int) -> list[Apart]:
    """The tasks that were left apart when others joined this account."""
    found = []
    for row in work.run(sql.INTO, {"account": account}).all():
        if row.moved_at is not None:  # what had been apart there
            found += apart(work, row.from_id)
        elif not anybody(work, row.from_id) and (count := tasks(work, row.from_id)):
            name = work.accounts.get(row.from_id).name
            found.append(Apart(_read(row), name, count))
    return found


def forget(work: Work) -> None:
    """Drop what can't be taken back any more, or was. Where an identity came from is kept."""
    for statement in sql.FORGET:
        work.run(statement, {"before": work.now - UNDO_FOR})


def _read(row: Row[Any]) -> Link:
    return Link(
        row.id,
        row.public_id,
        row.account_id,
        row.from_id,
        Way(row.way),
        row.linked_at,
        row.moved_at,
        row.undone_at,
    )
