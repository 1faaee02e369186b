"""Slack's mrkdwn as people see it, and people's typing as Slack hands it on."""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.sandbox.model import Json

TOKEN = re.compile(
    r"<(?P<angle>[^<>\n]+)>"
    r"|```(?P<pre>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])",
    re.DOTALL,
)
TYPED = re.compile(r"(?<![\w@#])([@#])([A-Za-z0-9][\w.-]*)")
BROADCASTS = ("channel", "here", "everyone")
Namer = Callable[[str], str]
"""Slack id -> the name shown for it, `@cleo` or `#general`."""


def escape(text: str) -> str:
    """As Slack escapes what people type."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(text: str, id_of: Callable[[str], str | None], *, names: bool) -> str:
    """What a person typed, escaped, with `@name` and `#channel` as ids.

    `id_of` turns `@cleo` into `U0CLEO`. With `names` people become `<@U0CLEO|cleo>`, as in slash
    commands; without, `<@U0CLEO>`, as in messages. Channels always carry their name."""

    def replace(hit: re.Match[str]) -> str:
        sign, name = hit.groups()
        found = id_of(f"{sign}{name.lower()}")
        if not found:
            return hit.group()
        return f"<{sign}{found}|{name}>" if names or sign == "#" else f"<{sign}{found}>"

    return TYPED.sub(replace, escape(text))


def runs_of(source: str, name_of: Namer, style: Json | None = None) -> list[Json]:
    """The styled pieces of a mrkdwn text."""
    style, runs, done = style or {}, list[Json](), 0
    for token in TOKEN.finditer(source):
        if token.start() > done:
            runs.append({"text": unescape(source[done : token.start()])} | style)
        done = token.end()
        kind, body = next((name, each) for name, each in token.groupdict().items() if each)
        if kind == "angle":
            runs.append(_angle(body, name_of) | style)
        elif kind in ("pre", "code"):
            runs.append({"text": unescape(body), "code": True} | style)
        else:
            runs += runs_of(body, name_of, style | {kind: True})
    if done < len(source):
        runs.append({"text": unescape(source[done:])} | style)
    return runs


def _angle(body: str, name_of: Namer) -> Json:
    """`@U1`, `#C1|name`, `!here`, `!date^..|fallback` or `url|label`."""
    target, _, label = body.partition("|")
    label = unescape(label)
    if target[0] in "@#":
        return {"text": name_of(target[1:]), "mention": True}
    if target.startswith("!date^"):
        return {"text": label}
    if target.startswith("!"):
        broadcast = target[1:] in BROADCASTS
        return {"text": f"@{target[1:]}", "mention": True} if broadcast else {"text": label}
    link = unescape(target)
    return {"text": label or link.removeprefix("mailto:"), "link": link}
