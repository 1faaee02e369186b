"""The pane that opens from a Work Object: the app is asked what this person may see of it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.sandbox.model import Json, Message, Person, Shown
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.slack_delivery import complaint
from adapters.sandbox.slack_entities import (
    EntityError,
    checked_action,
    checked_entity,
    drawn_entity,
)
from adapters.sandbox.slack_objects import LOCALES, channel_name, event_callback, interaction

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

STATUSES = frozenset(
    ("restricted", "internal_error", "not_found", "custom", "custom_partial_view", "timeout")
)
TRIGGERS_KEPT = 1000


@dataclass
class Opened:
    """What somebody looks at."""

    person: Person
    message: Message
    entity: Json
    """As it is below the link."""
    shown: Json
    """As the page draws it."""
    actions: tuple[Json, ...] = ()


class Panes:
    """Those of everybody: one each."""

    def __init__(self, side: SlackSide) -> None:
        self._side = side
        self.objects = "on"
        """Whether the app has Work Objects: `on`, `off` (metadata is refused) or `unheard` (it is
        taken, warned of, and shows nothing)."""
        self.open: dict[str, Opened] = {}
        self._about: dict[str, str] = {}
        """Which entity a trigger is about."""

    def ask(self, person: Person, message: Message, url: str = "") -> Shown:
        """Open the details of what is below a link, or ask for them anew; the app is told."""
        entity = _below(message, url)
        chat = self._side.world.chats[message.chat]
        loading = {"state": "loading", **_named(entity)}
        self._show(Opened(person, message, entity, loading))
        event: Json = {
            "type": "entity_details_requested",
            "user": person.user_id,
            "external_ref": entity["external_ref"],
            "entity_url": entity["url"],
            "link": {"url": entity["url"], "domain": entity["url"].split("/")[2]},
            "app_unfurl_url": entity["app_unfurl_url"],
            "event_ts": f"{time.time():.6f}",
            "trigger_id": self._trigger(person, entity),
            "user_locale": LOCALES.get(person.language, person.language),
            "channel": chat.platform_id,
            "message_ts": message.id,
        }
        if message.reply_to:
            event["thread_ts"] = message.reply_to
        payload = event_callback(event, f"Ev{secrets.token_hex(5).upper()}", chat)
        return Shown(self._side.deliver_event(payload))

    async def press(self, person: Person, action_id: str) -> Shown:
        """Press a button of the pane. Raises LookupError."""
        opened = self.open[person.id]
        action = next((a for a in opened.actions if a["action_id"] == action_id), None)
        if action is None:
            raise LookupError(f"no button {action_id!r} in the pane of {person.id}")
        chat = self._side.world.chats[opened.message.chat]
        shown = {key: action[key] for key in ("action_id", "value", "style") if key in action}
        button = {"type": "button", "block_id": "b", "action_ts": f"{time.time():.6f}", **shown}
        button["text"] = {"type": "plain_text", "text": action["text"], "emoji": True}
        payload = interaction(person, "block_actions", chat) | {
            "trigger_id": self._trigger(person, opened.entity),
            "container": {
                "type": "entity_detail",
                "entity_url": opened.entity["url"],
                "external_ref": opened.entity["external_ref"],
                "app_unfurl_url": opened.entity["app_unfurl_url"],
                "message_ts": opened.message.id,
                "channel_id": chat.platform_id,
            },
            "channel": {"id": chat.platform_id, "name": channel_name(chat)},
            "actions": [button],
        }
        ack = await self._side.delivery.request("interactive", payload)
        return Shown(payload["trigger_id"], error=complaint(ack))

    def close(self, person: Person) -> Shown:
        if self.open.pop(person.id, None):
            self._side.world.panes.pop(person.id, None)
            self._side.world.emit("pane_closed", person=person.id)
        return Shown()

    def present(self, args: Json) -> None:
        """What `entity.presentDetails` does. Raises SlackError."""
        name = str(args.get("trigger_id"))
        person = self._side.views.use(name)  # first, as Slack does
        shown, actions, about = _presented(args)
        opened, expected = self.open.get(person.id), self._about.get(name)
        if expected is None or about not in ("", expected):
            raise SlackError("entity_metadata_does_not_match_trigger")
        if opened is not None and opened.entity["external_ref"]["id"] == expected:
            named = _named(opened.entity)
            self._show(
                Opened(person, opened.message, opened.entity, {**named, **shown}, (*actions,))
            )

    def _show(self, opened: Opened) -> None:
        who = opened.person.id
        self.open[who] = opened
        drawn = {"person": who, "message": opened.message.id, "chat": opened.message.chat}
        self._side.world.panes[who] = drawn = {**drawn, **opened.shown}
        self._side.world.emit("pane", person=who, pane=drawn)

    def _trigger(self, person: Person, entity: Json) -> str:
        name = self._side.views.trigger(person)
        self._about[name] = entity["external_ref"]["id"]
        if len(self._about) > TRIGGERS_KEPT:
            del self._about[next(iter(self._about))]
        return name


async def present_details(side: SlackSide, args: Json) -> Json:
    side.panes.present(args)
    return {}


def _below(message: Message, url: str) -> Json:
    """Raises LookupError."""
    found = [each["entity"] for each in message.sent.get("attachments", []) if "entity" in each]
    fits = [each for each in found if url in ("", each["app_unfurl_url"])]
    if not fits:
        raise LookupError(f"nothing to open in {message.id}")
    return dict(fits[0])


def _named(entity: Json) -> Json:
    return {"url": entity["app_unfurl_url"], "below": drawn_entity(entity)}


def _presented(args: Json) -> tuple[Json, list[Json], str]:
    """What is drawn, its buttons, and the entity that it says it is. Raises SlackError."""
    if args.get("user_auth_required"):
        if not args.get("user_auth_url"):
            raise SlackError("user_auth_url_missing")
        return {"state": "connect", "connect": str(args["user_auth_url"])}, [], ""
    try:
        if args.get("error") is not None:
            return _error(args["error"])
        entity = checked_entity(args.get("metadata"), "/metadata", posted=False)
    except EntityError as error:
        messages = [f"[ERROR] {error}"]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages}) from None
    listed = entity["entity_payload"].get("actions", {})
    actions = [*listed.get("primary_actions", []), *listed.get("overflow_actions", [])]
    shown = {"state": "shown", "entity": drawn_entity(entity), "actions": _drawn(listed)}
    return shown, actions, str(entity["external_ref"]["id"])


def _error(error: Any) -> tuple[Json, list[Json], str]:
    if not isinstance(error, dict) or error.get("status") not in STATUSES:
        raise EntityError("must be a known status [json-pointer:/error/status]")
    actions = error.get("actions") or []
    for number, each in enumerate(actions):
        checked_action(each, f"/error/actions/{number}")
    own = str(error["status"]).startswith("custom")
    title = str(error.get("custom_title") or "") if own else str(error["status"])
    text = str(error.get("custom_message") or "") if own else ""
    return {"state": "error", "title": title, "text": text}, [*actions], ""


def _drawn(listed: Json) -> list[Json]:
    return [
        {"label": each["text"], "action_id": each["action_id"], "style": each.get("style", ""),
         "more": name == "overflow_actions"}
        for name in ("primary_actions", "overflow_actions")
        for each in listed.get(name, [])
    ]  # fmt: skip
