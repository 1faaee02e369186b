"""Reads what is sent to Slack as strictly as Slack and a hostile reader would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
DATE = re.compile(r"!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[^<>]*")
MENUS = {"static_select": 100, "overflow": 5}
"""How many options each takes."""
PAGE = re.compile(r"https?://[^/]+/task/[0-9a-z]+")
"""Where a title may lead."""
ENTITY = re.compile(r"&(?!(amp|lt|gt);)")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def objects(value: Any) -> Iterator[Json]:
    """Every JSON object inside."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from objects(each)


def broken(message: Json) -> str:
    """The error that Slack refuses this message with, or empty."""
    blocks = message.get("blocks", [])
    if not message.get("text") and not blocks:
        return "no_text"
    if units(message.get("text", "")) > 4000:
        return "msg_too_long"
    if len(blocks) > 50 or not all(fits(block) for block in blocks):
        return "invalid_blocks"
    total = sum(units(each["text"]) for each in objects(blocks) if is_text(each))
    return "msg_blocks_too_long" if total > 13_200 else ""


def is_text(value: Json) -> bool:
    texts = ("plain_text", "mrkdwn", "text", "link")
    return value.get("type") in texts and isinstance(value["text"], str)


def fits(block: Json) -> bool:
    """Whether a message's block keeps Slack's limits and has no empty text."""
    texts = [each["text"] for each in objects(block) if is_text(each)]
    if not texts or not all(text.strip() and units(text) <= 3000 for text in texts):
        return False
    buttons = [each for each in objects(block) if each.get("type") == "button"]
    menus = [each for each in objects(block) if each.get("type") in MENUS]
    ids = [each["action_id"] for each in (*buttons, *menus)]
    if not all(map(menu_fits, menus)):
        return False
    if len(set(ids)) != len(ids) or not all(button_fits(each) for each in buttons):
        return False
    elements = block.get("elements", [])
    most = {"context": 10, "actions": 25}.get(block["type"], 100)
    known = block["type"] in ("section", "rich_text", "context", "actions")
    return known and len(elements) <= most and ("elements" not in block or bool(elements))


def menu_fits(menu: Json) -> bool:
    options = menu["options"]
    lengths = all(
        units(each["text"]["text"]) <= 75 and 0 < units(each["value"]) <= 150 for each in options
    )
    named = menu["type"] == "overflow" or 0 < units(menu["placeholder"]["text"]) <= 150
    return lengths and named and 0 < len(options) <= MENUS[menu["type"]]


def ours(link: Json) -> bool:
    return PAGE.fullmatch(link["url"]) is not None


def button_fits(button: Json) -> bool:
    style = button.get("style", "primary") in ("primary", "danger")
    lengths = units(button["text"]["text"]) <= 75 and units(button.get("value", "")) <= 2000
    return style and lengths and units(button.get("url", "")) <= 3000


def live_markup(message: Json) -> list[str]:
    """Every mention, link or stray entity that Slack would act on, except dates of our making."""
    mrkdwn = [message.get("text", "")]
    mrkdwn += [each["text"] for each in objects(message) if each.get("type") == "mrkdwn"]
    parsed = [each for each in objects(message) if each.get("type") == "mrkdwn"]
    found = [json.dumps(each) for each in parsed if each.get("verbatim") is not True]
    found += [text for text in mrkdwn if ENTITY.search(text)]
    found += [
        mark
        for text in mrkdwn
        for mark in re.findall(r"<([^>]*)>?|>", text)
        if not DATE.fullmatch(mark)
    ]
    inert = {"section", "rich_text", "rich_text_section", "context", "actions", "button"}
    inert |= {"text", "plain_text", "mrkdwn", "static_select", "overflow"}
    shown = [each for each in objects(message.get("blocks", [])) if "type" in each]
    kinds = [each["type"] for each in shown if not (each["type"] == "link" and ours(each))]
    return found + [kind for kind in kinds if kind not in inert]
