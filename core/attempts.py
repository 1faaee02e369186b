"""Link attempts as rows. Every step of one is a single statement, which only one caller wins."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select

from core import schema
from core.errors import LinkRefused
from core.identity import Identity
from core.offer import State
from core.sql import insert_or_ignore
from core.steps import step

_l, _a, _b = schema.link_attempt.c, schema.account.c, schema.link_block.c
_OPEN = _l.state.in_((State.ISSUED, State.ASKED))
_LIVE = (_l.expires_at > bindparam("now")) & _OPEN
_step = partial(step, schema.link_attempt)
VOID = _step(_l.account_id == bindparam("account"), _OPEN, state=State.VOID)
VOID_OF_IDENTITY = _step(
    (_l.source_id == bindparam("identity")) | (_l.target_id == bindparam("identity")),
    _OPEN,
    state=State.VOID,
)
VOID_SHOWN = _step(
    _l.source_id == bindparam("identity"), _l.state == State.ISSUED, state=State.VOID
)
VOID_ENTERED = _step(_l.target_id == bindparam("identity"), _OPEN, state=State.VOID)
EXPIRE = _step(_l.expires_at < bindparam("now"), _OPEN, state=State.EXPIRED)
ISSUE = insert(schema.link_attempt)
BY_CODE = select(schema.link_attempt).where(_l.code_hash == bindparam("digest"), _LIVE)
BY_ID = select(schema.link_attempt).where(_l.id == bindparam("attempt"))
ANY_STATE = select(_l.id).where(_l.public_id == bindparam("public_id"))
BY_PUBLIC_ID = (
    select(schema.link_attempt, schema.identity.c.account_id.label("target_account"))
    .outerjoin(schema.identity, schema.identity.c.id == _l.target_id)
    .where(_l.public_id == bindparam("public_id"), _LIVE)
)
REDEEM = _step(
    _l.id == bindparam("attempt"),
    _l.state == State.ISSUED,
    state=State.ASKED,
    target_id=bindparam("target"),
    expires_at=bindparam("until"),
)
AGREE = _step(
    _l.id == bindparam("attempt"),
    _l.state == State.ASKED,
    _l.target_agreed.is_(False),
    target_agreed=True,
    expires_at=bindparam("until"),
)
FINISH = _step(
    _l.id == bindparam("attempt"), _l.state == State.ASKED, _l.target_agreed, state=State.DONE
)
DENY = _step(_l.id == bindparam("attempt"), _OPEN, state=State.DENIED)
VOID_CODE = _step(_l.code_hash == bindparam("digest"), _OPEN, state=State.VOID)
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
