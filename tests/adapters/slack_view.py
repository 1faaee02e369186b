"""Reads a view of the Home tab as strictly as Slack would; three readers, none of them the one who
drew it: slack_sdk's models, the sandbox's rules, and lengths in UTF-16 units counted here."""

from __future__ import annotations

import json
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from adapters.sandbox.slack_blocks import BlocksError, checked_blocks
from tests.adapters.slack_strict import is_text, objects, units

Json = dict[str, Any]
INERT = frozenset(
    (
        "home",
        "header",
        "section",
        "rich_text",
        "rich_text_section",
        "context",
        "actions",
        "button",
        "text",
        "plain_text",
        "mrkdwn",
        "checkboxes",
        "overflow",
        "static_select",
        "link",
    )
)


def refused(view: Json) -> str:
    """Why Slack would not take it; empty where it would."""
    if len(json.dumps(view)) > 250_000:
        return "view_too_large"
    try:
        checked_blocks(view["blocks"], view=True)
        View(**view).to_dict()
    except (BlocksError, SlackObjectFormationError) as error:
        return str(error)
    if not 1 <= len(view["blocks"]) <= 100:
        return "no more than 100 items allowed"
    return next(filter(None, map(_wrong, objects(view))), "")


def _wrong(item: Json) -> str:
    kind = item.get("type", "")
    if kind and kind not in INERT:
        return f"a {kind}"
    if "value" in item and "text" in item and kind != "button":  # an option
        texts = [item["text"]["text"], item.get("description", {}).get("text", "-")]
        fits = all(0 < units(each) <= 75 for each in texts) and 0 < units(item["value"]) <= 150
        return "" if fits else f"an option: {item}"
    if is_text(item) if "text" in item else False:
        return "" if item["text"].strip() and units(item["text"]) <= 3000 else f"a text: {item}"
    most = {"header": 150, "button": 75}.get(kind)
    if most and units(item["text"]["text"]) > most:
        return f"a label: {item}"
    return "" if units(item.get("action_id", "")) <= 255 else f"an action: {item}"


def words(view: Json) -> str:
    """All that is read on it, a line each."""
    return "\n".join(each["text"] for each in objects(view) if "text" in each and is_text(each))


def elements(view: Json, kind: str) -> list[Json]:
    """Its elements of a kind, from the top."""
    return [each for each in objects(view["blocks"]) if each.get("type") == kind]
