"""Whether what the database holds agrees with itself, with what was acknowledged, and with what the
service says that it counted (`promises.md` 4.4, 1, 2, 6, 7, 8)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from tests.service_kit import (
    POLAR_SECRET,
    POLAR_TOKEN,
    SIGNING_SECRET,
    SLACK_TOKEN,
    TELEGRAM_TOKEN,
)
from tests.simulation.journal import CODE, Watched
from tests.simulation.machine import HOOK_SECRET, KEY
from tests.simulation.people import PAIRS, Said

if TYPE_CHECKING:
    from tests.simulation.run import Simulation

SECRETS = (
    *(TELEGRAM_TOKEN, SLACK_TOKEN, SIGNING_SECRET, POLAR_TOKEN, POLAR_SECRET, HOOK_SECRET, KEY),
)
NONE = {
    "a count of open tasks is wrong": (
        "SELECT a.id, a.open_tasks, count(t.id) FROM account a"
        " LEFT JOIN task t ON t.owner_id = a.id AND t.deleted_at IS NULL"
        " AND t.status IN ('pending', 'in progress')"
        " GROUP BY a.id HAVING a.open_tasks <> count(t.id)"
    ),
    "a number is given twice": (
        "SELECT a.id, a.next_number, max(c.number) FROM account a"
        " JOIN concern c ON c.account_id = a.id GROUP BY a.id HAVING max(c.number) >= a.next_number"
    ),
    "open, and not open": (
        "SELECT t.public_id, t.status, c.open FROM concern c JOIN task t ON t.id = c.task_id"
        " WHERE t.deleted_at IS NULL AND c.open <> (t.status IN ('pending', 'in progress'))"
    ),
    "somebody twice": (
        "SELECT platform, scope, user_id, count(*) FROM identity WHERE user_id <> ''"
        " GROUP BY platform, scope, user_id HAVING count(*) > 1"
    ),
    "hanging rows": "PRAGMA foreign_key_check",
    "a broken file": "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
}
"""What must find nothing."""
KEYS = "SELECT key FROM message_key"
ACCOUNTS = "SELECT platform, user_id, account_id FROM identity WHERE user_id <> ''"
NUMBER = re.compile(rb"^(fluxbot_\w+?)(?:\{([^}]*)\})? (\S+)$", re.MULTILINE)


def disagree(simulation: Simulation, taken: Callable[[Said], bool]) -> Iterator[str]:
    """Everything that does not agree, in words. `taken`: whether an input was acknowledged."""
    for what, query in NONE.items():
        yield from (f"{what}: {tuple(row)}" for row in simulation.disk.rows(query))
    yield from _inbox(simulation, taken)
    yield from _links(simulation)
    yield from _subscriptions(simulation)
    yield from _secrets(simulation)
    yield from _counters(simulation, simulation.metrics)


def _inbox(simulation: Simulation, taken: Callable[[Said], bool]) -> Iterator[str]:
    """Every acknowledged input has exactly one row, and every row of Telegram's an input."""
    keys = [row.key for row in simulation.disk.rows(KEYS)]
    found = Counter(key.rpartition(":")[2] for key in keys)
    for each in simulation.people.said:
        if taken(each) and found[each.shown.id] != 1:
            yield f"{found[each.shown.id]} rows of {each.person} {each.kind} {each.shown.id}"
    sent = simulation.sandbox.telegram._history
    for key in keys:
        if key.startswith("telegram:") and key.rpartition(":")[2] not in sent:
            yield f"a message that nobody sent: {key}"


def _links(simulation: Simulation) -> Iterator[str]:
    """Two chats are of one account where their people connected them, and only there."""
    of = {row.user_id: row.account_id for row in simulation.disk.rows(ACCOUNTS)}
    people = simulation.sandbox.world.people
    for here, there in PAIRS.items():
        link = simulation.people.links[here]
        one, other = (of.get(people[each].user_id) for each in (here, there))
        if link.done and not link.leaving and one != other:
            yield f"links: {here} and {there} were connected, and are not"
        if not link.wanted and one is not None and one == other:
            yield f"links: {here} and {there} are connected, and nobody asked"
        if link.left and one is not None and one == other:
            yield f"links: {here} and {there} were disconnected, and are not"


def _subscriptions(simulation: Simulation) -> Iterator[str]:
    """Whoever has a plan, bought it."""
    known = simulation.sandbox.polar.book.subscriptions
    for row in simulation.disk.rows("SELECT polar_id, status FROM subscription"):
        if row.polar_id not in known:
            yield f"a subscription that nobody bought: {tuple(row)}"


def _secrets(simulation: Simulation) -> Iterator[str]:
    """No secret is kept, logged, shown or sent; no code is kept once it was told."""
    content = simulation.disk.content()
    world = simulation.sandbox.world
    assert isinstance(world, Watched)
    shown = "\n".join(seen.text for seen in world.journal)
    logged = "\n".join(simulation.machine.errors.found)
    sent = b"\n".join(call.body for call in simulation.network.calls)
    for secret in SECRETS:
        if secret.encode() in content:
            yield f"a secret is kept: {secret[:6]}"
        if secret in shown:
            yield f"a secret is shown: {secret[:6]}"
        if secret in logged:
            yield f"a secret is logged: {secret[:6]}"
        if secret != HOOK_SECRET and secret.encode() in sent:  # Telegram says that one to us
            yield f"a secret is sent: {secret[:6]}"
    for code in sorted({*CODE.findall(shown)}):
        plain = code.replace("-", "").encode()
        if code.encode() in content or plain in content:
            yield f"a code is kept: {code}"


def _counters(simulation: Simulation, text: bytes) -> Iterator[str]:
    """What the service that lives in the end counted, is what happened while it lived."""
    said = _numbers(text)
    for name in ("dead_letters", "undelivered", "jobs_waiting", "failed_messages"):
        if said[f"fluxbot_{name}"]:
            yield f"counters: {name} is {said[f'fluxbot_{name}']:g}, and there are none"
    if simulation.unsure:
        return
    rows = len(simulation.disk.rows(KEYS)) - simulation.machine.keys
    if said["fluxbot_inbound_total"] != rows:
        yield f"counters: {said['fluxbot_inbound_total']:g} inputs, {rows} rows"


def _numbers(text: bytes) -> Mapping[str, float]:
    """The sum of each number over its labels."""
    found = Counter[str]()
    for name, _labels, value in NUMBER.findall(text):
        found[name.decode()] += float(value)  # type: ignore[assignment]  # a sum of floats
    return found
