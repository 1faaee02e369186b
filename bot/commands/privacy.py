"""What is kept about a person, taking it along, and being forgotten."""

from __future__ import annotations

import re
from datetime import datetime

from bot import verbs
from bot.asking import ASKED_FOR, minutes, stands
from bot.cards import button
from bot.guards import Guard
from bot.people import describe
from bot.plan_words import titled
from bot.turn import Turn, Where, commands
from bot.words import plural
from core import departed, failures, hooks, inbox, newcomers
from core.audit import Deed
from core.chat import Button, Fact, Hint, Item, Kind, Reply, Style
from core.errors import NotUnderstood
from core.export import EXPORT, Format
from core.forgetting import Holdings, forget, holdings
from core.work import Work

_KEPT = (
    ("Your tasks, and whom they are for", "until you delete them, and then for two hours at most"),
    (
        "Your name, handle, time zone and language, your chats and sign-ins, to know you and to "
        "write to you",
        "until you disconnect a chat, or are forgotten",
    ),
    ("What I told you: your inbox", "until you delete it there"),
    (
        "My answers, until they have reached you",
        f"{inbox.KEEP_REPLIES.days} day at most; that a message was handled, "
        f"{inbox.KEEP_KEYS.days} days",
    ),
    (
        "Messages on which something broke, for whoever runs me",
        f"{failures.KEEP.days} days",
    ),
    ("What happened to your account, for your safety", "until you are forgotten"),
    ("How often you tried what is limited, without your name", "1 day"),
    ("All of it, when you block me and use me nowhere else", f"{departed.KEEP.days} days"),
)
_PAID = (
    (
        "What you subscribed to, from when to when, and for how much; no card, no e-mail address",
        "until you are forgotten",
    ),
    ("What our payment partner Polar sent me of it", f"{hooks.KEEP_BODIES.days} days"),
)
_PAID_BY = Fact(
    "our payment partner Polar has your card and your invoices, and keeps them by its own rules",
    "payments",
)
_WHO = (
    Fact("you, and with a shared task its owner and whoever does it", "read by"),
    Fact("everybody in a group sees the tasks that were made there", "in groups"),
    Fact("whoever runs me can read all of it, and their backups keep it", "the operator"),
    Fact("Telegram or Slack carries every message, and keeps it by its own rules", "the platform"),
)


@commands.on(verbs.Privacy, where=Where.PRIVATE, usage="", outside=True)
def privacy(work: Work, turn: Turn, command: verbs.Privacy) -> Reply:
    sold = work.sales.on
    return Reply(
        title="What I keep about you",
        text="Only what the tasks need. I show it to nobody else, and measure nothing about you.",
        facts=(*_WHO, *((_PAID_BY,) if sold else ())),
        items=tuple(Item(what, how_long) for what, how_long in (*_KEPT, *(_PAID if sold else ()))),
        buttons=(
            (button("Export everything", verbs.Export(Format.ALL)),),
            (
                Button("What happened", "security"),
                button("Forget me", verbs.ForgetMe(), Style.DANGER),
            ),
        ),
    )


@commands.on(
    verbs.Export,
    aliases=("download",),
    where=Where.PRIVATE,
    usage="csv | json | all",
    guards=lambda _: (Guard(EXPORT),),
    outside=True,
)
def export(work: Work, turn: Turn, command: verbs.Export) -> Reply:
    said = command.what.strip().lower() or Format.CSV
    if said not in set(Format):
        raise NotUnderstood("kind of export", command.what, "csv, json, all")
    how, identity = Format(said), turn.identity
    if how is Format.ALL:
        newcomers.may_copy_all(work, identity)
    facts = {"what": _named(how), "to": describe(identity)}
    work.audit.record(Deed.EXPORTED, turn.account.id, facts)
    work.put_in_chat(
        identity.chat_id,
        name="export",
        id=f"export:{turn.inbound.key}",
        payload={"identity": identity.id, "account": turn.account.id, "what": how.value},
    )
    text = f"One moment: I collect {_named(how)} and send the file here."
    return Reply(text=text, toast="One moment.", fresh=True)


def _named(how: Format) -> str:
    return "everything" if how is Format.ALL else "your tasks"


@commands.on(verbs.ForgetMe, aliases=("forgetme",), where=Where.PRIVATE, usage="", outside=True)
def forget_me(work: Work, turn: Turn, command: verbs.ForgetMe) -> Reply:
    """What would go and what would stay; then the words that only a person can type."""
    line = f"{verbs.ForgetMeNow.name} at:{minutes(turn)}"
    work.questions.ask(turn.identity.id, turn.identity.chat_id, line, "phrase")
    found = holdings(work, turn.account.id)
    return Reply(
        title="Forget everything?",
        text="This is for good: nothing of it can be brought back. To do it, type these words "
        f"within {ASKED_FOR} minutes:\n{phrase(turn)}",
        facts=(
            Fact(_goes(found), "goes"),
            Fact(_stays(found), "stays"),
            *_stops(work, turn),
            Fact("every chat of yours is told when it is done.", "then"),
        ),
        buttons=(
            (button("Keep everything", verbs.Close("Kept. Nothing was deleted.")),),
            (button("Export everything first", verbs.Export(Format.ALL)),),
        ),
        fresh=True,
    )


def _goes(found: Holdings) -> str:
    shared = f", {found.given} of them with others" if found.given else ""
    return (
        f"your account with {plural(found.chats, 'chat')}, {plural(found.tasks, 'task')}{shared}, "
        "your inbox and settings, and all that I noted."
    )


def _stops(work: Work, turn: Turn) -> list[Fact]:
    """What is paid for ends with the account."""
    running = work.billing.running(turn.account.id)
    if not running:
        return []
    titles = " and ".join(dict.fromkeys(titled(each) for each in running))
    said = (
        f"{titles} at once; nothing is paid back. Our payment partner Polar deletes "
        "you as its customer."
    )
    return [Fact(said, "ends")]


def _stays(found: Holdings) -> str:
    taken = f"{plural(found.taken, 'task')} that others gave you" if found.taken else ""
    sentences = (
        f"{taken}, without your name." if taken else "",
        "What others wrote themselves.",
        "The messages in the chats: delete those there.",
    )
    return " ".join(filter(None, sentences))


def phrase(turn: Turn) -> str:
    """What has to be typed: letters and digits that anybody who has the name can type."""
    words = re.findall(r"\w+", turn.account.name.casefold())
    return " ".join(["forget", *(words[:3] or ["me"])])


@commands.on(verbs.ForgetMeNow, where=Where.PRIVATE, hidden=True, outside=True)
def forget_me_now(work: Work, turn: Turn, command: verbs.ForgetMeNow) -> Reply:
    typed = turn.inbound.kind is Kind.TEXT
    words = re.findall(r"\w+", command.phrase.casefold())
    if not typed or " ".join(words) != phrase(turn) or not stands(turn, command.at):
        old = typed and not stands(turn, command.at)
        why = "That question was old" if old else "Those were not the words"
        again = Hint(verbs.ForgetMe.name, "to be asked again")
        return Reply(text=f"{why}, so nothing was deleted.", hints=(again,), fresh=True)
    chats = forget(work, turn.account.id)
    _clean_up(work, turn.identity.chat_id, chats, work.now)
    text = (
        "I have forgotten you: your account, your tasks and all that I noted are deleted. I clean "
        "up behind that now, and write here and in your other chats when the last trace is gone."
    )
    return Reply(text=text, fresh=True)


def _clean_up(work: Work, chat: int, chats: list[int], at: datetime) -> None:
    """A job of the chat where it was asked, with numbers of rows only."""
    work.put_in_chat(
        chat,
        name="forget",
        id=f"forget:{chat}:{at.timestamp()}",
        payload={"chats": " ".join(map(str, chats)), "until": at.isoformat()},
    )
