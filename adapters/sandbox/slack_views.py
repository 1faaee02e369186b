"""Modals: triggers that work once and soon, open views, and the state of their fields."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from adapters.sandbox.model import Json, Person
from adapters.sandbox.recent import Recent
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.slack_blocks import BlocksError, checked_blocks
from adapters.sandbox.slack_draw import drawn_view, initial, options_of
from adapters.sandbox.slack_objects import APP, BOT_ID

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

TRIGGER_LIFE = 3.0
"""Seconds."""
TITLE_LIMIT = 24
"""Characters of a modal's title, submit and close."""
PLAIN = {
    "datepicker": "selected_date", "timepicker": "selected_time", "users_select": "selected_user",
    "conversations_select": "selected_conversation",
}  # fmt: skip


@dataclass
class Trigger:
    person: Person
    born: float = field(default_factory=time.monotonic)
    used: bool = False


@dataclass
class OpenView:
    view: Json
    person: Person


class Views:
    """The open modals of everybody."""

    def __init__(self, side: SlackSide) -> None:
        self._side = side
        self.open: dict[str, OpenView] = {}
        self.trigger_life = TRIGGER_LIFE
        self._triggers: Recent[Trigger] = Recent()
        self._numbers = count(1)

    def trigger(self, person: Person) -> str:
        """A new trigger id for something this person just did."""
        name = f"{next(self._numbers)}.{time.time_ns() // 10**6}.{secrets.token_hex(16)}"
        self._triggers[name] = Trigger(person)
        return name

    def use(self, name: object) -> Person:
        """Whose trigger this is. Raises SlackError when it is spent, old or unknown."""
        trigger = self._triggers.get(str(name))
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.born > self.trigger_life:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.person

    def show(self, person: Person, view: Any) -> Json:
        """Open a modal. Raises SlackError."""
        name = f"V{secrets.token_hex(5).upper()}"
        self.open[name] = OpenView(self._stored(view, name, person.team), person)
        self.draw(name)
        return self.open[name].view

    def replace(self, name: str, view: Any) -> Json:
        """Put another view in an open one's place. Raises SlackError."""
        if name not in self.open:
            raise SlackError("not_found")
        opened = self.open[name]
        opened.view = self._stored(view, name, opened.person.team)
        self.draw(name)
        return opened.view

    def draw(self, name: str, errors: dict[str, str] | None = None) -> None:
        """Show a view, with complaints on its fields."""
        opened = self.open[name]
        drawn = drawn_view(opened.view, opened.person.id, errors or {}, self._side.name_of)
        self._side.world.views[name] = drawn
        self._side.world.emit("view", person=opened.person.id, view=drawn)

    def close(self, name: str) -> None:
        opened = self.open.pop(name)
        self._side.world.views.pop(name, None)
        self._side.world.emit("view_closed", person=opened.person.id, view=name)

    def by_external_id(self, wanted: str) -> str:
        """The id of the view with this `external_id`, or empty."""
        found = (name for name, each in self.open.items() if each.view["external_id"] == wanted)
        return next(found, "") if wanted else ""

    def _stored(self, view: Any, name: str, team: str) -> Json:
        _check(view)
        try:
            blocks = checked_blocks(view.get("blocks"), view=True)
        except BlocksError as error:
            raise _invalid(error.messages) from None
        return {
            "id": name,
            "team_id": team,
            "type": "modal",
            "blocks": blocks,
            "private_metadata": view.get("private_metadata") or "",
            "callback_id": view.get("callback_id") or "",
            "state": {"values": {}},
            "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
            "title": view["title"],
            "clear_on_close": bool(view.get("clear_on_close")),
            "notify_on_close": bool(view.get("notify_on_close")),
            "close": view.get("close"),
            "submit": view.get("submit"),
            "previous_view_id": None,
            "root_view_id": name,
            "app_id": APP,
            "external_id": view.get("external_id") or "",
            "app_installed_team_id": team,
            "bot_id": BOT_ID,
        }


def _invalid(messages: list[str]) -> SlackError:
    return SlackError(
        "invalid_arguments",
        response_metadata={"messages": [f"[ERROR] {each}" for each in messages]},
    )


def _check(view: Any) -> None:
    if not isinstance(view, dict) or view.get("type") != "modal":
        raise _invalid(["unsupported type [json-pointer:/view/type]"])
    for key in ("title", "submit", "close"):
        text = view.get(key)
        if text is None and key != "title":
            continue
        if not isinstance(text, dict) or not 1 <= len(text.get("text") or "") <= TITLE_LIMIT:
            raise _invalid([f"must be less than 25 characters [json-pointer:/view/{key}/text]"])
    if len(view.get("private_metadata") or "") > 3000:
        raise _invalid(["must be less than 3001 characters [json-pointer:/view/private_metadata]"])
    inputs = any(each.get("type") == "input" for each in view.get("blocks") or [])
    if inputs and not view.get("submit"):
        raise _invalid(["missing required field: submit [json-pointer:/view]"])


def missing(view: Json, values: dict[str, str]) -> dict[str, str]:
    """What Slack's client itself refuses to submit: block id -> sentence."""
    errors: dict[str, str] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        value = values.get(block["block_id"], initial(block["element"]))
        most = block["element"].get("max_length")
        if not value and not block.get("optional"):
            errors[block["block_id"]] = "Please complete this required field."
        elif most and len(value) > most:
            errors[block["block_id"]] = f"Please use at most {most} characters."
    return errors


def state(view: Json, values: dict[str, str]) -> Json:
    """`view.state` as Slack sends it, from what was typed: block id -> value."""
    inputs = [each for each in view["blocks"] if each["type"] == "input"]
    return {"values": {
        each["block_id"]: {
            each["element"].get("action_id", ""): element_state(
                each["element"], values.get(each["block_id"], initial(each["element"]))
            )
        }
        for each in inputs
    }}  # fmt: skip


def element_state(element: Json, value: str) -> Json:
    """One element's value in the shape of its type."""
    kind = element["type"]
    result: Json = {"type": kind}
    if kind in PLAIN:
        return result | {PLAIN[kind]: value or None}
    if kind == "datetimepicker":
        return result | {"selected_date_time": int(value) if value else None}
    if kind == "multi_users_select":
        return result | {"selected_users": [each for each in value.split(",") if each]}
    if "options" in element or "option_groups" in element:
        chosen = [each for each in options_of(element) if each["value"] in value.split(",")]
        if kind in ("checkboxes", "multi_static_select"):
            return result | {"selected_options": chosen}
        return result | {"selected_option": chosen[0] if chosen else None}
    return result | {"value": value or None}
