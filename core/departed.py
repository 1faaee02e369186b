"""What is kept of those who shut the bot out, and for how long: of a workspace that uninstalled the
app, and of a person who blocked it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, select, update

from core import schema
from core.chats import BLOCKED
from core.errors import LinkRefused, RateLimited
from core.forgetting import forget
from core.installs import PLATFORM, Install
from core.unlinking import unlink

if TYPE_CHECKING:
    from core.work import Work

KEEP = timedelta(days=30)
"""After the end of an install, or after somebody blocked the bot (`promises.md` T38): installed, or
let in, again within it, all is as before."""
PEOPLE = 20
"""In one transaction."""
NOWHERE_ELSE = frozenset({"last"})
"""Why somebody keeps a chat by which alone they can be reached. One that is gone was taken by
another process, or by themselves, a moment ago, and says nothing of what they have beside it."""

_s, _i, _c, _card, _n, _t = (
    schema.slack_install.c,
    schema.identity.c,
    schema.chat.c,
    schema.card.c,
    schema.concern.c,
    schema.task.c,
)
_DUE = (
    select(_s.id).where(_s.revoked_at < bindparam("before")).order_by(_s.revoked_at, _s.id).limit(1)
)
_PEOPLE = (
    select(_i.id, _i.account_id)
    .where(_i.platform == PLATFORM, _i.scope == bindparam("scope"))
    .order_by(_i.id)
    .limit(PEOPLE)
)
_CHANNELS = (_c.platform == PLATFORM) & (_c.scope == bindparam("of"))
_DROP_CARDS = delete(schema.card).where(_card.chat_id.in_(select(_c.id).where(_CHANNELS)))
_DROP_DIGESTS = delete(schema.group_digest).where(
    schema.group_digest.c.chat_id.in_(select(_c.id).where(_CHANNELS))
)
_DROP_PRESETS = delete(schema.group_preset).where(
    schema.group_preset.c.chat_id.in_(select(_c.id).where(_CHANNELS))
)
_UNTITLE = update(schema.chat).where(_CHANNELS).values(title="")
_DROP = delete(schema.slack_install).where(_s.id == bindparam("install"))
_room = schema.chat.alias()
_IN_A_GROUP = exists().where(
    _n.account_id == _i.account_id,
    _t.id == _n.task_id,
    _t.deleted_at.is_(None),
    _room.c.id == _t.chat_id,
    _room.c.private.is_(False),
)
ALL_BLOCKED = (
    select(_i.id, _i.account_id)
    .join(schema.chat, _c.id == _i.chat_id)
    .where(_c.private, _c.gone == BLOCKED, _c.gone_at < bindparam("before"))
    .order_by(_c.gone_at, _i.id)
    .limit(PEOPLE)
)
BLOCKED_PEOPLE = ALL_BLOCKED.where(~_IN_A_GROUP)


def drop_blocked(work: Work) -> tuple[list[int], bool]:
    """As `drop_departed`, of people who blocked the bot. Not of those who have tasks in a group:
    they may use it there."""
    people = work.run(BLOCKED_PEOPLE, {"before": work.now - KEEP}).all()
    return _drop_people(work, {row.account_id: row.id for row in people})


def drop_departed(work: Work) -> tuple[list[int], bool]:
    """Drop a part of what is kept too long: the chats to clean up behind (`wipe_chats`), and
    whether there may be more. Who is nowhere else is forgotten; who has other chats loses the one
    that is gone, and keeps their tasks."""
    due = work.run(_DUE, {"before": work.now - KEEP}).scalar()
    install = work.installs.by_id(due) if due is not None else None
    if install is None:
        return [], False
    for scope in _lost_scopes(work, install):
        people = work.run(_PEOPLE, {"scope": scope}).all()
        if people:
            return _drop_people(work, {row.account_id: row.id for row in people})
        work.run(_DROP_CARDS, {"of": scope})
        work.run(_DROP_DIGESTS, {"of": scope})
        work.run(_DROP_PRESETS, {"of": scope})
        work.run(_UNTITLE, {"of": scope})
    work.run(_DROP, {"install": install.id})
    return [], True


def _lost_scopes(work: Work, install: Install) -> list[str]:
    """Where no other install reaches, as one of another workspace of the organisation may."""
    scopes = filter(None, (install.team, install.enterprise))
    return [each for each in scopes if not work.installs.reaching(each)]


def _drop_people(work: Work, people: dict[int, int]) -> tuple[list[int], bool]:
    """By account. A second identity of one is a matter of the next round."""
    wiped: list[int] = []
    for account, identity in sorted(people.items()):
        wiped += _drop_one(work, account, identity)
    return wiped, bool(wiped)


def _drop_one(work: Work, account: int, identity: int) -> list[int]:
    try:
        return [unlink(work, account, identity).chat_id]
    except LinkRefused as refused:
        if refused.reason not in NOWHERE_ELSE:
            return []
    try:
        return forget(work, account)
    except (RateLimited, LinkRefused):
        return []  # they came back, or somebody came to them, today: later, then
