"""Link attempts as rows. Every step of one is a single statement, which only one caller wins."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from core import schema
from core.errors import LinkRefused
from core.identity import Identity
from core.offer import State
from core.sql import insert_or_ignore

_l, _a, _b = schema.link_attempt.c, schema.account.c, schema.link_block.c
_OPEN = _l.state.in_((State.ISSUED, State.ASKED))
_LIVE = (_l.expires_at > bindparam("now")) & _OPEN
VOID = (
    update(schema.link_attempt)
    .where(_l.account_id == bindparam("account"), _OPEN)
    .values(state=State.VOID)
    .returning(_l.public_id)
)
VOID_OF_IDENTITY = (
    update(schema.link_attempt)
    .where((_l.source_id == bindparam("identity")) | (_l.target_id == bindparam("identity")), _OPEN)
    .values(state=State.VOID)
    .returning(_l.public_id)
)
VOID_ENTERED = (
    update(schema.link_attempt)
    .where(_l.target_id == bindparam("identity"), _OPEN)
    .values(state=State.VOID)
    .returning(_l.public_id)
)
EXPIRE = (
    update(schema.link_attempt)
    .where(_l.expires_at < bindparam("now"), _OPEN)
    .values(state=State.EXPIRED)
    .returning(_l.public_id)
)
ISSUE = insert(schema.link_attempt)
BY_CODE = select(schema.link_attempt).where(_l.code_hash == bindparam("digest"), _LIVE)
BY_ID = select(schema.link_attempt).where(_l.id == bindparam("attempt"))
ANY_STATE = select(_l.id).where(_l.public_id == bindparam("public_id"))
BY_PUBLIC_ID = (
    select(schema.link_attempt, schema.identity.c.account_id.label("target_account"))
    .outerjoin(schema.identity, schema.identity.c.id == _l.target_id)
    .where(_l.public_id == bindparam("public_id"), _LIVE)
)
REDEEM = (
    update(schema.link_attempt)
    .where(_l.id == bindparam("attempt"), _l.state == State.ISSUED)
    .values(state=State.ASKED, target_id=bindparam("target"), expires_at=bindparam("until"))
    .returning(_l.id)
)
AGREE = (
    update(schema.link_attempt)
    .where(_l.id == bindparam("attempt"), _l.state == State.ASKED, _l.target_agreed.is_(False))
    .values(target_agreed=True, expires_at=bindparam("until"))
    .returning(_l.id)
)
FINISH = (
    update(schema.link_attempt)
    .where(_l.id == bindparam("attempt"), _l.state == State.ASKED, _l.target_agreed)
    .values(state=State.DONE, source_agreed=True)
    .returning(_l.id)
)
DENY = (
    update(schema.link_attempt)
    .where(_l.id == bindparam("attempt"), _OPEN)
    .values(state=State.DENIED)
    .returning(_l.id)
)
VOID_CODE = (
    update(schema.link_attempt)
    .where(_l.code_hash == bindparam("digest"), _OPEN)
    .values(state=State.VOID)
    .returning(_l.public_id)
)
SIDE = select(_a.created_at, _a.joined_at, _a.open_tasks).where(_a.id == bindparam("account"))
BLOCKED = select(_b.identity_id).where(
    _b.account_id == bindparam("account"), _b.identity_id == bindparam("identity")
)
BLOCK = insert_or_ignore(schema.link_block, ("account_id", "identity_id"))
FORGET_OLD = delete(schema.link_attempt).where(_l.expires_at < bindparam("before"))
FORGET_IDENTITY = delete(schema.link_attempt).where(
    (_l.source_id == bindparam("identity")) | (_l.target_id == bindparam("identity"))
)


def elsewhere(identity: Identity, row: Row[Any]) -> LinkRefused:
    """Why this chat cannot answer. To other chats of the two accounts it was asked elsewhere; to
    everybody else it is not there (`promises.md` T26)."""
    theirs = identity.account_id in (row.account_id, row.target_account)
    return LinkRefused("other-chat" if theirs else "gone")
