"""What happened to a person's account, for them to read."""

from __future__ import annotations

from collections.abc import Mapping

from bot import verbs
from bot.cards import button, cut
from bot.grammar import to_line
from bot.turn import Turn, Where, commands
from bot.words import say_instant
from core.audit import Deed, Entry
from core.chat import Button, Item, Reply
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


_BARE = ("what", "name")
"""Facts that speak for themselves."""


def _said(name: str, value: str) -> str:
    return value if name in _BARE else f"{name} {value}"


def _item(turn: Turn, entry: Entry) -> Item:
    facts = sorted(entry.facts.items(), key=lambda fact: fact[0] not in _BARE)
    said = ", ".join(_said(name, value) for name, value in facts if value)
    text = ": ".join(filter(None, (WORDS[entry.kind], said)))
    return Item(cut(text, 200), say_instant(entry.at.astimezone(turn.account.zone), turn.today))
