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
        work.installs.place(identity.scope),
        row.joined_at or row.created_at,
        row.open_tasks,
        links.tasks(work, account.id),
        len([each for each in mine if each.user_id]),
    )
