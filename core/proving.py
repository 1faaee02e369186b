"""A browser proves that it is the chat's own, by who is signed in there at the chat's platform.

Then nobody types letters: who signed in at the issuer and who has the chat are one browser's. The
link of somebody else, opened and agreed to, proves nothing (`promises.md` T1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import web_link_rows as sql
from core.addresses import Sender
from core.errors import LinkRefused
from core.identity import Identity
from core.web_link import read

if TYPE_CHECKING:
    from core.web_links import Finished
    from core.work import Work


def provable(identity: Identity) -> bool:
    """Whether a browser can prove to be of this chat: its platform says who is signed in there, as
    it names them to us. Slack says in which workspace, or in which organisation."""
    if identity.platform == "slack":
        return identity.scope.startswith(("T", "E"))
    return identity.platform == "telegram"


def begin(work: Work, attempt: int, state: str, session: str) -> None:
    """The browser that agreed goes to the platform; `state` and `session` are digests. Raises
    `LinkRefused`."""
    values = {"attempt": attempt, "session": session, "now": work.now}
    if work.run(sql.AWAITED, values).first() is None:
        raise LinkRefused("gone")
    born = {"state_hash": state, "web_link_id": attempt, "session_hash": session}
    work.run(sql.BEGIN, {**born, "created_at": work.now})


def prove(work: Work, attempt: int, session: str, who: tuple[Sender, ...]) -> Finished:
    """The browser came back, claimed as `attempt`, and that is who is signed in there, by every
    name that the platform has for them: the chat and the sign-in are connected. Raises
    `LinkRefused`: `unproved` where it is not whose chat it is, which changes nothing, so that the
    letters are good still."""
    values = {"attempt": attempt, "session": session, "now": work.now}
    row = work.run(sql.PROVE, values).first()
    if row is None:
        raise LinkRefused("gone")
    link = read(row)
    found = work.accounts.identity(link.identity)
    if found is None or not provable(found[1]) or not _is(found[1], who):
        raise LinkRefused("unproved")
    return work.web_links.connected(found[1], link, answered=0)


def _is(identity: Identity, who: tuple[Sender, ...]) -> bool:
    """Whether that is the chat's own person: on this platform, in this place of it."""
    mine = (identity.platform, identity.scope, identity.user_id)
    named = ((each.platform, each.scope, each.user_id) for each in who)
    return bool(identity.user_id) and mine in named
