"""Notices that wait: for the end of quiet hours, or since there were many at once. Those of one
chat are told together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, func, insert, select, update

from core import schema
from core.events import Event
from core.gathering import TOGETHER

if TYPE_CHECKING:
    from core.work import Work

BATCH = 10
"""Chats of one transaction, for which others wait on SQLite."""
BURST = 3
"""So many notices of what others did come one by one; more within `BURST_FOR` are one message."""
BURST_FOR = timedelta(minutes=1)
_LOOKED_AT = 20
"""Newest notices of somebody among which a burst is looked for: it costs the same for everybody."""

_h, _n, _i = schema.held.c, schema.notice.c, schema.identity.c
_NOW = bindparam("now", type_=schema.UtcTime)
_HOLD = insert(schema.held)
_FIRST = select(func.min(_h.at)).where(_h.identity_id == bindparam("identity"), _h.at > _NOW)
_WAITING = select(_h.identity_id).where(_h.at <= _NOW).limit(1)
_DUE = (
    select(_h.identity_id)
    .where(_h.at <= _NOW)
    .distinct()
    .order_by(_h.identity_id)
    .limit(bindparam("most"))
)
# One process tells all that waits for a chat: what another holds is passed over.
_CLAIM = (
    select(_i.id, _i.chat_id, _i.account_id)
    .where(_i.id == bindparam("identity"))
    .with_for_update(skip_locked=True, key_share=True)
)
_LATER = (
    update(schema.held)
    .where(_h.identity_id == bindparam("identity"), _h.at <= _NOW)
    .values(at=bindparam("later"))
)
_TAKE = (
    delete(schema.held)
    .where(
        _h.identity_id == bindparam("identity"),
        _h.at <= bindparam("soon", type_=schema.UtcTime),
    )
    .returning(_h.notice_id)
)
_DROP = delete(schema.held).where(
    _h.identity_id == bindparam("identity"),
    ~exists().where(_n.id == _h.notice_id, _n.account_id == bindparam("to")),
)
_OF_TASKS = select(_n.id).where(
    _n.id.in_(bindparam("notices", expanding=True)), _n.task_id.is_not(None)
)
_NEWEST = (
    select(_n.kind, _n.actor, _n.created_at)
    .where(_n.account_id == bindparam("account"))
    .order_by(_n.id.desc())
    .limit(_LOOKED_AT)
    .subquery()
)
_LATELY = (
    select(func.count())
    .select_from(_NEWEST)
    .where(
        _NEWEST.c.actor != "",
        _NEWEST.c.kind == bindparam("kind"),
        _NEWEST.c.created_at > bindparam("after", type_=schema.UtcTime),
        _NEWEST.c.created_at < _NOW,
    )
)


class Held:
    """Notices that wait, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def hold(self, notice: int, identity: int, until: datetime) -> None:
        """Tell it in this chat then. A chat that is told something sooner is told this with it."""
        values = {"identity_id": identity, "notice_id": notice, "at": until}
        self._work.run(_HOLD, values)

    def leave(self, identity: int, to: int) -> None:
        """A chat leaves its account: what waits goes, but for what is of the account `to`."""
        self._work.run(_DROP, {"identity": identity, "to": to})

    def is_burst(self, account: int, event: Event) -> bool:
        """Whether somebody was just told much of this kind of what others did. Several of one
        transaction are no burst: they are one message anyway."""
        now = self._work.now
        values = {"account": account, "kind": type(event).__name__}
        lately: int = self._work.run(
            _LATELY, values | {"after": now - BURST_FOR, "now": now}
        ).scalar_one()
        return lately >= BURST

    def end_of_burst(self, identity: int) -> datetime:
        """When a burst is told: a while from its first notice that waits."""
        after = self._work.now + BURST_FOR
        first = self._work.run(_FIRST, {"identity": identity, "now": self._work.now}).scalar()
        return after if first is None else min(first, after)

    def waiting(self) -> bool:
        """Whether the time of one has come."""
        return self._work.run(_WAITING, {"now": self._work.now}).first() is not None

    def release(self, most: int = BATCH) -> int:
        """Tell what need not wait any more, in one message for each chat; how many chats that
        were. Where it is quiet by now, as after a time away, it waits until that is over."""
        due = self._work.run(_DUE, {"now": self._work.now, "most": most}).scalars().all()
        return sum(self._release(identity) for identity in due)

    def _release(self, identity: int) -> int:
        claimed = self._work.run(_CLAIM, {"identity": identity}).first()
        if claimed is None:
            return 0
        if (end := self._work.quiet.end_of(claimed.account_id)) is not None:
            later = {"identity": identity, "now": self._work.now, "later": end}
            self._work.run(_LATER, later)
            return 1
        values = {"identity": identity, "soon": self._work.now + BURST_FOR}
        notices = self._work.run(_TAKE, values).scalars().all()
        for part in self._parts(sorted(notices)):
            self._work.put_in_chat(
                claimed.chat_id,
                name="tell",
                id=f"tell:{part[0]}:{identity}:held",
                payload={
                    "notice": ",".join(map(str, part)),
                    "identity": identity,
                    "held": True,
                },
            )
        return int(bool(notices))

    def _parts(self, notices: Sequence[int]) -> Iterator[Sequence[int]]:
        """What is told together: all that is about tasks. Whatever else there is has buttons of its
        own."""
        about_tasks = set(self._work.run(_OF_TASKS, {"notices": list(notices)}).scalars())
        tasks = [each for each in notices if each in about_tasks]
        for start in range(0, len(tasks), TOGETHER):
            yield tasks[start : start + TOGETHER]
        yield from ([each] for each in notices if each not in about_tasks)
