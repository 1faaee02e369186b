"""Work Objects' rules, checked as strictly as Slack documents them; and their drawing.

Source: https://docs.slack.dev/messaging/work-objects-implementation, and slack_sdk's models, whose
names are the only ones taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from adapters.sandbox.model import Json

PRIMARY, OVERFLOW = 2, 5
TEXT = 3000
"""Characters of a value: what an editable one may have."""
COLOURS = frozenset(("red", "yellow", "green", "gray", "blue"))
STRING, USER, DAY, MOMENT = (
    "string", "slack#/types/user", "slack#/types/date", "slack#/types/timestamp",
)  # fmt: skip
LABELS = {
    "status": "Status", "assignee": "Assignee", "due_date": "Due date", "priority": "Priority",
    "created_by": "Created by", "date_created": "Created", "date_updated": "Updated",
    "description": "Description",
}  # fmt: skip
"""Slack's own, of a task's fields."""
_TYPES = {
    "assignee": {USER, STRING}, "created_by": {USER, STRING}, "due_date": {DAY, MOMENT},
    "date_created": {MOMENT}, "date_updated": {MOMENT},
}  # fmt: skip
_NAMED = frozenset(("assignee", "created_by", "due_date"))
"""Fields that say their type."""
NONE: frozenset[str] = frozenset()
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIELD = {"type", "label", "value", "link", "icon", "long", "format", "tag_color", "user", "edit"}
_ACTION = {"text", "action_id", "value", "style", "url", "accessibility_label", "processing_state"}


class EntityError(Exception):
    """Slack's own kind of sentence, with a JSON pointer."""


def checked_entity(entity: Any, at: str, *, posted: bool) -> Json:
    """A task's metadata. `posted`: with the link that it stands below. Raises EntityError."""
    names = {"entity_type", "url", "external_ref", "entity_payload"}
    names |= {"app_unfurl_url"} if posted else set()
    found = _object(entity, at, must=names)
    _is(found["entity_type"] == "slack#/entities/task", "must be enabled", f"{at}/entity_type")
    for name in names & {"url", "app_unfurl_url"}:
        _link(found[name], f"{at}/{name}")
    ref = _object(found["external_ref"], f"{at}/external_ref", must={"id"}, may={"type"})
    _text(ref["id"], 255, f"{at}/external_ref/id")
    _payload(found["entity_payload"], f"{at}/entity_payload")
    return found


def _payload(payload: Any, at: str) -> None:
    may = {"fields", "custom_fields", "display_order", "actions"}
    found = _object(payload, at, must={"attributes"}, may=may)
    may = {"display_type", "display_id", "product_name", "metadata_last_modified", "locale"}
    attributes = _object(found["attributes"], f"{at}/attributes", must={"title"}, may=may)
    title = _object(attributes["title"], f"{at}/attributes/title", must={"text"}, may={"edit"})
    _text(title["text"], TEXT, f"{at}/attributes/title/text")
    _whole(attributes.get("metadata_last_modified", 1), f"{at}/attributes/metadata_last_modified")
    fields = _object(found.get("fields", {}), f"{at}/fields", may=set(LABELS))
    for name, field in fields.items():
        _field(field, f"{at}/fields/{name}", _TYPES.get(name, {STRING}), named=name in _NAMED)
    own = [_own(each, f"{at}/custom_fields/{n}") for n, each in enumerate(_list(found, at))]
    keys = [*fields, *own]
    _is(len(keys) == len(set(keys)), "keys must be unique", f"{at}/custom_fields")
    _is(set(found.get("display_order", keys)) <= set(keys), "unknown key", f"{at}/display_order")
    _actions(found.get("actions", {}), f"{at}/actions")


def _list(payload: Json, at: str) -> list[Any]:
    found = payload.get("custom_fields", [])
    _is(isinstance(found, list), "must be an array", f"{at}/custom_fields")
    return list(found)


def _field(field: Any, at: str, kinds: Set[str], *, named: bool) -> None:
    found = _object(field, at, must={"type"} if named else set(), may=_FIELD)
    kind = found.get("type", MOMENT if kinds == {MOMENT} else STRING)
    _is(kind in kinds, f"must be one of {sorted(kinds)}", f"{at}/type")
    if kind == USER:
        user = _object(found.get("user"), f"{at}/user", may={"user_id", "text", "url", "email"})
        _is(("text" in user) != ("user_id" in user), "needs text or user_id", f"{at}/user")
        _text(user.get("text", user.get("user_id")), TEXT, f"{at}/user/text")
    else:
        _is("value" in found, "missing required field: value", at)
        VALUES[kind](found["value"], f"{at}/value")
    if "tag_color" in found:
        fits = kind == STRING and found["tag_color"] in COLOURS and "icon" not in found
        _is(fits, "must be a colour of a string without icon", f"{at}/tag_color")
    if "format" in found:
        fits = found["format"] == "markdown" and not {"icon", "link"} & set(found)
        _is(kind == STRING and fits, "must be markdown without link", f"{at}/format")


def _own(field: Any, at: str) -> str:
    found = _object(field, at, must={"key", "label", "type"}, may=_FIELD)
    for name in ("key", "label"):
        _text(found[name], TEXT, f"{at}/{name}")
    _field({k: v for k, v in found.items() if k not in ("key", "label")}, at,
           {STRING, USER, DAY, MOMENT}, named=True)  # fmt: skip
    return str(found["key"])


def _actions(actions: Any, at: str) -> None:
    most = {"primary_actions": PRIMARY, "overflow_actions": OVERFLOW}
    found = _object(actions, at, may=set(most))
    for name, listed in found.items():
        _is(isinstance(listed, list) and 0 < len(listed) <= most[name], "too many", f"{at}/{name}")
        for number, each in enumerate(listed):
            checked_action(each, f"{at}/{name}/{number}")


def checked_action(action: Any, at: str) -> None:
    """A button. Raises EntityError."""
    found = _object(action, at, must={"text", "action_id"}, may=_ACTION)
    limits = {"text": 75, "action_id": 255, "value": 2000, "url": 3000, "accessibility_label": 75}
    for name, most in limits.items():
        _text(found.get(name, "-"), most, f"{at}/{name}")
    _is(found.get("style", "primary") in ("primary", "danger"), "unknown style", f"{at}/style")


def _object(found: Any, at: str, *, must: Set[str] = NONE, may: Set[str] = NONE) -> Json:
    _is(isinstance(found, dict), "must be an object", at)
    for name in sorted(must - set(found)):
        raise EntityError(f"missing required field: {name} [json-pointer:{at}]")
    _is(set(found) <= must | may, f"unknown field among {sorted(found)}", at)
    return dict(found)


def _text(value: Any, most: int, at: str) -> None:
    _is(isinstance(value, str) and 0 < len(value) <= most, f"must be 1 to {most} characters", at)


def _whole(value: Any, at: str) -> None:
    _is(type(value) is int and value > 0, "must be an integer", at)


def _day(value: Any, at: str) -> None:
    _is(isinstance(value, str) and _DAY.fullmatch(value) is not None, "must be YYYY-MM-DD", at)


def _link(value: Any, at: str) -> None:
    _is(isinstance(value, str) and urlsplit(value).scheme in ("http", "https"), "no URL", at)


def _is(right: bool, otherwise: str, at: str) -> None:
    if not right:
        raise EntityError(f"{otherwise} [json-pointer:{at}]")


VALUES: dict[str, Callable[[Any, str], None]] = {
    STRING: lambda value, at: _text(value, TEXT, at), DAY: _day, MOMENT: _whole,
}  # fmt: skip


def drawn_entity(entity: Json) -> Json:
    """A neutral block; `url` is the link that it stands below, or empty in the pane."""
    payload = entity["entity_payload"]
    fields, own = payload.get("fields", {}), payload.get("custom_fields", [])
    known = {name: {"label": LABELS[name], **field} for name, field in fields.items()}
    known |= {each["key"]: each for each in own}
    tag = known.pop("status", {})
    text = known.pop("description", {}).get("value", "")
    order = [each for each in payload.get("display_order") or known if each in known]
    lines = [{"label": known[each]["label"], "value": _said(known[each])} for each in order]
    title, state = payload["attributes"]["title"]["text"], tag.get("value", "")
    words = [state, *(f"{each['label']}: {each['value']}" for each in lines), text]
    return {
        "kind": "entity",
        "url": entity.get("app_unfurl_url", ""),
        "title": title,
        "tag": {"text": state, "colour": tag.get("tag_color", "")},
        "fields": lines,
        "text": text,
        "runs": [{"text": "\n".join(filter(None, (title, *words)))}],
    }


def _said(field: Json) -> str:
    if field.get("type") == USER:
        return str(field["user"].get("text") or field["user"]["user_id"])
    if type(field["value"]) is int:
        return f"{datetime.fromtimestamp(field['value'], UTC):%Y-%m-%d %H:%M} UTC"
    return str(field["value"])
