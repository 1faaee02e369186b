"""Home tabs: what the app published for each person, and what they do there."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from adapters.sandbox.model import Json, Person, Shown
from adapters.sandbox.slack_api import CALLER, SlackError
from adapters.sandbox.slack_blocks import BlocksError, checked_blocks
from adapters.sandbox.slack_draw import drawn
from adapters.sandbox.slack_mrkdwn import Namer
from adapters.sandbox.slack_objects import APP, BOT_ID, event_callback

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

LARGEST = 250_000
"""Bytes of a view (https://docs.slack.dev/reference/methods/views.publish)."""


class Homes:
    """The tabs of everybody."""

    def __init__(self, side: SlackSide) -> None:
        self._side = side
        self.views: dict[str, Json] = {}
        """By the view's id."""
        self.published: Counter[str] = Counter()
        """How often each person's was, by world id."""
        self.enabled = True
        """Whether the app's manifest has the tab."""

    def publish(self, person: Person, view: Any, expected: str = "") -> Json:
        """Put a view in the place of what the tab shows. Raises SlackError."""
        if not self.enabled:
            raise SlackError("not_enabled")
        stored = self._stored(person, view)
        before = self.views.get(stored["id"])
        if expected and before and expected != before["hash"]:
            raise SlackError("hash_conflict")
        self.views[stored["id"]] = stored
        self.published[person.id] += 1
        world = self._side.world
        world.homes[person.id] = shown = drawn_home(stored, person.id, self._side.name_of)
        world.emit("home", person=person.id, home=shown)
        return stored

    def open(self, person: Person, tab: str = "home") -> Shown:
        """Turn to the tab; the app is told."""
        chat = self._side.world.private_chat(person.id)
        event: Json = {
            "type": "app_home_opened",
            "user": person.user_id,
            "channel": chat.platform_id,
            "tab": tab,
            "event_ts": f"{time.time():.6f}",
        }
        if (view := self.views.get(_name(person))) is not None:
            event["view"] = view
        payload = event_callback(event, f"Ev{secrets.token_hex(5).upper()}", chat)
        return Shown(self._side.deliver_event(payload))

    def _stored(self, person: Person, view: Any) -> Json:
        if not isinstance(view, dict) or view.get("type") != "home":
            raise SlackError("invalid_arguments")
        if len(json.dumps(view)) > LARGEST:
            raise SlackError("view_too_large")
        try:
            blocks = checked_blocks(view.get("blocks"), view=True)
        except BlocksError as error:
            messages = [f"[ERROR] {each}" for each in error.messages]
            raise SlackError(
                "invalid_arguments", response_metadata={"messages": messages}
            ) from None
        return {
            "id": _name(person),
            "team_id": person.team,
            "type": "home",
            "blocks": blocks,
            "private_metadata": view.get("private_metadata") or "",
            "callback_id": view.get("callback_id") or "",
            "state": {"values": {}},
            "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
            "root_view_id": _name(person),
            "previous_view_id": None,
            "app_id": APP,
            "external_id": view.get("external_id") or "",
            "app_installed_team_id": person.team,
            "bot_id": BOT_ID,
        }


def _name(person: Person) -> str:
    return f"VHOME{person.user_id}"


async def views_publish(side: SlackSide, args: Json) -> Json:
    person = side.world.person_of("slack", str(args.get("user_id") or ""))
    chat = side.world.private_chat(person.id) if person else None
    if person is None or chat is None or args[CALLER] not in (chat.team, chat.enterprise):
        raise SlackError("user_not_found")
    return {"view": side.homes.publish(person, args.get("view"), str(args.get("hash") or ""))}


def drawn_home(view: Json, person: str, name_of: Namer) -> Json:
    """The neutral blocks; `{"kind": "check"}` for a row with a box and a menu."""
    blocks = [each for block in view["blocks"] for each in _drawn(block, name_of)]
    return {"id": view["id"], "person": person, "blocks": blocks}


def _drawn(block: Json, name_of: Namer) -> list[Json]:
    elements = block.get("elements") or []
    boxes = [each for each in elements if each.get("type") == "checkboxes"]
    if block["type"] == "header":
        return [{"kind": "heading", "text": block["text"]["text"]}]
    if not boxes:
        return drawn("", [block], name_of)
    menus = [each for each in elements if each.get("type") == "overflow"]
    return [_row(block, box, option, menus) for box in boxes for option in box["options"]]


def _row(block: Json, box: Json, option: Json, menus: list[Json]) -> Json:
    press = {"block_id": block["block_id"], "action_id": box["action_id"], "type": box["type"]}
    return {
        "kind": "check",
        "label": option["text"]["text"],
        "detail": (option.get("description") or {}).get("text", ""),
        "checked": option in (box.get("initial_options") or []),
        "press": press | {"value": option["value"]},
        "menu": [each for menu in menus for each in _choices(block, menu)],
    }


def _choices(block: Json, menu: Json) -> list[Json]:
    press = {"block_id": block["block_id"], "action_id": menu["action_id"], "type": menu["type"]}
    return [
        {"label": each["text"]["text"], "press": press | {"value": each["value"]}}
        for each in menu["options"]
    ]
