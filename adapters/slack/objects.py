"""Draws a task as a Work Object: Slack's own preview of a thing elsewhere, and the pane that opens
from it. Pure.

Source: https://docs.slack.dev/messaging/work-objects-implementation, and slack_sdk 3.48's models.
What Slack documents no limit for is cut to what its blocks take. No text is sent as markdown, so
none of a user's can format or link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from adapters.slack import limits
from adapters.slack.buttons import PRESS
from adapters.slack.markup import clean, cut, size
from core.chat import Button, Entity, Fact, Moment, Style, Tone

TASK = "slack#/entities/task"
TITLE = 300
PRIMARY, OVERFLOW = 2, 5
"""Buttons in the footer, and in the menu beside them."""
FIELDS = 10
"""Of our own, beside those that Slack has for tasks."""
NOTHING = "-"
"""For a text of which nothing is left."""
_COLOURS = {
    Tone.WAITING: "blue",
    Tone.ACTIVE: "yellow",
    Tone.LATE: "red",
    Tone.DONE: "green",
    Tone.OFF: "gray",
}
_ORDER = ("status", "assignee", "due_date", "priority", "created_by")
"""Before our own; what may be long comes last."""

Json = dict[str, Any]


def below_link(entity: Entity, posted: str) -> Json:
    """`metadata` for chat.unfurl: everybody in the channel sees it. `posted`: the link, to the
    letter."""
    return {"entities": [{**_identified(entity), "app_unfurl_url": posted}]}


def in_pane(entity: Entity, buttons: tuple[Button, ...], said: Fact | None = None) -> Json:
    """`metadata` for entity.presentDetails: one person sees it. `said`: what else came of what they
    pressed."""
    more = (said, *entity.more) if said and said.value else entity.more
    drawn = _identified(replace(entity, more=more))
    if actions := _actions(entity, buttons):
        drawn["entity_payload"]["actions"] = actions
    return drawn


def _identified(entity: Entity) -> Json:
    """What Slack knows the task by must be the same below the link and in the pane."""
    return {
        "entity_type": TASK,
        "url": entity.url,
        "external_ref": {"id": entity.id},
        "entity_payload": _payload(entity),
    }


def _payload(entity: Entity) -> Json:
    attributes: Json = {"title": {"text": _text(entity.title, TITLE) or NOTHING}}
    if entity.changed:  # Slack asks for the task again once this is newer
        attributes["metadata_last_modified"] = entity.changed
    fields, own = _fields(entity), [*_own(entity.more)]
    order = [each for each in _ORDER if each in fields] + [each["key"] for each in own]
    order += ["description"] if "description" in fields else []
    drawn: Json = {"attributes": attributes, "fields": fields, "display_order": order}
    return {**drawn, "custom_fields": own} if own else drawn


def _fields(entity: Entity) -> Json:
    found: Json = {}
    if status := _text(entity.status, limits.OPTION_LABEL):
        found["status"] = {"value": status, "tag_color": _COLOURS[entity.tone]}
    for name in ("assignee", "created_by"):
        if who := _text(getattr(entity, name), limits.OPTION_LABEL):
            found[name] = {"type": "slack#/types/user", "user": {"text": who}}
    if entity.due_at:
        found["due_date"] = {"type": "slack#/types/timestamp", "value": entity.due_at}
    elif entity.due_on:
        found["due_date"] = {"type": "slack#/types/date", "value": entity.due_on}
    if priority := _text(entity.priority, limits.OPTION_LABEL):
        found["priority"] = {"value": priority}
    if description := _text(entity.description, limits.SECTION_TEXT):
        found["description"] = {"value": description}
    return found


def _own(facts: Iterable[Fact | Moment]) -> Iterable[Json]:
    for number, fact in enumerate([*facts][:FIELDS]):
        named = {"key": f"more_{number}", "label": _label(fact.label)}
        if isinstance(fact, Moment):
            kind, value = "slack#/types/timestamp", fact.epoch
            yield {**named, "type": kind, "value": value}
        elif shown := _text(fact.value, limits.OPTION_LABEL * 4):
            yield {**named, "type": "string", "value": shown}


def _label(text: str) -> str:
    """As Slack's own: with a capital."""
    shown = _text(text, limits.OPTION_LABEL)
    return shown[:1].upper() + shown[1:] or NOTHING


def _actions(entity: Entity, buttons: tuple[Button, ...]) -> Json:
    """The first beside the pane, the others in its menu; of too many the last is kept, which leads
    to all the rest."""
    most = PRIMARY + OVERFLOW
    usable = [each for each in buttons if 0 < size(each.line) <= limits.BUTTON_VALUE]
    shown = usable if len(usable) <= most else [*usable[: most - 1], usable[-1]]
    drawn = [_action(each, f"{PRESS}:{place}", entity) for place, each in enumerate(shown)]
    split = {"primary_actions": drawn[:PRIMARY], "overflow_actions": drawn[PRIMARY:]}
    return {name: each for name, each in split.items() if each}


def _action(button: Button, action_id: str, entity: Entity) -> Json:
    label = _text(button.label, limits.BUTTON_LABEL) or NOTHING
    heard = _text(f"{label}: {entity.title}", limits.BUTTON_LABEL)
    drawn = {"text": label, "action_id": action_id, "value": button.line}
    drawn["accessibility_label"] = heard
    return drawn if button.style is Style.PLAIN else {**drawn, "style": button.style.value}


def _text(text: str, limit: int) -> str:
    return cut(clean(text).strip(), limit)
