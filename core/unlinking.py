"""A chat leaves an account, at the word of any chat of that account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update

from core import links, merge, newcomers, partings, schema
from core.audit import Deed
from core.bringing import leave
from core.errors import LinkRefused
from core.events import Returned, Unlinked
from core.identity import Identity
from core.link import Item
from core.sql import upsert
from core.withdrawing import withdraw

if TYPE_CHECKING:
    from core.work import Work

_i, _k, _card, _n = (
    schema.identity.c,
    schema.message_key.c,
    schema.card.c,
    schema.concern.c,
)
_FORGET_QUESTIONS = delete(schema.question).where(
    schema.question.c.identity_id == bindparam("identity")
)
_FORGET_DRAFTS = delete(schema.draft).where(schema.draft.c.identity_id == bindparam("identity"))
_FORGET_WISH = delete(schema.wish).where(schema.wish.c.identity_id == bindparam("identity"))
_FORGET_BLOCKS = delete(schema.link_block).where(
    schema.link_block.c.identity_id == bindparam("identity")
)
# Cards of what is theirs in the account that they go to stay alive.
_FORGET_CARDS = delete(schema.card).where(
    _card.chat_id == bindparam("chat"),
    _card.task_id.not_in(select(_n.task_id).where(_n.account_id == bindparam("to"))),
)
_CARDS = select(func.count()).select_from(schema.card).where(_card.chat_id == bindparam("chat"))
# Also of those that a platform has got, for it may ask again.
_SILENCE = (
    update(schema.message_key)
    .where(_k.chat_id == bindparam("chat"), _k.reply.is_not(None))
    .values(reply=None, delivered_at=func.coalesce(_k.delivered_at, bindparam("now")))
)
_UNANSWERED = (
    select(func.count())
    .select_from(schema.message_key)
    .where(_k.chat_id == bindparam("chat"), _k.delivered_at.is_(None), _k.reply.is_not(None))
)
_GO = (
    update(schema.identity)
    .where(_i.id == bindparam("identity"))
    .values(account_id=bindparam("to"), home_id=bindparam("home"))
)
_DELETE = delete(schema.identity).where(_i.id == bindparam("identity"))
_BURY = upsert(schema.tombstone, ("digest",), lambda new: {"at": new.at})


@dataclass(frozen=True, slots=True)
class Leaving:
    """What stops when a chat leaves."""

    identity: Identity
    cards: int
    """Cards there that are drawn anew no more."""
    unanswered: int
    """Answers on their way there, which are dropped."""
    home: int | None
    """The account to which it returns; None where it starts afresh."""
    home_tasks: int
    gives_back: bool
    """Whether the tasks that came along with it go back, too."""
    asks_until: datetime | None
    """Until when whoever asked can only ask for it (`core/partings.py`)."""


def leaving(work: Work, account: int, identity: int, *, by: int = 0) -> Leaving:
    """What would stop. Raises `LinkRefused` (`last`, `gone`) as `unlink` does."""
    found = _mine(work, account, identity)
    home = links.home(work, identity, account)
    return Leaving(
        found,
        work.run(_CARDS, {"chat": found.chat_id}).scalar_one(),
        work.run(_UNANSWERED, {"chat": found.chat_id}).scalar_one(),
        home,
        links.tasks(work, home) if home else 0,
        links.brought(work, identity, by) is not None,
        newcomers.asks_until(work, by, account, Item.IDENTITY, identity),
    )


def unlink(
    work: Work, account: int, identity: int, *, by: int = 0, answered: int | None = None
) -> Identity:
    """An identity leaves the account: it returns to the one it came from, or starts afresh, and is
    told nothing more of this one, not even what is on its way. `by`: the identity that said so, and
    is told by whoever calls, as is `answered` in its place where that is given. Raises
    `LinkRefused`: `last` where nobody else could reach the tasks, `gone` for a foreign one, and as
    `newcomers.may_part` does.

    Where another chat says so within a day, what came along with it goes back, too: nobody is to
    take the tasks of somebody who came by mistake, and send them away."""
    brought = links.lock_to_leave(work, account, identity, by)
    found = _mine(work, account, identity)
    newcomers.may_part(work, by, account, Item.IDENTITY, identity)
    if brought is not None:
        merge.give_back(work, brought, work.accounts.current(brought.account))
    leave(work, identity, account)
    home = links.home(work, identity, account)
    _record(work, account, found)
    if home is not None:
        _record(work, home, found)
        send_home(work, [found], home)
    let_go(work, found, home or 0)
    if home is None:
        _bury(work, found)
    at = int(work.now.timestamp())
    event = Unlinked(identity, found.platform, found.name, at)
    work.notices.tell(event, account, but=by if answered is None else answered)
    farewell(work, found, account, home is not None, by=by)
    return found


def send_home(work: Work, identities: list[Identity], to: int) -> None:
    """Identities are of the account `to` again. Whoever is there by now is told."""
    there = links.anybody(work, to)
    for each in identities:
        home = links.home(work, each.id, to)
        work.run(_GO, {"identity": each.id, "to": to, "home": home})
        if there:
            _tell_who_is_there(work, to, each)


def _tell_who_is_there(work: Work, account: int, back: Identity) -> None:
    event = Returned(back.id, int(work.now.timestamp()))
    work.notices.tell(event, account, actor=back.name, but=back.id)


def let_go(work: Work, identity: Identity, to: int) -> None:
    """Whatever hangs on an identity that leaves ends in this commit: attempts, questions, answers
    on their way, its Home tab, cards of what is not theirs in the account `to`, what it showed of
    that to others or was to show unasked, and whatever waits to be sent there. What is being sent
    looks once more (`bot/telling.py`): by then the identity is not the account's."""
    for forget in (work.linking.leave, work.web_links.leave, work.app_links.leave):
        forget(identity.id)
    partings.drop(work, Item.IDENTITY, identity.id)
    work.homes.leave(identity)
    work.previews.leave(identity.id)
    work.habits.drop(identity.id)
    work.held.leave(identity.id, to)
    work.run(_FORGET_QUESTIONS, {"identity": identity.id})
    work.run(_FORGET_WISH, {"identity": identity.id})
    work.run(_FORGET_DRAFTS, {"identity": identity.id})
    work.run(_FORGET_CARDS, {"chat": identity.chat_id, "to": to})
    work.run(_SILENCE, {"chat": identity.chat_id, "now": work.now})
    withdraw(work, identity.chat_id, to)


def farewell(work: Work, left: Identity, account: int, home: bool, *, by: int = 0) -> None:
    """Tell the chat that it left the account, unless it said so itself. `home`: whether it is back
    where it was."""
    if left.id != by and left.user_id:
        at = int(work.now.timestamp())
        work.put_in_chat(
            left.chat_id,
            name="farewell",
            id=f"farewell:{left.id}:{at}",
            payload={"account": account, "home": home},
        )


def _mine(work: Work, account: int, identity: int) -> Identity:
    mine = [each for each in work.accounts.identities(account) if each.user_id]
    found = next((each for each in mine if each.id == identity), None)
    if found is None:
        raise LinkRefused("gone")
    if len(mine) == 1:
        raise LinkRefused("last")
    return found


def _bury(work: Work, left: Identity) -> None:
    """Nothing is left but that somebody was here, which only the key can tell."""
    work.run(_FORGET_BLOCKS, {"identity": left.id})
    work.run(_DELETE, {"identity": left.id})
    who = work.ids.keyed(f"unlinked:{left.platform}:{left.scope}:{left.user_id}")
    work.run(_BURY, {"digest": who, "at": work.now})


def _record(work: Work, account: int, left: Identity) -> None:
    facts = {"platform": left.platform, "name": left.name, "handle": left.handle}
    work.audit.record(Deed.UNLINKED, account, facts)
