"""What people do with a Slack form: send it or close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.sandbox.model import Json, Person, Shown
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.slack_delivery import complaint
from adapters.sandbox.slack_objects import interaction
from adapters.sandbox.slack_views import missing, state

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide


async def submit(
    side: SlackSide, person: Person, view_id: str, values: dict[str, str], again: str
) -> Shown:
    """Send a form. `values`: block id -> what was typed; the rest keeps its initial value."""
    payload = side.requests.get(again)
    if payload is None:
        view = side.views.open[view_id].view
        values = {name: _user_id(side, value) for name, value in values.items()}
        errors = missing(view, values)
        if errors:
            side.views.draw(view_id, errors)
            return Shown(errors=errors, view=view_id)
        trigger = side.views.trigger(person)
        payload = interaction(person, "view_submission") | {"trigger_id": trigger}
        payload |= {"view": view | {"state": state(view, values)}, "response_urls": []}
        side.requests[trigger] = payload
    ack = await side.delivery.request("interactive", payload)
    if not ack.ok:
        trouble = "We had some trouble connecting. Try again?"
        return Shown(payload["trigger_id"], error=f"{trouble} ({complaint(ack)})", view=view_id)
    return _submitted(side, payload["trigger_id"], view_id, ack.body)


def _submitted(side: SlackSide, name: str, view_id: str, body: Json) -> Shown:
    """Do what the app's `response_action` says; without one the view closes."""
    if view_id not in side.views.open:
        return Shown(name)
    match body.get("response_action"):
        case "errors":
            errors = dict(body["errors"])
            fields = {each["block_id"] for each in side.views.open[view_id].view["blocks"]}
            if not errors or not fields.issuperset(errors):
                return Shown(name, error="We had some trouble connecting.", view=view_id)
            side.views.draw(view_id, errors)
            return Shown(name, errors=errors, view=view_id)
        case "update":
            try:
                side.views.replace(view_id, body.get("view"))
            except SlackError as error:
                return Shown(name, error=f"We had some trouble connecting. ({error})", view=view_id)
            return Shown(name, view=view_id)
    side.views.close(view_id)
    return Shown(name)


async def close(side: SlackSide, person: Person, view_id: str) -> Shown:
    """Close a form without sending it."""
    view = side.views.open[view_id].view
    side.views.close(view_id)
    if not view["notify_on_close"]:
        return Shown()
    payload = interaction(person, "view_closed") | {"view": view, "is_cleared": False}
    return Shown(error=complaint(await side.delivery.request("interactive", payload)))


def _user_id(side: SlackSide, value: str) -> str:
    person = side.world.people.get(value)
    return person.user_id if person else value
