"""One of several processes that race on one database: `racer URL SOCKET`; with `sells` after it,
plans are sold there.

Reads a line of JSON for each round from the socket, and answers with how many of its tries
succeeded:
`{"add": PERSON, "times": N}` adds tasks of one person, all at once;
`{"redeem": [PERSON...], "codes": [CODE...]}` redeems every code as each of these people;
`{"hear": EXTERNAL_ID, "ids": [ID...], "versions": [N...]}` takes a webhook for each pair: its
id, and how many seconds after the beginning somebody's subscription was changed."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from core.addresses import Sender
from core.billing_facts import Hook
from core.errors import Refusal
from core.outcomes import Outcome
from core.sales import Sales
from core.store import Store, Tools, open_store
from core.task import Draft
from core.work import Work
from tests.core.paying import NOW, bought, hook, selling
from tests.core.people import Person, identity_of
from tests.fakes import MemoryEngine, SettableClock


def person(packed: list[Any]) -> Person:
    *rest, sender = packed
    return Person(*rest, Sender(*sender))


def tries(order: dict[str, Any]) -> Iterator[Callable[[Work], Any]]:
    """The functions of a round."""
    if "add" in order:
        who = person(order["add"])
        for n in range(order["times"]):
            yield lambda work, n=n: work.tasks.add(who.actor, Draft(f"task {n}"))
    for id, seconds in zip(order.get("ids", []), order.get("versions", []), strict=True):
        told = version(order["hear"], id, seconds)
        yield lambda work, told=told: work.hooks.receive(told)
    for packed in order.get("redeem", []):
        who = person(packed)
        for code in order["codes"]:
            yield lambda work, w=who, c=code: work.linking.redeem(identity_of(work, w), c)


def version(external_id: str, id: str, seconds: int) -> Hook:
    changed = NOW + timedelta(seconds=seconds)
    return hook(bought(external_id, modified_at=changed, amount=seconds), id=id)


async def succeeded(store: Store, function: Callable[[Work], Any]) -> bool:
    try:
        return await store.mutate(function) is not Outcome.KNOWN
    except Refusal:
        return False


async def main(url: str, path: str, *sells: str) -> None:
    sales = selling() if sells else Sales()
    store = open_store(url, Tools(SettableClock(), MemoryEngine(url), sales=sales))
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b"ready\n")
    while line := await reader.readline():
        found = await asyncio.gather(*(succeeded(store, each) for each in tries(json.loads(line))))
        writer.write(f"{sum(found)}\n".encode())
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
