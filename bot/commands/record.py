"""What happened to a person's account, for them to read."""

from __future__ import annotations

from collections.abc import Mapping

from bot import verbs
from bot.cards import button
from bot.grammar import to_line
from bot.language import N_, _
from bot.parting_words import waiting
from bot.turn import Turn, Where, commands
from bot.words import capital, cut, say_instant
from core.audit import Deed, Entry
from core.chat import Button, Fact, Item, Reply
from core.link import Way
from core.logins import WEB
from core.work import Work

PAGE = 10
"""As many as a page of the inbox."""
WORDS: Mapping[str, str] = {
    Deed.LINKED: N_("Connected"),
    Deed.UNLINKED: N_("Disconnected"),
    Deed.MERGED: N_("Tasks moved here"),
    Deed.UNDONE: N_("Taken back"),
    Deed.SIGNED_IN: N_("Signed in"),
    Deed.EXPORTED: N_("Exported"),
    Deed.FORGOTTEN: N_("Forgotten"),
    Deed.ATTACHED: N_("Payment assigned"),
    Deed.PARTING_ASKED: N_("Asked to disconnect"),
    Deed.PARTING_KEPT: N_("Kept connected"),
    Deed.OPERATED: N_("By whoever looks after me"),
}
NEWEST = 2**62


@commands.on(verbs.Security, aliases=("audit",), where=Where.PRIVATE, usage="", outside=True)
def security(work: Work, turn: Turn, command: verbs.Security) -> Reply:
    below = command.below or NEWEST
    page = work.audit.of(turn.account.id, below=below, most=PAGE + 1)
    chats = button(_("My chats"), verbs.Whoami())
    if not page:
        text = _("Nothing was connected, disconnected or exported so far.")
        if below != NEWEST:
            text = _("There is nothing older.")
        return Reply(text=text, buttons=((chats,),))
    older = page[PAGE - 1].id if len(page) > PAGE else 0
    row, waits = [], [*waiting(work, turn)] if below == NEWEST else []
    if below != NEWEST:
        row.append(Button(_("Newest"), to_line(verbs.Security())))
    if older:
        row.append(Button(_("Older >"), to_line(verbs.Security(below=older))))
    return Reply(
        title=_("What happened to your account"),
        text=_("Newest first. If something here was not you, disconnect that chat."),
        facts=tuple(
            Fact(
                _("{who} is disconnected {when}.", who=capital(each.who), when=each.when),
                _("waits"),
            )
            for each in waits
        ),
        items=tuple(_item(turn, each) for each in page[:PAGE]),
        buttons=(
            *((each.keep,) for each in waits),
            *([tuple(row)] if row else []),
            (chats, Button(_("Close"), "close")),
        ),
    )


_WHO = {"name": "{}", "handle": "(@{})", "platform": N_("on {}")}
"""Facts that name a chat or a sign-in, read in one breath."""
_REST = {
    "what": "{}",
    "tasks": "{}",
    "to": N_("to {}"),
    "account": N_("with the account of {}"),
    "from": N_("which came from {}"),
    "issuer": N_("at {}"),
    "way": N_("by {}"),
    "asker": N_("in the chat of {}"),
}
_VALUES: Mapping[tuple[str, str], str] = {
    ("platform", WEB): N_("the web"),
    ("platform", "telegram"): "Telegram",
    ("platform", "slack"): "Slack",
    ("what", "link"): N_("the connection"),
    ("what", "tasks"): N_("the move of tasks"),
    ("what", "everything"): N_("everything"),
    ("what", "your tasks"): N_("your tasks"),
    ("what", "unlinked"): N_("disconnected by whoever looks after me"),
    ("what", "unlinked somebody"): N_("you disconnected somebody's chat"),
    ("what", "resent"): N_("you had a call of Polar handled again"),
    ("what", "told everybody"): N_("you told everybody something"),
    ("what", "closed"): N_("you asked people to wait"),
    ("what", "opened"): N_("you asked people to wait no more"),
    ("to", "operator"): N_("whoever looks after me"),
    ("way", Way.CODE): N_("a code from the other chat"),
    ("way", Way.WEB): N_("signing in on the web"),
    ("way", Way.APP): N_("a link from an app"),
}
"""What the record keeps in short, in words."""


def _said(facts: Mapping[str, str], phrases: Mapping[str, str]) -> list[str]:
    return [
        _(phrase).format(_value(name, facts[name]))
        for name, phrase in phrases.items()
        if facts.get(name)
    ]


def _value(name: str, kept: str) -> str:
    words = _VALUES.get((name, kept))
    return _(words) if words else kept


def _item(turn: Turn, entry: Entry) -> Item:
    who = " ".join(_said(entry.facts, _WHO))
    said = ", ".join(filter(None, (who, *_said(entry.facts, _REST))))
    text = ": ".join(filter(None, (_(WORDS[entry.kind]), said)))
    return Item(cut(text, 200), say_instant(entry.at.astimezone(turn.account.zone), turn.today))
