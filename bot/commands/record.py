"""What happened to a person's account, for them to read."""

from __future__ import annotations

from collections.abc import Mapping

from bot import verbs
from bot.cards import button
from bot.grammar import to_line
from bot.turn import Turn, Where, commands
from bot.words import cut, say_instant
from core.audit import Deed, Entry
from core.chat import Button, Item, Reply
from core.link import Way
from core.logins import WEB
from core.work import Work

PAGE = 10
"""As many as a page of the inbox."""
WORDS: Mapping[str, str] = {
    Deed.LINKED: "Connected",
    Deed.UNLINKED: "Disconnected",
    Deed.MERGED: "Tasks moved here",
    Deed.UNDONE: "Taken back",
    Deed.SIGNED_IN: "Signed in",
    Deed.EXPORTED: "Exported",
    Deed.FORGOTTEN: "Forgotten",
    Deed.ATTACHED: "Payment assigned",
}
NEWEST = 2**62


@commands.on(verbs.Security, aliases=("audit",), where=Where.PRIVATE, usage="", outside=True)
def security(work: Work, turn: Turn, command: verbs.Security) -> Reply:
    below = command.below or NEWEST
    page = work.audit.of(turn.account.id, below=below, most=PAGE + 1)
    chats = button("My chats", verbs.Whoami())
    if not page:
        text = "Nothing was connected, disconnected or exported so far."
        if below != NEWEST:
            text = "There is nothing older."
        return Reply(text=text, buttons=((chats,),))
    older = page[PAGE - 1].id if len(page) > PAGE else 0
    row = []
    if below != NEWEST:
        row.append(Button("Newest", to_line(verbs.Security())))
    if older:
        row.append(Button("Older >", to_line(verbs.Security(below=older))))
    return Reply(
        title="What happened to your account",
        text="Newest first. If something here was not you, disconnect that chat.",
        items=tuple(_item(turn, each) for each in page[:PAGE]),
        buttons=(*([tuple(row)] if row else []), (chats, Button("Close", "close"))),
    )


_WHO = {"name": "{}", "handle": "(@{})", "platform": "on {}"}
"""Facts that name a chat or a sign-in, read in one breath."""
_REST = {
    "what": "{}",
    "tasks": "{}",
    "to": "to {}",
    "account": "with the account of {}",
    "from": "which came from {}",
    "issuer": "at {}",
    "way": "by {}",
}
_VALUES: Mapping[tuple[str, str], str] = {
    ("platform", WEB): "the web",
    ("platform", "telegram"): "Telegram",
    ("platform", "slack"): "Slack",
    ("what", "link"): "the connection",
    ("what", "tasks"): "the move of tasks",
    ("way", Way.CODE): "a code from the other chat",
    ("way", Way.WEB): "signing in on the web",
    ("way", Way.APP): "a link from an app",
}
"""What the record keeps in short, in words."""


def _said(facts: Mapping[str, str], phrases: Mapping[str, str]) -> list[str]:
    return [
        phrase.format(_VALUES.get((name, facts[name]), facts[name]))
        for name, phrase in phrases.items()
        if facts.get(name)
    ]


def _item(turn: Turn, entry: Entry) -> Item:
    who = " ".join(_said(entry.facts, _WHO))
    said = ", ".join(filter(None, (who, *_said(entry.facts, _REST))))
    text = ": ".join(filter(None, (WORDS[entry.kind], said)))
    return Item(cut(text, 200), say_instant(entry.at.astimezone(turn.account.zone), turn.today))
