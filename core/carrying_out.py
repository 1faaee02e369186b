"""What somebody new asked to be disconnected, and nobody kept, is disconnected in the end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from core import links, schema
from core.errors import LinkRefused
from core.link import Item
from core.partings import read
from core.signing_off import unlink_login
from core.unlinking import unlink

if TYPE_CHECKING:
    from core.work import Work

_p, _i = schema.parting.c, schema.identity.c
_DUE = (
    select(schema.parting, _i.account_id)
    .join(schema.identity, _i.id == _p.identity_id)
    .where(_p.at < bindparam("now"))
    .order_by(_p.at, _p.identity_id, _p.kind, _p.row_id)
    .limit(1)
)
_END = (
    delete(schema.parting)
    .where(
        _p.identity_id == bindparam("by"),
        _p.kind == bindparam("what"),
        _p.row_id == bindparam("row"),
    )
    .returning(_p.kept)
)


def any_due(work: Work) -> bool:
    """Whether `carry_out` has something to do."""
    return work.run(_DUE, {"now": work.now}).first() is not None


def carry_out(work: Work) -> bool:
    """End the oldest request whose time has come, and do it unless somebody kept what it is about;
    False when there is none. One for each transaction, since each holds accounts."""
    found = work.run(_DUE, {"now": work.now}).first()
    if found is None:
        return False
    asked, account = read(found), found.account_id
    chat = asked.kind is Item.IDENTITY
    lock = links.lock_to_leave if chat else links.lock_for_login
    lock(work, account, asked.row, asked.asker)
    values = {"by": asked.asker, "what": asked.kind.value, "row": asked.row}
    kept = work.run(_END, values).scalar()
    if kept is False:  # neither kept, nor ended by somebody else meanwhile
        leave = unlink if chat else unlink_login
        with suppress(LinkRefused):  # it is not theirs any more; nothing was written then
            leave(work, account, asked.row, by=asked.asker, answered=0)
    return True
