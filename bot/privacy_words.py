"""What is kept about a person, how long, and who can read it."""

from __future__ import annotations

from datetime import timedelta

from bot.language import _, ngettext
from core import departed, failures, hooks, inbox, sources
from core.chat import Fact


def kept() -> tuple[tuple[str, str], ...]:
    """What is kept, and how long."""
    return (
        (
            _("Your tasks with their notes, and whom they are for"),
            _("until you delete them, and then for two hours at most"),
        ),
        (
            _(
                "Your name, handle, time zone and language, your chats and sign-ins, to know you "
                "and to write to you"
            ),
            _("until you disconnect a chat, or are forgotten"),
        ),
        (_("What I told you: your inbox"), _("until you delete it there")),
        (
            _("My answers, until they have reached you"),
            _(
                "{reply} at most; that a message was handled, {key}",
                reply=_days(inbox.KEEP_REPLIES),
                key=_days(inbox.KEEP_KEYS),
            ),
        ),
        (
            _("Which message of yours, or that you pointed at, a task was made of"),
            _("as long as the task"),
        ),
        (
            _("Which messages show a task, also those that you picked for another chat"),
            _("as long as the task"),
        ),
        (
            _("Whether I ask before I show your tasks below links, and in which chats"),
            _("until you disconnect that chat, or are forgotten"),
        ),
        (
            _("The words of a message that you sent me, since you can edit it"),
            _days(sources.KEEP_WORDS),
        ),
        (
            _("What you wrote into a form that I could not take"),
            _("15 minutes, and then an hour at most"),
        ),
        (_("Messages on which something broke, for whoever runs me"), _days(failures.KEEP)),
        (_("What happened to your account, for your safety"), _("until you are forgotten")),
        (_("How often you tried what is limited, without your name"), _days(timedelta(days=1))),
        (_("All of it, when you block me and use me nowhere else"), _days(departed.KEEP)),
    )


def _days(kept: timedelta) -> str:
    return ngettext("{n} day", "{n} days", kept.days)


def paid() -> tuple[tuple[str, str], ...]:
    """The same where something is sold."""
    return (
        (
            _(
                "What you subscribed to, from when to when, and for how much; no card, no e-mail "
                "address"
            ),
            _("until you are forgotten"),
        ),
        (_("What our payment partner Polar sent me of it"), _days(hooks.KEEP_BODIES)),
    )


def who(*, sold: bool) -> tuple[Fact, ...]:
    """Who has it."""
    payments = _(
        "our payment partner Polar has your card and your invoices, and keeps them by its own rules"
    )
    return (
        Fact(_("you, and with a shared task its owner and whoever does it"), _("read by")),
        Fact(_("everybody in a group sees the tasks that were made there"), _("in groups")),
        Fact(_("whoever runs me can read all of it, and their backups keep it"), _("the operator")),
        Fact(
            _("Telegram or Slack carries every message, and keeps it by its own rules"),
            _("the platform"),
        ),
        *((Fact(payments, _("payments")),) if sold else ()),
    )
