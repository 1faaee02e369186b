"""Judges what came of Polar's webhooks: each that was acknowledged is kept, once, and what people
have is what Polar says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.faults.city import City
from tests.faults.inputs import Input

HOOKS = "SELECT id FROM hook"
ENDING = "SELECT polar_id, cancel_at_period_end FROM subscription"
NEWS = (
    "SELECT s.polar_id, count(*) FROM notice n JOIN subscription s ON s.account_id = n.account_id"
    " WHERE n.kind IN ('PlanEnding', 'PlanResumed') GROUP BY s.polar_id"
)


def paid(city: City) -> int:
    """How many of Polar's webhooks were acknowledged."""
    return sum(each.succeeded is True for each in city.sandbox.polar.events)


def lost(city: City) -> Iterator[str]:
    """What was acknowledged and not kept, and what somebody has that Polar does not say."""
    kept = {str(row[0]) for row in city.service.rows(HOOKS)}
    for each in city.sandbox.polar.events:
        if each.succeeded and each.id not in kept:
            yield f"webhook {each.kind} {each.id}"
    ends = {str(id): bool(ending) for id, ending in city.service.rows(ENDING)}
    for person, id in city.subscriptions.items():
        said = city.sandbox.polar.book.subscription(id)["cancel_at_period_end"]
        if ends.get(id) is not bool(said):
            yield f"{person}: at Polar the plan ends: {said}, here: {ends.get(id)}"


def doubled(city: City, inputs: Sequence[Input]) -> Iterator[str]:
    """What nobody sent, and news of more changes than there were."""
    sent = {each.id for each in city.sandbox.polar.events}
    for [id] in city.service.rows(HOOKS):
        if id not in sent:
            yield f"a webhook that nobody sent: {id}"
    changes = Counter(each.person for each in inputs if each.kind == "pay")
    told = {str(id): int(str(many)) for id, many in city.service.rows(NEWS)}
    for person, id in city.subscriptions.items():
        if person in changes and told.get(id, 0) > changes[person]:
            yield f"{person} changed {changes[person]} times, and heard of {told[id]}"
