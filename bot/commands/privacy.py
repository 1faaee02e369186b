"""What is kept about a person, taking it along, and being forgotten."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import starmap

from bot import verbs
from bot.asking import ASKED_FOR, minutes, stands
from bot.cards import button
from bot.guards import Guard
from bot.language import N_, _, ngettext, spoken
from bot.people import describe
from bot.plan_words import titled
from bot.privacy_words import kept, paid, who
from bot.turn import Turn, Where, commands
from core import newcomers
from core.audit import Deed
from core.chat import Button, Fact, Hint, Item, Kind, Reply, Style
from core.errors import NotUnderstood
from core.export import EXPORT, Format
from core.forgetting import Holdings, forget, holdings
from core.work import Work

_EVERYTHING, _TASKS = N_("everything"), N_("your tasks")
"""As the record of what happened keeps it, too."""


@commands.on(verbs.Privacy, where=Where.PRIVATE, usage="", outside=True)
def privacy(work: Work, turn: Turn, command: verbs.Privacy) -> Reply:
    sold = work.sales.on
    return Reply(
        title=_("What I keep about you"),
        text=_(
            "Only what the tasks need. I show it to nobody else, and measure nothing about you."
        ),
        facts=who(sold=sold),
        items=tuple(starmap(Item, (*kept(), *(paid() if sold else ())))),
        buttons=(
            (button(_("Export everything"), verbs.Export(Format.ALL)),),
            (
                Button(_("What happened"), "security"),
                button(_("Forget me"), verbs.ForgetMe(), Style.DANGER),
            ),
        ),
    )


@commands.on(
    verbs.Export,
    aliases=("download",),
    where=Where.PRIVATE,
    usage="csv | json | all",
    guards=lambda _command: (Guard(EXPORT),),
    outside=True,
)
def export(work: Work, turn: Turn, command: verbs.Export) -> Reply:
    said = command.what.strip().lower() or Format.CSV
    if said not in set(Format):
        raise NotUnderstood("kind of export", command.what, "csv, json, all")
    how, identity = Format(said), turn.identity
    if how is Format.ALL:
        newcomers.may_copy_all(work, identity)
    facts = {"what": _EVERYTHING if how is Format.ALL else _TASKS, "to": describe(identity)}
    work.audit.record(Deed.EXPORTED, turn.account.id, facts)
    work.put_in_chat(
        identity.chat_id,
        name="export",
        id=f"export:{turn.inbound.key}",
        payload={"identity": identity.id, "account": turn.account.id, "what": how.value},
    )
    text = _("One moment: I collect {what} and send the file here.", what=_(facts["what"]))
    return Reply(text=text, toast=_("One moment."), fresh=True)


@commands.on(verbs.ForgetMe, aliases=("forgetme",), where=Where.PRIVATE, usage="", outside=True)
def forget_me(work: Work, turn: Turn, command: verbs.ForgetMe) -> Reply:
    """What would go and what would stay; then the words that only a person can type."""
    line = f"{verbs.ForgetMeNow.name} at:{minutes(turn)}"
    work.questions.ask(turn.identity.id, turn.identity.chat_id, line, "phrase")
    found = holdings(work, turn.account.id)
    why = _(
        "This is for good: nothing of it can be brought back. To do it, type these words within "
        "{minutes} minutes:",
        minutes=ASKED_FOR,
    )
    return Reply(
        title=_("Forget everything?"),
        text=f"{why}\n{phrase(turn)}",
        facts=(
            Fact(_goes(found), _("goes")),
            Fact(_stays(found), _("stays")),
            *_stops(work, turn),
            Fact(_("every chat of yours is told when it is done."), _("then")),
        ),
        buttons=(
            (button(_("Keep everything"), verbs.Close(_("Kept. Nothing was deleted."))),),
            (button(_("Export everything first"), verbs.Export(Format.ALL)),),
        ),
        fresh=True,
    )


def _goes(found: Holdings) -> str:
    chats = ngettext("{n} chat", "{n} chats", found.chats)
    owned = ngettext("{n} task", "{n} tasks", found.tasks)
    if found.given:
        owned = _("{tasks}, {n} of them with others", tasks=owned, n=found.given)
    return _(
        "your account with {chats}, {tasks}, your inbox and settings, and all that I noted.",
        chats=chats,
        tasks=owned,
    )


def _stops(work: Work, turn: Turn) -> list[Fact]:
    """What is paid for ends with the account."""
    running = work.billing.running(turn.account.id)
    if not running:
        return []
    titles = _(" and ").join(dict.fromkeys(titled(each) for each in running))
    said = _(
        "{titles} at once; nothing is paid back. Our payment partner Polar deletes you "
        "as its customer.",
        titles=titles,
    )
    return [Fact(said, _("ends"))]


def _stays(found: Holdings) -> str:
    taken = ngettext(
        "{n} task that others gave you, without your name.",
        "{n} tasks that others gave you, without your name.",
        found.taken,
    )
    sentences = (
        taken if found.taken else "",
        _("What others wrote themselves."),
        _("The messages in the chats: delete those there."),
    )
    return " ".join(filter(None, sentences))


def phrase(turn: Turn) -> str:
    """What has to be typed: letters and digits that anybody who has the name can type."""
    words = re.findall(r"\w+", turn.account.name.casefold())
    return " ".join([_("forget"), *(words[:3] or [_("me")])])


@commands.on(verbs.ForgetMeNow, where=Where.PRIVATE, hidden=True, outside=True)
def forget_me_now(work: Work, turn: Turn, command: verbs.ForgetMeNow) -> Reply:
    typed = turn.inbound.kind is Kind.TEXT
    words = re.findall(r"\w+", command.phrase.casefold())
    if not typed or " ".join(words) != phrase(turn) or not stands(turn, command.at):
        old = typed and not stands(turn, command.at)
        why = _("Those were not the words, so nothing was deleted.")
        if old:
            why = _("That question was old, so nothing was deleted.")
        again = Hint(verbs.ForgetMe.name, _("to be asked again"))
        return Reply(text=why, hints=(again,), fresh=True)
    chats = forget(work, turn.account.id, chat=turn.identity.chat_id)
    clean_up(work, turn.identity.chat_id, chats, work.now)
    text = _(
        "I have forgotten you: your account, your tasks and all that I noted are deleted. I clean "
        "up behind that now, and write here and in your other chats when the last trace is gone."
    )
    return Reply(text=text, fresh=True)


def clean_up(work: Work, chat: int, chats: list[int], at: datetime) -> None:
    """A job of the chat where it was asked, with numbers of rows only, and the language in which
    the chats are told."""
    work.put_in_chat(
        chat,
        name="forget",
        id=f"forget:{chat}:{at.timestamp()}",
        payload={
            "chats": " ".join(map(str, chats)),
            "until": at.isoformat(),
            "language": spoken(),
        },
    )
