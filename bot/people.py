"""Who is meant by a mention."""

from __future__ import annotations

from bot.language import _
from bot.turn import Turn
from core.errors import UnknownPerson
from core.identity import Account, Identity
from core.work import Work

_ME = {"me", "myself", "@me", "ich", "mich", "mir"}
_CROWDS = {"@everyone", "@all", "@here", "@channel"}
"""What people write to call everybody: nobody's name, whatever the platform makes of it."""


def person_of(work: Work, turn: Turn, token: str) -> Account | None:
    """Whom a mention token means: somebody the platform named, oneself, or somebody with whom one
    shares a task, by name. None when nobody fits."""
    if token.lower() in _ME:
        return turn.account
    if token.lower() in _CROWDS:
        return None
    if (person := turn.inbound.people.get(token)) is not None:
        return work.accounts.mentioned(person)
    return work.accounts.contact(turn.account.id, token.lstrip("@"))


def is_person(work: Work, turn: Turn, token: str) -> bool:
    """Whether a mention token means somebody; nobody is entered for the asking."""
    if token.lower() in _ME or token.lower() in _CROWDS:
        return token.lower() in _ME
    if token in turn.inbound.people:
        return True
    return work.accounts.contact(turn.account.id, token.lstrip("@")) is not None


def person_known(work: Work, turn: Turn, token: str) -> Account:
    """Somebody whom we know already. Raises `UnknownPerson`."""
    meant = turn.inbound.people.get(token)
    found = work.accounts.known(meant) if meant else person_of(work, turn, token)
    if found is None:
        raise UnknownPerson(token)
    return found


def person_named(work: Work, turn: Turn, token: str) -> Account:
    """The same. Raises `UnknownPerson`."""
    person = person_of(work, turn, token)
    if person is None:
        raise UnknownPerson(token)
    return person


def describe(identity: Identity) -> str:
    """`Ada (@ada) on Telegram`."""
    handle = f" (@{identity.handle})" if identity.handle else ""
    name = f"{identity.name}{handle}"
    return _("{name} on {platform}", name=name, platform=identity.platform.title())
