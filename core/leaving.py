"""Somebody leaves a group: what they alone had to do of its tasks, anybody there may claim, and the
group is told so once. Who comes back has what nobody took.

It waits a while, as a row of `reminder`: who is back by then never left, and those who leave
together are told of together. That it was told stands in the task (`Offer.LEFT`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from core import leaving_rows as sql
from core.addresses import Address, Sender
from core.lists import Page
from core.moments import Why
from core.reading import read_task
from core.reminder_rows import ADD

if TYPE_CHECKING:
    from core.work import Work

TOGETHER = timedelta(seconds=30)
"""Whoever is to be told of within it is told of at once."""
GRACE = timedelta(minutes=1) + TOGETHER
"""How long it waits: nobody is told of who is back within a minute."""
CARDS = 200
"""Tasks whose cards are drawn again at once; the others' are when somebody touches them."""


def leave(work: Work, person: Sender, where: Address | None) -> None:
    """Somebody is gone from a group, or from all of theirs. Again changes nothing."""
    account = work.accounts.known(person)
    if account is None:
        return
    at = (work.now + GRACE).astimezone(UTC)
    row = {"account_id": account.id, "why": Why.LEFT.value, "at": at}
    row |= {"wall": f"{at:%Y-%m-%dT%H:%M}", "zone": "UTC"}
    for task in work.run(sql.THEIRS, _values(account.id, person, where)).scalars().all():
        work.run(ADD, row | {"task_id": task})


def come_back(work: Work, person: Sender, where: Address | None) -> None:
    """Somebody is there, again: what nobody took is theirs as before."""
    account = work.accounts.known(person)
    if account is None:
        return
    values = _values(account.id, person, where)
    work.run(sql.STAY, values)
    _follow(work, work.run(sql.RETURN, values | {"now": work.now}).all())
    work.run(sql.RETURN_UNSEEN, values)


def is_away(work: Work, person: Sender, where: Address | None) -> bool:
    """Whether anything there waits for somebody to come back."""
    account = work.accounts.known(person)
    if account is None:
        return False
    return bool(work.run(sql.AWAY, _values(account.id, person, where)).scalar())


def waiting(work: Work) -> bool:
    """Whether the time has come to tell of somebody."""
    return work.run(sql.WAITING, {"now": work.now}).first() is not None


def fire(work: Work) -> int:
    """Let a group's people claim what those who left it had to do, and have the group told; how
    many groups that were."""
    group = work.run(sql.NEXT, {"now": work.now}).scalar()
    if group is None:
        return 0
    gone = work.run(sql.TAKE, {"group": group, "soon": work.now + TOGETHER}).all()
    people = sorted({each.account_id for each in gone})
    if not people:
        return 0
    work.lock_accounts(*people)
    marked = work.run(sql.MARK, {"group": group, "people": people, "now": work.now}).all()
    _follow(work, marked)
    if marked:
        whose = sorted({each.assignee_id or each.owner_id for each in marked})
        work.put_in_chat(
            group,
            name="leavers",
            id=f"leavers:{group}:{min(each.id for each in gone)}",
            payload={"people": ",".join(map(str, whose))},
        )
    return 1


def left(
    work: Work, group: int, people: Sequence[int] = (), *, skip: int = 0, most: int
) -> tuple[Page, list[str]]:
    """What anybody in a group may claim since those people left it, or anybody did: what is due
    first first; and their names. A number is each person's own, so there are none."""
    which = {"group": group, "people": [*people], "anybody": int(not people)}
    total: int = work.run(sql.COUNT, which).scalar_one()
    rows = work.run(sql.SOME, which | {"viewer": 0, "skip": skip, "most": most})
    names = [*work.run(sql.NAMES, which).scalars()]
    return Page(tuple(read_task(row) for row in rows), total), names


def _values(account: int, person: Sender, where: Address | None) -> dict[str, Any]:
    chat = where.chat if where is not None else ""
    place = {"platform": person.platform, "scope": where.scope if where else person.scope}
    return {"account": account, "chat": chat, **place}


def _follow(work: Work, tasks: Sequence[Any]) -> None:
    """Cards and tabs show it; nobody is told."""
    for each in sorted(tasks, key=lambda task: -int(task.id))[:CARDS]:
        work.cards.redraw(each.id, each.revision, but=(0, ""), fewer=False)
    work.homes.changed(*(who for each in tasks for who in (each.owner_id, each.assignee_id)))
