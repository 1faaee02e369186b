"""The rest of a Home tab: when the bot writes by itself, the chats of the account, and its plan."""

from __future__ import annotations

from bot import verbs
from bot.cards import button
from bot.digest_words import say_rule
from bot.language import _
from bot.people import describe
from bot.plan_words import state, usage
from bot.quiet_words import say_hours
from bot.selling import sells_on
from bot.zone_words import zone_here
from core.chat import Fact, Item, Reply
from core.identity import Account, Identity
from core.logins import logins
from core.work import Work

FORM = "form"
"""Of the settings: all of them, in one form."""
CHATS_SHOWN = 10
"""More have a button that leads to all of them."""


def around(work: Work, reader: Account, identity: Identity) -> tuple[Reply, ...]:
    """What stands below the tasks."""
    plan = (_plan(work, reader, identity),) if work.sales.on else ()
    return _rhythm(work, reader), _chats(work, reader, identity), *plan


def _rhythm(work: Work, reader: Account) -> Reply:
    return Reply(
        title=_("Digest and quiet hours"),
        facts=(
            Fact(say_rule(work.digests.of(reader.id)), _("digest")),
            Fact(say_hours(work.quiet.of(reader.id)), _("quiet hours")),
            Fact(reader.timezone or _("not known, so UTC"), _("time zone")),
            *zone_here(reader),
        ),
        buttons=(
            (
                button(_("Settings"), verbs.Settings(FORM)),
                button(_("Digest now"), verbs.Digest("now")),
            ),
        ),
    )


def _chats(work: Work, reader: Account, identity: Identity) -> Reply:
    """Every way into the account."""
    mine = [each for each in work.accounts.identities(reader.id) if each.user_id]
    rows = [_chat(each, identity, only=len(mine) == 1) for each in mine]
    rows += [
        Item(
            _("{name}, signed in on the web", name=each.name),
            each.issuer,
            button(_("Disconnect"), verbs.Unlink(login=each.id)),
        )
        for each in logins(work, reader.id)
    ]
    shown = tuple(rows[:CHATS_SHOWN])
    return Reply(
        title=_("Accounts"),
        items=shown,
        buttons=(
            (
                button(_("Connect a chat"), verbs.Link()),
                button(_("All of them") if len(rows) > len(shown) else _("More"), verbs.Whoami()),
            ),
        ),
    )


def _chat(chat: Identity, here: Identity, *, only: bool) -> Item:
    notices = _("notices on") if chat.notify else _("notices off")
    where = _("{notices}, this chat", notices=notices) if chat.id == here.id else notices
    # The only one leaves in another way: with all that is kept (`bot/commands/privacy.py`).
    leave = None if only else button(_("Disconnect"), verbs.Unlink(chat.id))
    return Item(describe(chat), where, leave)


def _plan(work: Work, reader: Account, identity: Identity) -> Reply:
    standing = work.billing.standing(reader.id)
    sold = sells_on(work, identity.platform)
    return Reply(
        title=_("Plan: {title}", title=standing.plan.title),
        text=state(work, standing, reader, priced=sold),
        items=usage(standing.plan, standing.usage),
        buttons=((button(_("Manage plan"), verbs.Plan()),),),
    )
