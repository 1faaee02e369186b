"""The rows of an account that go to another, and back."""

# long: what goes along and what comes back are one list, read beside each other

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from core import schema
from core.link import Item
from core.moments import Why
from core.task import Offer

_a, _t, _n, _no = schema.account.c, schema.task.c, schema.concern.c, schema.notice.c
_r, _s, _w = schema.reminder.c, schema.source.c, schema.note.c
_c, _ct, _it, _i = schema.change.c, schema.change_task.c, schema.link_item.c, schema.identity.c
_OLD: BindParameter[int] = bindparam("old", type_=schema.Id)
_NEW: BindParameter[int] = bindparam("new", type_=schema.Id)
_LINK: BindParameter[int] = bindparam("link", type_=schema.Id)
_OPEN = and_(_t.status.in_(("pending", "in progress")), _t.deleted_at.is_(None))
_TOLD_TOO = select(_no.once).where(_no.account_id == _NEW)
_OFFERS = {Item.OFFERED: Offer.OFFERED.value, Item.ACCEPTED: Offer.ACCEPTED.value}
_BETWEEN = or_(
    and_(_t.owner_id == _OLD, _t.assignee_id == _NEW),
    and_(_t.owner_id == _NEW, _t.assignee_id == _OLD),
)
_TASKS = (
    *(Item.OWNER, Item.ASSIGNEE, Item.COMPLETER, Item.NUMBER, Item.NOTICE, Item.NOTE),
    *_OFFERS,
)


def _note(kind: Item, rows: Any, where: Any, number: Any = None) -> Any:
    """INSERT INTO link_item SELECT: what is about to go along."""
    kept = [_LINK, literal(kind.value), rows, null() if number is None else number]
    found = select(*kept).where(where)  # built per call: once each, for the constants below
    into = insert(schema.link_item)  # built per call: the same
    return into.from_select(["link_id", "kind", "row_id", "number"], found)


def _noted(*kinds: Item) -> Select[Any]:
    rows = select(_it.row_id)  # built per call: the same
    return rows.where(_it.link_id == _LINK, _it.kind.in_(kinds))


NOTE = (
    _note(Item.OWNER, _t.id, _t.owner_id == _OLD),
    _note(Item.ASSIGNEE, _t.id, _t.assignee_id == _OLD),
    _note(Item.COMPLETER, _t.id, _t.completed_by == _OLD),
    _note(Item.NUMBER, _n.task_id, _n.account_id == _OLD, _n.number),
    _note(Item.NOTICE, _no.id, and_(_no.account_id == _OLD, _no.once.not_in(_TOLD_TOO))),
    _note(Item.NOTE, _w.id, _w.account_id == _OLD),
    *(_note(item, _t.id, and_(_BETWEEN, _t.offer == offer)) for item, offer in _OFFERS.items()),
)
_theirs = schema.reminder.alias()
_made = schema.source.alias()
CARRY = (
    update(schema.task).where(_t.owner_id == _OLD).values(owner_id=_NEW),
    update(schema.task).where(_t.assignee_id == _OLD).values(assignee_id=_NEW),
    update(schema.task).where(_t.completed_by == _OLD).values(completed_by=_NEW),
    # What one of them offered to the other needs no answer.
    update(schema.task)
    .where(_t.owner_id == _NEW, _t.assignee_id == _NEW, _t.offer != "")
    .values(offer=""),
    # Of what both are to be reminded of, the one account that they become is, once.
    delete(schema.reminder).where(
        _r.account_id == _OLD,
        exists().where(
            _theirs.c.account_id == _NEW,
            _theirs.c.task_id == _r.task_id,
            _theirs.c.why == _r.why,
        ),
    ),
    update(schema.reminder).where(_r.account_id == _OLD).values(account_id=_NEW),
    # A message of which both made a task edits the one that they become had first.
    delete(schema.source).where(
        _s.account_id == _OLD,
        exists().where(
            _made.c.account_id == _NEW,
            _made.c.chat_id == _s.chat_id,
            _made.c.message == _s.message,
            _made.c.place == _s.place,
        ),
    ),
    update(schema.source).where(_s.account_id == _OLD).values(account_id=_NEW),
    update(schema.note).where(_w.account_id == _OLD).values(account_id=_NEW),
    # What both were told is told once: the other stays where nobody reads it.
    update(schema.notice)
    .where(_no.account_id == _OLD, _no.once.not_in(_TOLD_TOO))
    .values(account_id=_NEW),
    # A change of before names people who are one now: it can't be undone any more.
    update(schema.change)
    .where(_c.account_id == _OLD, _c.undone_at.is_(None))
    .values(undone_at=bindparam("now")),
)
SHARED = delete(schema.concern).where(
    _n.account_id == _OLD,
    _n.task_id.in_(select(_n.task_id).where(_n.account_id == _NEW)),
)
THEIRS = select(_n.task_id, _n.number).where(_n.account_id == _OLD).order_by(_n.number)
RENUMBER = (
    update(schema.concern)
    .where(_n.account_id == _OLD, _n.task_id == bindparam("task"))
    .values(account_id=_NEW, number=bindparam("n"))
)
TAKE_NUMBERS = (
    update(schema.account)
    .where(_a.id == _NEW)
    .values(next_number=_a.next_number + bindparam("many"))
    .returning(_a.next_number)
)
COUNT = (
    update(schema.account)
    .where(_a.id == bindparam("account"))
    .values(
        open_tasks=select(func.count())
        .select_from(schema.task)
        .where(_t.owner_id == bindparam("account"), _OPEN)
        .scalar_subquery()
    )
)
BECOME = update(schema.account).where(_a.id == _OLD).values(merged_into=bindparam("into"))
TOLD = delete(schema.notice).where(_no.account_id == _OLD)
MOVE_IDENTITIES = update(schema.identity).where(_i.account_id == _OLD).values(account_id=_NEW)

_CONCERNED = or_(_t.owner_id == _OLD, _t.assignee_id == _OLD)
GIVE_BACK = (
    update(schema.task)
    .where(_t.owner_id == _NEW, _t.id.in_(_noted(Item.OWNER)))
    .values(owner_id=_OLD),
    # What was given to somebody else since stays with them, and so does who completed it.
    update(schema.task)
    .where(_t.assignee_id == _NEW, _t.id.in_(_noted(Item.ASSIGNEE)))
    .values(assignee_id=_OLD),
    update(schema.task)
    .where(
        _t.completed_by == _NEW,
        _t.completed_at <= bindparam("moved_at", type_=schema.UtcTime),
        _t.id.in_(_noted(Item.COMPLETER)),
    )
    .values(completed_by=_OLD),
    # What one of them offered to the other stands where it stood.
    *(
        update(schema.task)  # built once each
        .where(_t.offer == "", _BETWEEN, _t.id.in_(_noted(item)))
        .values(offer=offer)
        for item, offer in _OFFERS.items()
    ),
    delete(schema.concern).where(
        _n.account_id == _NEW,
        _n.task_id.in_(_noted(Item.NUMBER)),
        _n.task_id.not_in(select(_t.id).where(or_(_t.owner_id == _NEW, _t.assignee_id == _NEW))),
    ),
    insert(schema.concern).from_select(
        ["account_id", "number", "task_id", "open"],
        select(_OLD, _it.number, _t.id, _OPEN)
        .join(schema.link_item, _it.row_id == _t.id)
        .where(_it.link_id == _LINK, _it.kind == Item.NUMBER, _CONCERNED),
    ),
    update(schema.notice)
    .where(
        _no.account_id == _NEW,
        _no.id.in_(_noted(Item.NOTICE)),
        _no.once.not_in(select(_no.once).where(_no.account_id == _OLD)),
    )
    .values(account_id=_OLD),
    # Whoever does the task is reminded again, snoozed or not; nobody of what concerns them no more.
    # Whoever made it hears of an offer.
    update(schema.reminder)
    .where(
        _r.account_id == _NEW,
        _r.task_id.in_(_noted(Item.OWNER, Item.ASSIGNEE)),
        exists().where(
            _t.id == _r.task_id,
            _CONCERNED,
            case(
                (_r.why == Why.OFFER, _t.owner_id == _OLD),
                else_=or_(
                    func.coalesce(_t.assignee_id, _t.owner_id) == _OLD,
                    and_(_t.owner_id != _NEW, func.coalesce(_t.assignee_id, 0) != _NEW),
                ),
            ),
        ),
    )
    .values(account_id=_OLD),
    # So does the message that a task was made of.
    update(schema.source)
    .where(_s.account_id == _NEW, _s.task_id.in_(_noted(Item.OWNER)))
    .values(account_id=_OLD),
    # What somebody noted is theirs, whosever the task is.
    update(schema.note)
    .where(_w.account_id == _NEW, _w.id.in_(_noted(Item.NOTE)))
    .values(account_id=_OLD),
    # What they changed meanwhile is not theirs to undo any more.
    update(schema.change)
    .where(
        _c.account_id == _NEW,
        _c.undone_at.is_(None),
        _c.id.in_(select(_ct.change_id).where(_ct.task_id.in_(_noted(Item.OWNER, Item.ASSIGNEE)))),
    )
    .values(undone_at=bindparam("now")),
    delete(schema.link_item).where(_it.link_id == _LINK, _it.kind.in_(_TASKS)),
)
SHOWN = (
    select(schema.card.c.task_id, schema.card.c.chat_id, schema.card.c.message)
    .join(schema.identity, _i.chat_id == schema.card.c.chat_id)
    .where(
        _i.account_id == _NEW,
        schema.card.c.task_id.in_(_noted(Item.OWNER, Item.ASSIGNEE)),
    )
)
