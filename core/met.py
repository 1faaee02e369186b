"""Somebody's first message said nothing of them, and their platform was asked: what named them
meanwhile is drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from core import schema

if TYPE_CHECKING:
    from core.work import Work

MOST = 20
"""Cards: nobody is named on more in the moment that it takes."""

_c, _t, _n = schema.card.c, schema.task.c, schema.concern.c
_NAMING = (
    select(_c.task_id, _c.chat_id, _c.message)
    .join(schema.task, _t.id == _c.task_id)
    .join(schema.concern, _n.task_id == _t.id)
    .where(
        _n.account_id == bindparam("account"),
        (_t.assignee_id == _n.account_id) | (_t.completed_by == _n.account_id),
    )
    .order_by(_c.task_id.desc(), _c.chat_id)
    .limit(MOST)
)


def named(work: Work, account: int) -> None:
    """An account has a name now: the cards with its people on them are drawn again."""
    for row in work.run(_NAMING, {"account": account}).all():
        work.put_in_chat(
            row.chat_id,
            name="redraw",
            id=f"redraw:{row.task_id}:{row.chat_id}:{row.message}:named:{account}",
            # An answer that it replaces may have offered an Undo, which still can be.
            payload={"task": row.task_id, "message": row.message, "undo": True},
        )
