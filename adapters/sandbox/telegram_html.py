"""Telegram's HTML parse mode, as strict as the server, and the entities it finds by itself."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from adapters.sandbox.model import Json

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "code": "code", "pre": "pre", "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
STYLES = {
    "bold": "bold",
    "italic": "italic",
    "strikethrough": "strike",
    "code": "code",
    "pre": "code",
}
TOKEN = re.compile(r"<(/?)([^\s>]*)([^>]*)(>?)|&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);|[^<&]+|&")
HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{3,32})"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
)


class ParseError(ValueError):
    """What the server would say after "can't parse entities: "."""


def utf16(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class _Open:
    tag: str
    kind: str
    offset: int
    link: str = ""


@dataclass
class Parsed:
    """Plain text, its entities, and the same drawn as runs."""

    text: str = ""
    entities: list[Json] = field(default_factory=list)
    runs: list[Json] = field(default_factory=list)


def parse_html(source: str) -> Parsed:
    """Raises ParseError for a tag that Telegram does not know, or that is not closed in order."""
    parsed, stack = Parsed(), list[_Open]()
    for token in TOKEN.finditer(source):
        word = token.group()
        if not word.startswith("<"):
            _add(parsed, stack, html.unescape(word) if len(word) > 1 else word)
            continue
        at = len(source[: token.start()].encode())
        if token[1]:
            _close(parsed, stack, token, at)
        else:
            stack.append(_start(token, at, utf16(parsed.text)))
    if stack:
        raise ParseError(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return _trimmed(parsed)


def parse_plain(source: str) -> Parsed:
    return _trimmed(Parsed(source, [], [{"text": source}] if source else []))


def _start(token: re.Match[str], at: int, offset: int) -> _Open:
    tag = token[2].lower()
    if not token[4]:
        raise ParseError(f"Unclosed start tag at byte offset {at}")
    if tag not in TAGS or (tag == "span" and "tg-spoiler" not in token[3]):
        raise ParseError(f'Unsupported start tag "{tag}" at byte offset {at}')
    href = HREF.search(token[3])
    link = next((html.unescape(each) for each in href.groups() if each), "") if href else ""
    return _Open(tag, TAGS[tag], offset, link)


def _close(parsed: Parsed, stack: list[_Open], token: re.Match[str], at: int) -> None:
    tag = token[2].lower()
    if not stack:
        raise ParseError(f"Unexpected end tag at byte offset {at}")
    opened = stack.pop()
    if tag not in ("", opened.tag):
        raise ParseError(
            f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{tag}>"'
        )
    length = utf16(parsed.text) - opened.offset
    if not length or (opened.kind == "text_link" and not opened.link):
        return
    entity: Json = {"type": opened.kind, "offset": opened.offset, "length": length}
    parsed.entities.append(entity | ({"url": opened.link} if opened.link else {}))


def _add(parsed: Parsed, stack: list[_Open], text: str) -> None:
    run: Json = {"text": text}
    for opened in stack:
        if opened.kind in STYLES:
            run[STYLES[opened.kind]] = True
        if opened.link:
            run["link"] = opened.link
    parsed.text += text
    if parsed.runs and parsed.runs[-1] | {"text": ""} == run | {"text": ""}:
        parsed.runs[-1]["text"] += text
    else:
        parsed.runs.append(run)


def _trimmed(parsed: Parsed) -> Parsed:
    """Without white space at either end; entities moved and cut accordingly."""
    body = parsed.text.strip()
    before = utf16(parsed.text[: len(parsed.text) - len(parsed.text.lstrip())])
    entities = []
    for entity in sorted(parsed.entities, key=lambda each: (each["offset"], -each["length"])):
        start = max(0, entity["offset"] - before)
        end = min(utf16(body), entity["offset"] + entity["length"] - before)
        if end > start:
            entities.append(entity | {"offset": start, "length": end - start})
    return Parsed(body, entities, _trim_runs(parsed.runs))


def _trim_runs(runs: list[Json]) -> list[Json]:
    runs = [dict(run) for run in runs]
    while runs and not runs[0]["text"].strip():
        runs.pop(0)
    while runs and not runs[-1]["text"].strip():
        runs.pop()
    if runs:
        runs[0]["text"] = runs[0]["text"].lstrip()
        runs[-1]["text"] = runs[-1]["text"].rstrip()
    return runs


def found_entities(text: str) -> list[Json]:
    """Commands, mentions, hashtags and URLs, which Telegram finds in everybody's text."""
    return [
        {
            "type": str(hit.lastgroup),
            "offset": utf16(text[: hit.start()]),
            "length": utf16(hit.group()),
        }
        for hit in FOUND.finditer(text)
    ]
