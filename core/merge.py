"""The tasks and notices of one account go to another, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import links
from core import merge_rows as sql
from core.link import Link
from core.nagging import begin_again

if TYPE_CHECKING:
    from core.work import Work


def merge(work: Work, old: int, new: int) -> None:
    """Somebody who was only mentioned turns out to be known: all of `old` goes to `new`, for good,
    and `old` stays as a mark."""
    if old == new:
        return
    work.lock_accounts(old, new)
    work.linking.void_of(old)
    work.run(sql.MOVE_IDENTITIES, {"old": old, "new": new})
    _carry(work, old, new)
    work.run(sql.TOLD, {"old": old})


def move(work: Work, link: Link, origin: int, into: int) -> int:
    """Everything of `origin` goes to the account `into`, and is written down; how many tasks got a
    new number. Those follow the numbers that it has; a task that concerned both keeps the one it
    has there. For whoever holds both accounts' locks."""
    for statement in sql.NOTE:
        work.run(statement, {"link": link.id, "old": origin, "new": into})
    return _carry(work, origin, into)


def give_back(work: Work, link: Link, account: int) -> None:
    """The tasks of a linking stay apart again, if they came along; with what came along since from
    accounts that had joined the one that was left."""
    if link.origin is None or link.moved_at is None:
        return
    for each in links.moved_after(work, link.origin, link.moved_at):
        give_back(work, each, account)
    links.stayed(work, link)
    move_back(work, link, link.origin, account)


def move_back(work: Work, link: Link, origin: int, into: int) -> None:
    """Whatever `move` wrote down goes back, with its old numbers, as far as it is still there."""
    both = {"link": link.id, "old": origin, "new": into}
    shown = work.run(sql.SHOWN, {"link": link.id, "new": into}).all()
    for statement in sql.GIVE_BACK:
        work.run(statement, both | {"moved_at": link.moved_at, "now": work.now})
    work.run(sql.BECOME, {"old": origin, "into": None})
    work.homes.changed(origin, into)
    for account in (into, origin):
        work.run(sql.COUNT, {"account": account})
    for row in shown:
        work.put_in_chat(
            row.chat_id,
            name="redraw",
            id=f"redraw:{row.task_id}:{row.chat_id}:{row.message}:back:{link.id}",
            payload={"task": row.task_id, "message": row.message},
        )


def _carry(work: Work, old: int, new: int) -> int:
    both = {"old": old, "new": new}
    for statement in sql.CARRY:
        work.run(statement, both | {"now": work.now})
    work.run(sql.SHARED, both)
    theirs = work.run(sql.THEIRS, {"old": old}).all()
    after = work.run(sql.TAKE_NUMBERS, {"new": new, "many": len(theirs)}).scalar_one()
    for number, row in enumerate(theirs, after - len(theirs)):
        work.run(sql.RENUMBER, both | {"task": row.task_id, "n": number})
    for account in (new, old):
        work.run(sql.COUNT, {"account": account})
    work.run(sql.BECOME, {"old": old, "into": new})
    work.homes.changed(old, new)
    begin_again(work, new)
    return len(theirs)
