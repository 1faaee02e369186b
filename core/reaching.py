"""Chats that can't be written to any more, and those that can again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, select, update

from core import schema
from core.chats import Chat
from core.events import Unreachable
from core.installs import PLATFORM, UNINSTALLED, Install
from core.nagging import begin_again
from core.ports import Job, Payload

if TYPE_CHECKING:
    from core.work import Work

PAGE = 200
"""Chats of a workspace that one transaction takes."""

_c, _k, _i = schema.chat.c, schema.message_key.c, schema.identity.c
_n, _t = schema.concern.c, schema.task.c
_OF_SCOPE = (
    select(_c.id)
    .where(
        _c.platform == PLATFORM,
        _c.scope == bindparam("scope"),
        _c.id > bindparam("after"),
    )
    .order_by(_c.id)
    .limit(PAGE)
)
_STOPPED = (_c.platform == PLATFORM) & (_c.scope == bindparam("of")) & (_c.gone == UNINSTALLED)
_WAITED_FOR = (
    select(_k.chat_id)
    .where(
        _k.chat_id.in_(select(_c.id).where(_STOPPED)),
        _k.delivered_at.is_(None),
        _k.reply.is_not(None),
    )
    .distinct()
)
# Those of them who have something that may have nagged.
_NAGGED = (
    select(_i.account_id)
    .join(schema.chat, _c.id == _i.chat_id)
    .where(
        _STOPPED,
        exists().where(
            _n.account_id == _i.account_id, _n.open, _t.id == _n.task_id, _t.nag.is_not(None)
        ),
    )
    .distinct()
    .order_by(_i.account_id)
)
_BACK = update(schema.chat).where(_STOPPED).values(gone="", gone_at=None)


def lose(work: Work, chat: Chat, reason: str, place: str = "") -> None:
    """Nothing can be sent to this chat any more: so much waits, and whoever it belongs to is told
    in their other chats. Again changes nothing. `place`: the workspace's name."""
    if not work.chats.lose(chat.id, reason) or not chat.private:
        return
    owner = work.accounts.of_chat(chat.id)
    mine = work.accounts.identities(owner.id) if owner is not None else []
    lost = next((each for each in mine if each.chat_id == chat.id), None)
    if owner is None or lost is None or len(mine) == 1:
        return
    at = int(work.now.timestamp())
    uninstalled = reason == UNINSTALLED
    event = Unreachable(lost.id, lost.platform, place[:128], at, uninstalled)
    work.notices.tell(event, owner.id, but=lost.id)


def left(work: Work, install: Install) -> None:
    """A workspace or organisation is gone: its chats are lost, in jobs, as there may be many."""
    for scope in filter(None, (install.team, install.enterprise)):
        _put(work, {"install": install.id, "scope": scope, "after": 0})


def lose_page(work: Work, payload: Payload) -> None:
    """A part of what `left` put. It stops where somebody installed the app again."""
    scope, after = str(payload["scope"]), int(str(payload["after"]))
    install = work.installs.by_id(int(str(payload["install"])))
    if install is None or work.installs.reaching(scope):
        return
    chats = work.run(_OF_SCOPE, {"scope": scope, "after": after}).scalars().all()
    for chat in chats:
        lose(work, work.chats.by_id(chat), UNINSTALLED, install.name)
    if len(chats) == PAGE:
        _put(work, {**payload, "after": chats[-1]})


def back(work: Work, install: Install) -> list[Chat]:
    """The app is installed again: what was lost by its absence can be written to. Returns the
    chats in which answers wait."""
    waited: list[Chat] = []
    for scope in filter(None, (install.team, install.enterprise)):
        found = work.run(_WAITED_FOR, {"of": scope}).scalars()
        waited += [work.chats.by_id(chat) for chat in found]
        nagged = work.run(_NAGGED, {"of": scope}).scalars().all()
        work.run(_BACK, {"of": scope})
        for account in nagged:
            begin_again(work, account)
    return waited


def _put(work: Work, payload: Payload) -> None:
    moment = work.now.timestamp()
    name = f"left:{payload['install']}:{payload['scope']}:{payload['after']}:{moment:.6f}"
    work.put(Job(id=name, name="left", payload=payload))
