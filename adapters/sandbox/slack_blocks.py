"""Block Kit's rules, checked as Slack checks them: what breaks one is `invalid_blocks`.

The limits are those of slack_sdk's models and Slack's reference of blocks and elements.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from adapters.sandbox.model import Json

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
SELECT = {"action_id", "confirm", "focus_on_load", "placeholder"}
OPTIONS = SELECT | {"options", "option_groups"}
TEXT_INPUT = {
    "action_id",
    "initial_value",
    "dispatch_action_config",
    "focus_on_load",
    "placeholder",
}
ELEMENTS: dict[str, set[str]] = {
    "button": {"action_id", "text", "url", "value", "style", "confirm", "accessibility_label"},
    "static_select": OPTIONS | {"initial_option"},
    "multi_static_select": OPTIONS | {"initial_options", "max_selected_items"},
    "users_select": SELECT | {"initial_user"},
    "multi_users_select": SELECT | {"initial_users", "max_selected_items"},
    "conversations_select": SELECT | {"initial_conversation", "filter", "response_url_enabled",
                                      "default_to_current_conversation"},
    "overflow": {"action_id", "options", "confirm"},
    "datepicker": SELECT | {"initial_date"},
    "timepicker": SELECT | {"initial_time", "timezone"},
    "datetimepicker": SELECT | {"initial_date_time"},
    "checkboxes": {"action_id", "options", "initial_options", "confirm", "focus_on_load"},
    "radio_buttons": {"action_id", "options", "initial_option", "confirm", "focus_on_load"},
    "plain_text_input": TEXT_INPUT | {"multiline", "min_length", "max_length"},
    "number_input": TEXT_INPUT | {"is_decimal_allowed", "min_value", "max_value"},
    "email_text_input": TEXT_INPUT,
    "url_text_input": TEXT_INPUT,
    "image": {"image_url", "slack_file", "alt_text"},
}  # fmt: skip
BLOCKS: dict[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "actions": {"elements"},
    "context": {"elements"},
    "header": {"text"},
    "divider": set(),
    "rich_text": {"elements"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "markdown": {"text"},
}
MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}


class BlocksError(Exception):
    """`messages` are Slack's own kind of sentence, with a JSON pointer each."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = list(messages)


def checked_blocks(blocks: Any, *, view: bool = False) -> list[Json]:
    """The blocks as Slack stores them, each with a `block_id`. Raises BlocksError."""
    if not isinstance(blocks, list):
        raise BlocksError(["must be an array [json-pointer:/blocks]"])
    check = _Check()
    check.count(blocks, VIEW_BLOCKS if view else MESSAGE_BLOCKS, "/blocks")
    for index, block in enumerate(blocks):
        check.block(block, f"/blocks/{index}", view=view)
    ids = [each["block_id"] for each in blocks if isinstance(each, dict) and each.get("block_id")]
    if len(ids) != len(set(ids)):
        check.fail("block_id already exists", "/blocks")
    if check.errors:
        raise BlocksError(check.errors)
    return [{**each, "block_id": each.get("block_id") or secrets.token_hex(3)} for each in blocks]


class _Check:
    """Collects what is wrong."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def fail(self, what: str, path: str) -> None:
        self.errors.append(f"{what} [json-pointer:{path}]")

    def count(self, items: list[Any], most: int, path: str) -> None:
        if len(items) > most:
            self.fail(f"no more than {most} items allowed", path)

    def length(self, value: Any, most: int, path: str) -> None:
        if value is None:
            return
        if not isinstance(value, str) or not value:
            self.fail("must be more than 0 characters", path)
        elif len(value) > most:
            self.fail(f"must be less than {most + 1} characters", path)

    def shape(self, item: Any, known: dict[str, set[str]], path: str) -> str:
        """The type of an object that may have no other keys than these; empty when wrong."""
        kind = item.get("type") if isinstance(item, dict) else None
        if kind not in known:
            self.fail(f"unsupported type: {kind}", f"{path}/type")
            return ""
        for key in sorted(set(item) - known[kind] - {"type", "block_id"}):
            self.fail(f"no additional property allowed: {key}", path)
        return str(kind)

    def text(self, item: Any, most: int, path: str, *, plain: bool = False) -> None:
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if not isinstance(item, dict) or item.get("type") not in kinds:
            self.fail(f"must be a text object of {' or '.join(kinds)}", path)
        elif not isinstance(item.get("text"), str):
            self.fail("missing required field: text", path)
        else:
            self.length(item["text"], most, f"{path}/text")

    def block(self, block: Any, path: str, *, view: bool) -> None:
        kind = self.shape(block, BLOCKS, path)
        if not kind:
            return
        self.length(block.get("block_id"), 255, f"{path}/block_id")
        if kind == "header":
            self.text(block.get("text"), 150, f"{path}/text", plain=True)
        elif kind == "section":
            self.section(block, path)
        elif kind in ("actions", "context", "rich_text"):
            self.elements(block, kind, path)
        elif kind == "input":
            if not view:
                self.fail("unsupported type: input", f"{path}/type")
            self.text(block.get("label"), 2000, f"{path}/label", plain=True)
            self.element(block.get("element"), f"{path}/element")

    def section(self, block: Json, path: str) -> None:
        fields = block.get("fields") or []
        if block.get("text") is None and not fields:
            self.fail("missing required field: text", path)
        if block.get("text") is not None:
            self.text(block["text"], 3000, f"{path}/text")
        self.count(fields, 10, f"{path}/fields")
        for index, each in enumerate(fields):
            self.text(each, 2000, f"{path}/fields/{index}")
        if block.get("accessory") is not None:
            self.element(block["accessory"], f"{path}/accessory")

    def elements(self, block: Json, kind: str, path: str) -> None:
        items, path = block.get("elements"), f"{path}/elements"
        if not isinstance(items, list) or not items:
            self.fail("must have at least one element", path)
            return
        if kind == "rich_text":
            return
        self.count(items, 25 if kind == "actions" else 10, path)
        for index, each in enumerate(items):
            if kind == "context" and each.get("type") in ("plain_text", "mrkdwn"):
                self.text(each, 3000, f"{path}/{index}")
            else:
                self.element(each, f"{path}/{index}")
        actions = [each.get("action_id") for each in items if each.get("action_id")]
        if len(actions) != len(set(actions)):
            self.fail("`action_id` already exists", path)

    def element(self, item: Any, path: str) -> None:
        kind = self.shape(item, ELEMENTS, path)
        if not kind:
            return
        self.length(item.get("action_id"), 255, f"{path}/action_id")
        if kind == "button":
            self.text(item.get("text"), 75, f"{path}/text", plain=True)
            self.length(item.get("value"), 2000, f"{path}/value")
            self.length(item.get("url"), 3000, f"{path}/url")
            self.length(item.get("accessibility_label"), 75, f"{path}/accessibility_label")
            if item.get("style") not in (None, "primary", "danger"):
                self.fail("must be one of primary, danger", f"{path}/style")
        elif "options" in ELEMENTS[kind] and "option_groups" not in item:
            self.options(item, MOST_OPTIONS.get(kind, 100), path)
        if item.get("placeholder") is not None:
            self.text(item["placeholder"], 150, f"{path}/placeholder", plain=True)

    def options(self, item: Json, most: int, path: str) -> None:
        options = item.get("options") or []
        if not options:
            self.fail("must have at least one option", f"{path}/options")
        self.count(options, most, f"{path}/options")
        for index, each in enumerate(options):
            self.text(each.get("text"), 75, f"{path}/options/{index}/text")
            self.length(each.get("value", ""), 150, f"{path}/options/{index}/value")
        chosen = [each for each in [item.get("initial_option")] if each is not None]
        for each in chosen + (item.get("initial_options") or []):
            if each not in options:
                self.fail("must be one of the options", f"{path}/initial_option")
