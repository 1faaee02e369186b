"""What somebody new asked to be disconnected, in words (`core/partings.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.people import describe
from bot.turn import Turn
from bot.words import capital, say_instant
from core import partings
from core.chat import Audience, Button, Reply, Style
from core.events import PartingAsked, PartingKept
from core.link import Item
from core.logins import logins
from core.notices import Notice
from core.partings import Parting
from core.work import Work


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that was asked for, for whoever looks at their chats."""

    who: str
    when: str
    asker: str
    keep: Button


def waiting(work: Work, turn: Turn) -> Iterator[Waiting]:
    """What is asked for in their account, and not answered."""
    for each in partings.waiting(work, turn.account.id):
        asker, who = work.accounts.identity(each.asker), _who(work, turn, each)
        if asker and who:
            keep = button(_("Keep {who} connected", who=who)[:40], _keep(each.kind, each.row))
            yield Waiting(who, when(turn, each.at), describe(asker[1]), keep)


def asked_for(who: str, at: str, keep: Button) -> Reply:
    """What becomes of it, for whoever asked."""
    text = _(
        "I asked the chats that were here before. {who} is disconnected {when}, or as soon as one "
        "of them does it; each of them can keep it connected, too.",
        who=capital(who),
        when=at,
    )
    return Reply(text=text, buttons=((keep,), (Button(_("My chats"), "whoami"),)))


def keep_button(kind: Item, row: int) -> Button:
    """By which it stays."""
    return button(_("Keep it connected"), _keep(kind, row))


def when(turn: Turn, at: datetime) -> str:
    """`tomorrow 14:30`."""
    return say_instant(at.astimezone(turn.account.zone), turn.today)


def sign_in(name: str) -> str:
    """How a sign-in is called in the midst of a sentence."""
    return _("the sign-in of {name}", name=name)


def say(event: PartingAsked | PartingKept, notice: Notice, zone: tzinfo = UTC) -> tuple[str, str]:
    """A notice's title and message."""
    who = _("a sign-in on the web")
    if event.identity:
        who = _("{name} on {platform}", name=event.name, platform=event.platform.title())
    if isinstance(event, PartingKept):
        text = _("{actor} said that {who} stays connected.", actor=notice.actor, who=who)
        return _("Stays connected"), text
    at, today = datetime.fromtimestamp(event.at, zone), notice.created_at.astimezone(zone).date()
    text = _(
        "The chat of {actor}, which was connected less than a day ago, asks to disconnect {who}. "
        "If nobody who was here before keeps it, that is done {when}.",
        actor=notice.actor,
        who=who,
        when=say_instant(at, today),
    )
    return _("Disconnect a chat?"), text


def told(work: Work, event: PartingAsked | PartingKept, said: Reply) -> Reply | None:
    """The message, made of what is `said` in the inbox; None when it was answered meanwhile."""
    chats = (Button(_("My chats"), "whoami"),)
    said = replace(said, buttons=(chats,), audience=Audience.HERE)
    if isinstance(event, PartingKept):
        return said
    kind, row = (Item.LOGIN, event.login) if event.login else (Item.IDENTITY, event.identity)
    known = partings.asked(work, event.asker, kind, row)
    if known is None or known.kept:
        return None
    leave = verbs.Unlink(login=row) if event.login else verbs.Unlink(row)
    answer = keep_button(kind, row), button(_("Disconnect it"), leave, Style.DANGER)
    warned = _("If that was not you, disconnect the chat that asks.")
    return replace(said, text=f"{said.text} {warned}", buttons=(answer, chats))


def _keep(kind: Item, row: int) -> verbs.KeepConnected:
    if kind is Item.LOGIN:
        return verbs.KeepConnected(login=row)
    return verbs.KeepConnected(row)


def _who(work: Work, turn: Turn, asked: Parting) -> str:
    if asked.kind is Item.LOGIN:
        found = [each for each in logins(work, turn.account.id) if each.id == asked.row]
        return sign_in(found[0].name) if found else ""
    chat = work.accounts.identity(asked.row)
    return describe(chat[1]) if chat and chat[0].id == turn.account.id else ""
