"""The two who would be one, as each has to know the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import links
from core.attempts import SIDE
from core.identity import Account, Identity
from core.offer import Side

if TYPE_CHECKING:
    from core.work import Work


def side(work: Work, account: Account, identity: Identity) -> Side:
    """One of them, as things stand now."""
    row = work.run(SIDE, {"account": account.id}).one()
    mine = work.accounts.identities(account.id)
    return Side(
        identity,
        account,
        workspace(work, identity),
        row.joined_at or row.created_at,
        row.open_tasks,
        links.tasks(work, account.id),
        len([each for each in mine if each.user_id]),
    )


def workspace(work: Work, identity: Identity) -> str:
    """Where on its platform an identity is, by name where we know it; empty where there is no such
    thing."""
    reached = work.installs.reaching(identity.scope) if identity.scope else []
    return reached[0].name or identity.scope if len(reached) == 1 else identity.scope
