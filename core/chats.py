"""Places where messages go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, or_, select, update

from core import schema
from core.addresses import Address
from core.moving import follow
from core.nagging import begin_again
from core.quick import quick
from core.sql import insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

TITLE_LIMIT = 128
"""Characters of a chat's name that we keep: Telegram's own limit."""
BLOCKED = "the bot was blocked or removed"
"""By whoever has the chat, or their account was deleted; they can let it in again."""
MOVED = "moved"
"""Why nothing can be sent to a chat that became another one."""


@quick
@dataclass(frozen=True, slots=True)
class Chat:
    """A place where messages go."""

    id: int
    platform: str
    scope: str
    chat: str
    private: bool
    title: str
    gone: str
    """Why nothing can be sent there, or empty."""

    @property
    def address(self) -> Address:
        return Address(self.platform, self.scope, self.chat, self.private, title=self.title)


_c = schema.chat.c
CHAT = [getattr(_c, each) for each in Chat.__slots__]
_NEW_CHAT = insert_or_ignore(schema.chat, ("platform", "scope", "chat"), *Chat.__slots__)
_HERE = [getattr(_c, each) == bindparam(each) for each in ("platform", "scope", "chat")]
_CHAT_BY_ADDRESS = select(*CHAT).where(*_HERE)
_STILL = select(_c.id).where(
    *_HERE, or_(_c.private.is_(False), exists().where(schema.identity.c.chat_id == _c.id))
)
_CHAT_BY_ID = select(*CHAT).where(_c.id == bindparam("id"))
# Not shared: two who hold it so, and then both tell that chat something, wait for each other.
_HOLD = _CHAT_BY_ID.with_for_update(key_share=True)
_SEE_CHAT = (
    update(schema.chat)
    .where(_c.id == bindparam("chat_id"))
    .values(title=bindparam("title"), gone="", gone_at=None)
)
_REACTION = select(_c.reaction).where(_c.id == bindparam("id"))
_CHOOSE = (
    update(schema.chat).where(_c.id == bindparam("chat_id")).values(reaction=bindparam("name"))
)
_LOSE = (
    update(schema.chat)
    .where(_c.id == bindparam("chat_id"), _c.gone == "")
    .values(gone=bindparam("reason"), gone_at=bindparam("now"))
    .returning(_c.id)
)


def _chat(row: Any) -> Chat:
    return Chat(*row)


def _place(address: Address) -> dict[str, str]:
    return {"platform": address.platform, "scope": address.scope, "chat": address.chat}


class Chats:
    """The chats, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, address: Address) -> Chat:
        """The row of a chat, made when it is new."""
        place = _place(address)
        row = self._work.run(_CHAT_BY_ADDRESS, place).first()
        if row is None:
            new = place | {
                "private": address.private,
                "title": address.title[:TITLE_LIMIT],
                "created_at": self._work.now,
            }
            row = self._work.run(_NEW_CHAT, new).first()
        if row is None:  # another process made it between the two statements
            row = self._work.run(_CHAT_BY_ADDRESS, place).one()
        return _chat(row)

    def find(self, address: Address) -> Chat | None:
        """The row of a chat; None where there is none."""
        row = self._work.run(_CHAT_BY_ADDRESS, _place(address)).first()
        return _chat(row) if row is not None else None

    def still(self, address: Address) -> int | None:
        """The row of a chat; None where there is none, or where whoever had it was forgotten."""
        found: int | None = self._work.run(_STILL, _place(address)).scalar()
        return found

    def heard_from(self, address: Address, known: Chat | None = None) -> Chat:
        """The chat somebody wrote in: it is there, and this is its name now. `known`: what it was,
        where that was read already."""
        chat = known or self.get(address)
        title = address.title[:TITLE_LIMIT] or chat.title
        if chat.gone or chat.title != title:
            self._work.run(_SEE_CHAT, {"chat_id": chat.id, "title": title})
        if chat.gone:
            self._nag_again(chat)
        return chat

    def by_id(self, chat: int) -> Chat:
        return _chat(self._work.run(_CHAT_BY_ID, {"id": chat}).one())

    def held(self, chat: int) -> Chat:
        """The same, and it stays so until this transaction ends."""
        return _chat(self._work.run(_HOLD, {"id": chat}).one())

    def reaction(self, chat: int) -> str:
        """The name of the reaction that makes tasks there; empty for none."""
        name: str = self._work.run(_REACTION, {"id": chat}).scalar_one()
        return name

    def choose_reaction(self, chat: int, name: str) -> None:
        """Let a reaction make tasks there; an empty name for none."""
        self._work.run(_CHOOSE, {"chat_id": chat, "name": name})

    def lose(self, chat: int, reason: str) -> bool:
        """Nothing can be sent there any more, until somebody writes there again. False when that
        was known."""
        values = {"chat_id": chat, "reason": reason[:200], "now": self._work.now}
        return self._work.run(_LOSE, values).first() is not None

    def regain(self, chat: int) -> None:
        """Something can be sent there again."""
        known = self.by_id(chat)
        self._work.run(_SEE_CHAT, {"chat_id": chat, "title": known.title})
        self._nag_again(known)

    def _nag_again(self, chat: Chat) -> None:
        owner = self._work.accounts.of_chat(chat.id) if chat.private else None
        if owner is not None:
            begin_again(self._work, owner.id)

    def move(self, old: Address, new: Address) -> None:
        """A group became another one, which we may have heard from before we knew: its history
        follows. Repeating it changes nothing."""
        row = self._work.run(_CHAT_BY_ADDRESS, _place(old)).first()
        if row is None:  # nothing is known of it that could follow
            return
        target = self.get(replace(new, title=new.title or row.title))
        if target.id != row.id:
            follow(self._work, row.id, target.id)
            self.lose(row.id, MOVED)
