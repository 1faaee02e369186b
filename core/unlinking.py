"""An identity leaves its account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete

from core import schema
from core.errors import LinkRefused
from core.events import Unlinked
from core.identity import Identity

if TYPE_CHECKING:
    from core.work import Work

_i = schema.identity.c
_FORGET_QUESTIONS = delete(schema.question).where(
    schema.question.c.identity_id == bindparam("identity")
)
_FORGET_CARDS = delete(schema.card).where(schema.card.c.chat_id == bindparam("chat"))
_LEAVE = (
    delete(schema.identity)
    .where(_i.id == bindparam("identity"), _i.account_id == bindparam("account"))
    .returning(_i.id)
)


def unlink(work: Work, account: int, identity: int) -> Identity:
    """An identity leaves the account; what waits to be told there is not told. Raises
    `LinkRefused` for the last one (somebody must keep the tasks) or a foreign one."""
    work.lock_accounts(account)
    mine = work.accounts.identities(account)
    leaving = next((each for each in mine if each.id == identity), None)
    if leaving is None:
        raise LinkRefused("gone")
    if len([each for each in mine if each.user_id]) == 1:
        raise LinkRefused("last")
    work.linking.leave(identity)
    work.run(_FORGET_QUESTIONS, {"identity": identity})
    work.run(_FORGET_CARDS, {"chat": leaving.chat_id})
    work.run(_LEAVE, {"identity": identity, "account": account})
    at = int(work.now.timestamp())
    event = Unlinked(identity, leaving.platform, leaving.name, at)
    work.notices.tell(event, account)
    work.put_in_chat(
        leaving.chat_id,
        name="farewell",
        id=f"farewell:{identity}:{at}",
        payload={},
    )
    return leaving
