"""Previews: where a task is shown below a link somebody posted, or by a message somebody picked for
another chat; drawn again when it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select

from core import schema
from core.sql import LAST_INTEGER, insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

MOST = 20
"""Of one task, while nobody loses sight of it: each is a call of its own to the platform, which
takes some 50 a minute (Slack's tier 3). Those of the newest messages: by name, as both platforms
give them to us."""

_p, _t = schema.preview.c, schema.task.c
_KEEP = insert_or_ignore(schema.preview, ("task_id", "chat_id", "message"))
_SHOWN = select(_p.chat_id, _p.message, _p.identity_id, _t.public_id).join(
    schema.task, _t.id == _p.task_id
)
_OF_TASK = (
    _SHOWN.where(_p.task_id == bindparam("task"))
    .order_by(_p.message.desc(), _p.chat_id)
    .limit(bindparam("most"))
)
_OF_IDENTITY = _SHOWN.where(_p.identity_id == bindparam("identity")).order_by(
    _p.chat_id, _p.message
)
_OF_PEOPLE = _SHOWN.where(
    _p.identity_id.in_(bindparam("identities", expanding=True))
    | _t.owner_id.in_(bindparam("accounts", expanding=True))
).order_by(_p.chat_id, _p.message)
_AGREED = _SHOWN.where(
    _t.public_id == bindparam("public_id"),
    _p.chat_id == bindparam("chat"),
    _p.message == bindparam("message"),
)
_DROP = delete(schema.preview).where(
    _p.task_id.in_(select(_t.id).where(_t.public_id == bindparam("public_id"))),
    _p.chat_id == bindparam("chat"),
    _p.message == bindparam("message"),
)


class Previews:
    """Where tasks are shown beside their cards, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def show(
        self, task: int, public_id: str, chat: int, message: str, *, by: int, key: str
    ) -> None:
        """Show a task below a link in a message, or by that message, as an identity agreed. `key`:
        of what they did."""
        shown = {"task_id": task, "chat_id": chat, "message": message, "identity_id": by}
        self._work.run(_KEEP, shown)
        self._draw(chat, message, by, public_id, when=key)

    def is_shown(self, public_id: str, chat: int, message: str) -> bool:
        """Whether somebody agreed to show a task there."""
        values = {"public_id": public_id, "chat": chat, "message": message}
        return self._work.run(_AGREED, values).first() is not None

    def again(self, public_id: str, chat: int, message: str, *, key: str) -> bool:
        """Draw once more what is shown there, as whoever agreed to it sees it; False where nothing
        is. `key`: of what somebody did that asks for it."""
        values = {"public_id": public_id, "chat": chat, "message": message}
        rows = self._work.run(_AGREED, values).all()
        for row in rows:
            self._draw(*row, when=key, again=True)
        return bool(rows)

    def take_back(self, public_id: str, chat: int, message: str, *, by: int, key: str) -> None:
        """Let a message that shows a task say that it is not shown, since it is not the
        identity's to show; without a name, that it became none. `key`: as for `show`."""
        self._draw(chat, message, by, public_id, when=key, again=True)

    def redraw(self, task: int, revision: int, *, fewer: bool) -> None:
        """Show a task that changed as it is now: by the newest messages, and wherever it is shown
        at all where there are `fewer` who may see it than before."""
        most = LAST_INTEGER if fewer else MOST
        for row in self._work.run(_OF_TASK, {"task": task, "most": most}).all():
            self._draw(*row, when=str(revision), again=True)

    def leave(self, identity: int) -> None:
        """A chat leaves its account, whose tasks are not its to show any more."""
        when = f"left:{self._work.now.timestamp():.0f}"
        for row in self._work.run(_OF_IDENTITY, {"identity": identity}).all():
            self._draw(*row, when=when, again=True)

    def wipe(self, values: Mapping[str, Any], turn: int) -> None:
        """Whoever is forgotten shows nothing any more, and nothing of theirs is shown: `values` as
        `core.personal.Person` has them. `turn`: the chat of theirs behind whose jobs all
        that waits in their chats is erased; what was there is drawn in its turn, to be before."""
        for row in self._work.run(_OF_PEOPLE, values).all():
            own = row.chat_id in values["chats"]
            self._draw(*row, when="forgotten", again=True, turn=turn if own else 0)

    def drop(self, public_id: str, chat: int, message: str) -> None:
        """There is nothing any more below which, or by which, the task could be shown."""
        values = {"public_id": public_id, "chat": chat, "message": message}
        self._work.run(_DROP, values)

    def _draw(
        self,
        chat: int,
        message: str,
        by: int,
        public_id: str,
        *,
        when: str,
        again: bool = False,
        turn: int = 0,
    ) -> None:
        self._work.put_in_chat(
            turn or chat,
            name="unfurl",
            id=f"unfurl:{public_id}:{chat}:{message}:{when}",
            payload={
                "identity": by,
                "task": public_id,
                "message": message,
                "shown_in": chat,
                "again": again,
            },
        )
