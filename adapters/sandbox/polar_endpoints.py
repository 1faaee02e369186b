"""The operations of the API on webhooks: endpoints, and what was delivered to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.sandbox.model import Json
from adapters.sandbox.polar_api import Call, Operation
from adapters.sandbox.polar_errors import invalid, not_found
from adapters.sandbox.polar_events import Attempt, Event
from adapters.sandbox.polar_listing import flag, matching, page
from adapters.sandbox.polar_papers import new_secret
from adapters.sandbox.polar_shape import now
from adapters.sandbox.polar_signing import API_VERSION

if TYPE_CHECKING:
    from adapters.sandbox.polar import PolarSide

MAY_CHANGE = ("url", "name", "api_version", "format", "events", "enabled")


def list_endpoints(side: PolarSide, call: Call) -> Any:
    return page(list(side.delivery.endpoints.values()), call.query, dict)


def create_endpoint(side: PolarSide, call: Call) -> Any:
    if not call.body.get("url") or not call.body.get("events"):
        raise invalid(("url",), "Field required", call.body.get("url"))
    made = side.delivery.listen(call.body["url"], kinds=tuple(call.body["events"]))
    return _changed(made, call.body)


def _endpoint(side: PolarSide, call: Call) -> Json:
    found = side.delivery.endpoints.get(call.params["id"])
    if found is None:
        raise not_found()
    return found


def _changed(made: Json, given: Json) -> Json:
    made |= {name: given[name] for name in MAY_CHANGE if given.get(name) is not None}
    return made


def get_endpoint(side: PolarSide, call: Call) -> Any:
    return _endpoint(side, call)


def update_endpoint(side: PolarSide, call: Call) -> Any:
    return _changed(_endpoint(side, call), call.body | {"modified_at": now()})


def delete_endpoint(side: PolarSide, call: Call) -> Any:
    del side.delivery.endpoints[_endpoint(side, call)["id"]]


def reset_secret(side: PolarSide, call: Call) -> Any:
    """A secret of today, so it signs today's way."""
    fresh = {"secret": new_secret(), "uses_standard_webhook_signature": True}
    made = _endpoint(side, call)
    made |= fresh
    return made


def list_deliveries(side: PolarSide, call: Call) -> Any:
    """One row for each attempt."""
    events = [each for each in side.delivery.events.values() if each.endpoint]
    rows = [_row(event, each) for event in events for each in event.attempts]
    if (wanted := flag(call.query, "succeeded")) is not None:
        rows = [each for each in rows if each["succeeded"] is wanted]
    if kinds := call.query.getall("event_type", []):
        rows = [each for each in rows if each["webhook_event"]["type"] in kinds]
    return page(matching(rows, call.query, endpoint_id="endpoint"), call.query, dict)


def _row(event: Event, attempt: Attempt) -> Json:
    return {
        "id": attempt.id,
        "created_at": attempt.at,
        "modified_at": None,
        "succeeded": attempt.succeeded,
        "http_code": attempt.code,
        "response": attempt.response or None,
        "endpoint": event.endpoint,
        "webhook_event": {
            "id": event.id,
            "created_at": event.created_at,
            "modified_at": None,
            "last_http_code": event.attempts[-1].code,
            "succeeded": event.succeeded,
            "skipped": event.skipped,
            "api_version": API_VERSION,
            "payload": event.body.decode(),
            "type": event.kind,
            "is_archived": False,
        },
    }


def redeliver(side: PolarSide, call: Call) -> Any:
    side.delivery.redeliver(call.params["id"])


ENDPOINTS: list[tuple[str, str, int, Operation]] = [
    ("GET", "/v1/webhooks/endpoints", 200, list_endpoints),
    ("POST", "/v1/webhooks/endpoints", 201, create_endpoint),
    ("GET", "/v1/webhooks/endpoints/{id}", 200, get_endpoint),
    ("PATCH", "/v1/webhooks/endpoints/{id}", 200, update_endpoint),
    ("DELETE", "/v1/webhooks/endpoints/{id}", 204, delete_endpoint),
    ("PATCH", "/v1/webhooks/endpoints/{id}/secret", 200, reset_secret),
    ("GET", "/v1/webhooks/deliveries", 200, list_deliveries),
    ("POST", "/v1/webhooks/events/{id}/redeliver", 202, redeliver),
]
"""Method, path, the status of success, and what it does."""
