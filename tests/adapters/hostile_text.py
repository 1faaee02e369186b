"""Text that wants to be more than text, in every field of a reply; and replies that are too large.

`inert` reads what a platform holds as strictly as the platform would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.chat import Audience, Button, Fact, Hint, Item, Link, Moment, Reply
from tests.adapters.slack_strict import broken, live_markup, objects

HOSTILE = (
    "<b>*_&<!channel>",
    "@everyone <!here> <!everyone> <!subteam^S1|x>",
    "<@U0ADA> <#C0GENERAL> <https://evil.example|your bank>",
    "</b></s></a>&lt;b&gt;<a href='tg://user?id=1001'>me</a>",
    "*bold* _it_ ~s~ `c` ```pre``` [x](https://evil.example) ||spoiler||",
    "\u202egnp.exe \u2066isolated\u2069 \u202aembedded\u202c",
    "nul \x00 bell \x07 escape \x1b[31m del \x7f next \x85",
    "half \ud83d of a pair",
    "x" * 5000,
    "<!channel> & " * 400,
    "\U0001f95b" * 5000,
    "&" * 5000,
    "a\u0300\u0301\u0302" * 1200,
    "line\n" * 1000,
    " \n\t ",
)
FIELDS = (
    "text",
    "title",
    "struck title",
    "headline",
    "fact",
    "fact label",
    "moment",
    "moment label",
    "item",
    "item detail",
    "item button",
    "hint",
    "hint text",
    "button",
    "link",
    "toast",
)
BAD = (*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x07\x1b\x7f\x85", "\ud83d")
OURS = {"bold", "strikethrough"}
FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
"""What Telegram itself finds in plain text, as in what people type: no bot can switch that off."""


def reply_of(texts: Mapping[str, str]) -> Reply:
    """A reply with all its fields, these ones saying this."""
    say = {**{name: f"The {name}" for name in FIELDS}, **texts}
    struck = "struck title" in texts
    shows = Button(say["item button"], "show t:9k3f7q2m")
    return Reply(
        text=say["text"],
        title=say["struck title"] if struck else say["title"],
        headline=texts.get("headline", ""),
        struck=struck,
        facts=(
            Fact(say["fact"], say["fact label"]),
            Moment(say["moment"], 1_700_000_000, say["moment label"]),
        ),
        items=(Item(say["item"], say["item detail"], shows), Item("Another")),
        hints=(Hint(say["hint"], say["hint text"]),),
        buttons=(
            (
                Button(say["button"], "done t:9k3f7q2m rev:17"),
                Link(say["link"], "https://example.org/"),
            ),
        ),
        toast=say["toast"],
        audience=Audience.HERE,
    )


def largest() -> Iterator[Reply]:
    """More of everything than any platform takes in one message."""
    title = "<!channel> \U0001f95b \u202e" * 60
    items = tuple(
        Item(f"{title} {number}", title, Button(str(number), f"show t:{number:08}"))
        for number in range(60)
    )
    rows = tuple(
        tuple(Button(f"{title} {row} {place}", f"done {row}") for place in range(3))
        for row in range(10)
    )
    wide = (tuple(Button(str(place), f"done {place}") for place in range(30)),)
    facts = tuple(Fact(title, f"{number} {title}") for number in range(60))
    hints = tuple(Hint(f"add {title}", title) for _ in range(60))
    here = Audience.HERE
    yield Reply(title=title, items=items, audience=here)
    yield Reply(text=title, buttons=rows, audience=here)
    yield Reply(text=title, buttons=wide, audience=here)
    yield Reply(title=title, facts=facts, hints=hints, audience=here)
    yield Reply(title * 8, title * 8, False, facts, items, hints, rows, audience=here)


def inert(platform: str, sent: Mapping[str, Any]) -> list[str]:
    """What is alive, broken or unseen in a message as the platform holds it."""
    found = [f"{each!a}" for each in BAD if any(each in text for text in _texts(sent))]
    if platform == "slack":
        message = {"text": sent["text"], "blocks": sent.get("blocks", [])}
        problem = broken(message)
        return found + live_markup(message) + ([problem] if problem else [])
    kinds = {each["type"] for each in sent.get("entities", ())}
    return found + sorted(kinds - OURS - FOUND)


def _texts(sent: Any) -> list[str]:
    return [value for each in objects(sent) for value in each.values() if isinstance(value, str)]
