"""The statements of `core/forgetting.py`."""

from __future__ import annotations

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    union,
    update,
)

from core import schema as s
from core.personal import BY_HAND, DECISIONS, TOLD_OF, Personal
from core.sql import upsert

_ACCOUNTS: BindParameter[int] = bindparam("accounts", expanding=True)
_IDENTITIES: BindParameter[int] = bindparam("identities", expanding=True)
_CHATS: BindParameter[int] = bindparam("chats", expanding=True)
_t, _no, _ct, _c, _k, _ch, _card, _i, _la = (
    s.task.c,
    s.notice.c,
    s.change_task.c,
    s.change.c,
    s.message_key.c,
    s.chat.c,
    s.card.c,
    s.identity.c,
    s.link_attempt.c,
)
_OWN = _t.owner_id.in_(_ACCOUNTS)
_OWNED = select(_t.id).where(_OWN)
_DOES = _t.assignee_id.in_(_ACCOUNTS)
_LEFT = _t.deleted_at.is_(None)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


HOLDINGS = select(
    _count(_OWN).label("tasks"),
    _count(_OWN & _t.assignee_id.is_not(None) & ~_DOES).label("given"),
    _count(~_OWN & _DOES).label("taken"),
).where(_LEFT, _OWN | _DOES)

LAST_TIME = select(func.max(s.tombstone.c.at)).where(
    s.tombstone.c.digest.in_(bindparam("digests", expanding=True))
)
MARK = upsert(s.tombstone, ("digest",), lambda new: {"at": new.at})
CHAT_OF_HANDLE = select(_ch.id).where(
    _ch.platform == bindparam("platform"),
    _ch.scope == bindparam("scope"),
    _ch.chat == bindparam("chat"),
)
ATTEMPTS = select(_la.public_id).where(
    or_(
        _la.account_id.in_(_ACCOUNTS),
        _la.source_id.in_(_IDENTITIES),
        _la.target_id.in_(_IDENTITIES),
    )
)
CARDS_ELSEWHERE = (
    select(_card.task_id, _card.chat_id, _card.message)
    .join(s.chat, _ch.id == _card.chat_id)
    .where(_card.task_id.in_(_OWNED), _card.chat_id.not_in(_CHATS), _ch.gone == "")
    .order_by(_card.chat_id, _card.task_id)
)

# -- what others keep ----------------------------------------------------------------------------

_CONCERNS = or_(_OWN, _DOES, _t.completed_by.in_(_ACCOUNTS))
CONCERNED = union(
    *(
        select(each).where(_CONCERNS, each.is_not(None), each.not_in(_ACCOUNTS))  # built once each
        for each in (_t.owner_id, _t.assignee_id)
    )
)
"""Others whose tasks those are, or who do them."""

_SAYS = bindparam("inside", type_=Text)
_ENDS = bindparam("last", type_=Text)
FORGET_BEFORE = (
    delete(s.change_task)
    .where(or_(_ct.before.like(_SAYS), _ct.before.like(_ENDS)))
    .returning(_ct.change_id)
)
_TOUCHED = select(_t.id).where(_CONCERNS)
FORGET_CHANGES = delete(s.change_task).where(_ct.task_id.in_(_TOUCHED)).returning(_ct.change_id)
DROP_EMPTY = delete(s.change).where(
    _c.id.in_(bindparam("changes", expanding=True)), _c.id.not_in(select(_ct.change_id))
)
_NEXT = {"revision": _t.revision + 1, "updated_at": bindparam("now", type_=_t.updated_at.type)}
UNASSIGN = (
    update(s.task)
    .where(_DOES, ~_OWN)
    .values(assignee_id=None, offer="", nag=None, **_NEXT)
    .returning(_t.id, _t.revision)
)
UNSIGN = (
    update(s.task)
    .where(_t.completed_by.in_(_ACCOUNTS), ~_OWN)
    .values(completed_by=None, **_NEXT)
    .returning(_t.id, _t.revision)
)
UNWRITE = update(s.note).where(s.note.c.account_id.in_(_ACCOUNTS)).values(account_id=None, text="")
NO_HOME = (
    update(s.identity)
    .where(_i.home_id.in_(_ACCOUNTS), _i.account_id.not_in(_ACCOUNTS))
    .values(home_id=None)
)
_NOT_THEIRS = _no.account_id.not_in(_ACCOUNTS)
_NAMED = or_(_no.facts.like(_SAYS), _no.facts.like(_ENDS))
_NOBODY = {"actor": bindparam("nobody", type_=Text)}
UNNAME = update(s.notice).where(_NOT_THEIRS, _no.actor != "", _NAMED).values(_NOBODY)
UNNAME_SYSTEM = (
    update(s.notice)
    .where(_no.task_id.is_(None), _no.actor.in_(bindparam("names", expanding=True)), _NOT_THEIRS)
    .values(_NOBODY)
)
SIGN_INS = select(s.login.c.id).where(s.login.c.account_id.in_(_ACCOUNTS))
UNTELL = delete(s.notice).where(_no.task_id.is_(None), _NOT_THEIRS, _NAMED)
NOT_INSTALLED_BY = (
    update(s.slack_install)
    .where(s.slack_install.c.installed_by.in_(bindparam("slack", expanding=True)))
    .values(installed_by="")
)

# -- messages, and the chats they were in --------------------------------------------------------

EMPTY_KEYS = (
    update(s.message_key)
    .where(_k.chat_id.in_(_CHATS), _k.received_at <= bindparam("until"))
    .values(
        reply=None,
        edits="",
        address=bindparam("nowhere", type_=Text),
        delivered_at=func.coalesce(_k.delivered_at, bindparam("now", type_=_k.received_at.type)),
    )
)
# Kept for a day, for platforms that ask again. It is not known whom they name.
FORGET_ANSWERS = (
    update(s.message_key)
    .where(_k.received_at > bindparam("since"), _k.delivered_at.is_not(None), _k.reply.is_not(None))
    .values(reply=None)
)
EMPTY_HOOKS = update(s.hook).where(TOLD_OF).values(body=None)
CUSTOMERS = select(s.subscription.c.customer_id).where(s.subscription.c.account_id.in_(_ACCOUNTS))
EXTERNAL_IDS = select(s.account.c.public_id).where(s.account.c.id.in_(_ACCOUNTS))
BEGAN_TO_PAY = select(
    or_(
        exists().where(s.subscription.c.account_id.in_(_ACCOUNTS)),
        exists().where(s.checkout.c.account_id.in_(_ACCOUNTS)),
    )
)
FAILED = select(s.failed_message.c.key, s.failed_message.c.inbound)
FORGET_FAILED = delete(s.failed_message).where(s.failed_message.c.key == bindparam("k"))
IN_USE = select(_i.chat_id).where(_i.chat_id.in_(_CHATS))
_WIPED = and_(_ch.id == bindparam("chat_row"), _ch.private.is_(True))
# What was on its way while they were forgotten may have been noted behind it.
WIPE = (
    delete(s.pace).where(s.pace.c.key.in_(bindparam("places", expanding=True))),
    *(
        delete(table).where(table.c.chat_id.in_(select(_ch.id).where(_WIPED)))  # built once each
        for table in (s.card, s.prompt)
    ),
    update(s.chat)
    .where(_WIPED)
    .values(scope="", chat=bindparam("name", type_=Text), title="", gone="forgotten", gone_at=None),
)

DELETE = tuple(
    delete(table).where(and_(decision.goes))
    for table in reversed(s.metadata.sorted_tables)
    if isinstance(decision := DECISIONS[table.name], Personal) and decision.goes is not BY_HAND
)
"""Whatever refers to something before that."""
