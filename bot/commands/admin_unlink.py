"""Disconnecting somebody's chat, by whoever looks after the service."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.admin_views import nobody, one, ref_of
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button
from bot.commands.unlinking import stops
from bot.language import _
from bot.people import describe
from bot.turn import Turn, Where, commands
from core import operating, unlinking
from core.audit import Deed
from core.chat import Fact, Hint, Reply, Style
from core.errors import LinkRefused, NotUnderstood
from core.identity import Identity
from core.work import Work


def unlink(work: Work, turn: Turn, text: str) -> Reply:
    """Ask whether to, and say what stops."""
    if not text:
        raise NotUnderstood("chat", text, "telegram:ID, slack:TEAM/ID")
    identity = operating.identity_of(work, text)
    if identity is not None:
        return _really(work, turn, identity)
    found = operating.who(work, text)
    if len(found) != 1:
        return nobody(text)
    return replace(one(work, turn, found[0]), hints=(Hint("admin unlink telegram:ID"),))


def _really(work: Work, turn: Turn, identity: Identity) -> Reply:
    try:
        leaving = unlinking.leaving(work, identity.account_id, identity.id)
    except LinkRefused as refusal:
        return _not(refusal.reason)
    who, owner = describe(identity), work.accounts.get(identity.account_id)
    yes = verbs.AdminUnlink(identity.id, at=minutes(turn))
    keep = verbs.Admin(verbs.Duty.USER, ref_of(identity))
    text = _(
        "Their tasks stay with the account of {name}, and all its chats are told.", name=owner.name
    )
    return Reply(
        title=_("Disconnect {who}?", who=who),
        text=text,
        facts=tuple(Fact(each) for each in stops(leaving)),
        buttons=(
            (
                button(_("Disconnect {who}", who=who)[:40], yes, Style.DANGER),
                button(_("Keep"), keep),
            ),
        ),
    )


def _not(reason: str) -> Reply:
    if reason != "last":
        return Reply(text=_("There is no such chat any more."))
    text = _(
        "It is the only chat of its account: if it left, nobody could reach the tasks any more. "
        "They can have everything deleted themselves, or you do it by `delete-account`."
    )
    return Reply(text=text)


@commands.on(verbs.AdminUnlink, where=Where.DESK, hidden=True, outside=True)
def unlink_now(work: Work, turn: Turn, command: verbs.AdminUnlink) -> Reply:
    found = work.accounts.identity(command.identity)
    if found is None:
        return _not("gone")
    account, identity = found
    if not stands(turn, command.at):
        return replace(_really(work, turn, identity), toast=_(ASKED_AGAIN))
    try:
        left = unlinking.unlink(work, account.id, identity.id)
    except LinkRefused as refusal:
        return _not(refusal.reason)
    facts = {"platform": left.platform, "name": left.name, "handle": left.handle}
    work.audit.record(Deed.OPERATED, account.id, {"what": "unlinked", **facts})
    work.audit.record(Deed.OPERATED, turn.account.id, {"what": "unlinked somebody"})
    text = _("Disconnected: {who}.", who=describe(left))
    return Reply(text=text, toast=_("Disconnected."))
