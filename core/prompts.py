"""Messages that show a link attempt, edited to what comes of it (`product.md` 1.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, case, delete, select

from core import schema
from core.addresses import Address
from core.chat import Prompt, Sent
from core.inbox import ADDRESS
from core.offer import State
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

KEEP = timedelta(days=1)
"""As long as the attempts themselves are kept after their end."""

_p = schema.prompt.c
# Instead of where it is, for a message that has its last words: that it was sent may be heard of
# only after somebody pressed its button and was answered in its place.
LAST = ""
_KEY = ("attempt", "chat_id", "message")
_KEEP = upsert(
    schema.prompt,
    _KEY,
    lambda new: {"address": case((_p.address == LAST, LAST), else_=new.address)},
    returning=("address",),
)
_END = upsert(schema.prompt, _KEY, lambda new: {"address": new.address})
_OF = select(_p.chat_id, _p.message).where(_p.attempt == bindparam("attempt"), _p.address != LAST)
_OF = _OF.order_by(_p.chat_id, _p.message)
_ONE = (
    (_p.attempt == bindparam("attempt"))
    & (_p.chat_id == bindparam("chat"))
    & (_p.message == bindparam("message"))
)
_WHERE = select(_p.address).where(_ONE)
_DROP = delete(schema.prompt).where(_ONE)
_FORGET = delete(schema.prompt).where(_p.asked_at < bindparam("before"))
# Held: else an attempt could move on between, unseen here, and not see the message either.
STATES: tuple[Select[Any], ...] = tuple(
    select(each.c.state).where(each.c.public_id == bindparam("attempt")).with_for_update(read=True)
    for each in (schema.link_attempt, schema.app_link, schema.web_link)
)


class Prompts:
    """The registry of such messages, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def drawn(self, prompt: Prompt, chat: int, sent: Sent) -> None:
        """Such a message was sent or edited. If the attempt has moved on, it is drawn again, but
        for one that has its last words."""
        row = self._row(prompt.attempt, chat, sent.message)
        row["address"] = ADDRESS.dump_json(sent.address).decode()
        if self._work.run(_KEEP, row).scalar_one() == LAST:
            return
        state = self._state(prompt.attempt)
        if state != prompt.state:
            self._redraw(prompt.attempt, chat, sent.message, state)

    def redraw(self, attempt: str, state: State, *, but: tuple[int, str] = (0, "")) -> None:
        """An attempt came to this state: draw its messages again, except the message of a chat
        that the answer replaces, which has its last words with that."""
        if all(but):
            self._work.run(_END, self._row(attempt, *but))
        for row in self._work.run(_OF, {"attempt": attempt}).all():
            self._redraw(attempt, row.chat_id, row.message, state)

    def find(self, attempt: str, chat: int, message: str) -> Address | None:
        """Where such a message is; None when there is nothing to edit any more."""
        values = {"attempt": attempt, "chat": chat, "message": message}
        found = self._work.run(_WHERE, values).scalar()
        return ADDRESS.validate_json(found) if found else None

    def drop(self, attempt: str, chat: int, message: str) -> None:
        """The message has its last words, or is gone."""
        self._work.run(_DROP, {"attempt": attempt, "chat": chat, "message": message})

    def forget(self) -> None:
        """Drop what nobody came back to."""
        self._work.run(_FORGET, {"before": self._work.now - KEEP})

    def _row(self, attempt: str, chat: int, message: str) -> dict[str, Any]:
        return {
            "attempt": attempt,
            "chat_id": chat,
            "message": message,
            "address": LAST,
            "asked_at": self._work.now,
        }

    def _state(self, attempt: str) -> State:
        found = (self._work.run(each, {"attempt": attempt}).scalar() for each in STATES)
        return State(next(filter(None, found), State.VOID))

    def _redraw(self, attempt: str, chat: int, message: str, state: State) -> None:
        self._work.put_in_chat(
            chat,
            name="outcome",
            id=f"outcome:{attempt}:{chat}:{message}:{state.value}",
            payload={"attempt": attempt, "message": message, "state": state.value},
        )
