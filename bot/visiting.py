"""What a browser's session leads to in the database."""

from __future__ import annotations

from datetime import datetime

from bot.sessions import Session
from core.errors import LinkRefused
from core.identity import Identity
from core.offer import State
from core.web_link import WebLink
from core.work import Work

_OPEN = (State.ISSUED, State.SIGNED_IN, State.ASKED)


def attempt_of(work: Work, session: Session) -> int:
    """The attempt's row. Raises `LinkRefused`."""
    found = work.web_links.look(session.attempt)
    if found is None:
        raise LinkRefused("gone")
    return found.id


def attempt_and_chat(work: Work, session: Session) -> tuple[WebLink, Identity, str] | None:
    """The attempt, whose chat it is, and the name of their workspace, where they are in one."""
    link = work.web_links.look(session.attempt)
    found = work.accounts.identity(link.identity) if link else None
    if link is None or found is None:
        return None
    return link, found[1], work.installs.place(found[1].scope)


def state_for(link: WebLink, session: Session, now: datetime) -> State:
    """As this browser may know it: once somebody signed in, others see that it has ended."""
    if link.state not in _OPEN:
        return link.state
    if link.expires_at <= now:
        return State.EXPIRED
    return link.state if may_know(link, session) else State.VOID


def may_know(link: WebLink, session: Session) -> bool:
    """Whether this browser may see whose chat it is about: others may not, once somebody signed
    in."""
    return link.session in ("", session.digest)


def person(identity: Identity) -> str:
    """`Ada (@ada)`."""
    return f"{identity.name} (@{identity.handle})" if identity.handle else identity.name
