"""What is known where a message arrives: whether it was handled before, its chat, who wrote it, and
whether they were asked something. Read at once: each statement more is a twentieth of what a short
message costs on SQLite, and on PostgreSQL a way to the server and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, exists, literal_column, select

from core import schema
from core.chat import Inbound
from core.chats import CHAT, Chat
from core.handles import by_handle
from core.identity import ACCOUNT, IDENTITY, Both, read_both
from core.inbox import SEEN, Seen

if TYPE_CHECKING:
    from core.work import Work

_k, _c, _i, _a = schema.message_key.c, schema.chat.c, schema.identity.c, schema.account.c
_q = schema.question.c
_BOTH = [*IDENTITY, *ACCOUNT]
_there = and_(
    _c.platform == bindparam("platform"),
    _c.scope == bindparam("scope"),
    _c.chat == bindparam("chat"),
)
_theirs = and_(
    _i.platform == bindparam("their_platform"),
    _i.scope == bindparam("their_scope"),
    _i.user_id == bindparam("user_id"),
    _i.user_id != literal_column("''"),  # to the letter, as the index has it
)
_ARRIVAL = select(
    *_BOTH,
    *(each.label(f"k_{each.name}") for each in SEEN),
    *(each.label(f"c_{each.name}") for each in CHAT),
    exists().where(_q.identity_id == _i.id, _q.chat_id == _i.chat_id).label("asked"),
).select_from(
    # One row, whatever is known.
    select(literal_column("1").label("one"))
    .subquery("one")
    .outerjoin(schema.message_key, _k.key == bindparam("key"))
    .outerjoin(schema.chat, _there)
    .outerjoin(schema.identity, _theirs)
    .outerjoin(schema.account, _a.id == _i.account_id)
)
_SEEN_AT, _CHAT_AT = len(_BOTH), len(_BOTH) + len(SEEN)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a message that was not handled yet."""

    seen: Seen | None
    """What became of it before; None where it is new."""
    chat: Chat | None
    who: Both | None
    asked: bool
    """Whether a question of ours may wait for their answer."""

    @property
    def is_in(self) -> bool:
        """Whether whoever wrote it has joined."""
        return self.who is not None and self.who[0].joined


def arrival(work: Work, inbound: Inbound) -> Arrival:
    """What is known of a message."""
    who, where = inbound.sender, inbound.address
    values = {
        "key": inbound.key,
        "platform": where.platform,
        "scope": where.scope,
        "chat": where.chat,
        "their_platform": who.platform,
        "their_scope": who.scope,
        "user_id": who.user_id,
    }
    row = work.run(_ARRIVAL, values).one()
    seen, chat = row[_SEEN_AT:_CHAT_AT], row[_CHAT_AT:-1]
    known = row if row.id is not None else by_handle(work, who) if who.handle else None
    return Arrival(
        seen=work.inbox.read_seen(seen) if seen[0] is not None else None,
        chat=Chat(*chat) if chat[0] is not None else None,
        who=read_both(known) if known is not None else None,
        asked=row.asked,
    )
