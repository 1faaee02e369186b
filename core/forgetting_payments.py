"""Whoever is forgotten is forgotten at Polar, too, where they paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import forgetting_rows as sql
from core.customers import tombstone
from core.personal import Person
from core.ports import Job

if TYPE_CHECKING:
    from core.work import Work


def forget_payments(work: Work, who: Person) -> None:
    """What webhooks said of them goes, and a job has Polar delete its customers, with which their
    subscriptions end; those that another customer has, of the same e-mail or by the operator's
    word, are ended one by one. What Polar tells of that later is nobody's, and is not kept: a keyed
    digest says so. Before the rows go that name them."""
    customers = set(work.run(sql.CUSTOMERS, who.values).scalars())
    external_ids = set(work.run(sql.EXTERNAL_IDS, who.values).scalars())
    for name in sorted(customers | external_ids):
        work.run(sql.MARK, {"digest": work.ids.keyed(tombstone(name)), "at": work.now})
    work.run(sql.EMPTY_HOOKS, who.values)
    for each in _with_others(work, who, external_ids):
        work.put(Job(f"billing-end:{each}", "billing-forget", {"subscription": each}))
    if work.run(sql.BEGAN_TO_PAY, who.values).scalar():
        for each in sorted(external_ids):
            work.put(Job(f"billing-forget:{each}", "billing-forget", {"external_id": each}))


def _with_others(work: Work, who: Person, external_ids: set[str]) -> list[str]:
    """The subscriptions that would go on, and be charged, without the customers of these ids."""
    held = [each.subscription for one in who.accounts for each in work.billing.held(one)]
    left = [
        each for each in held if not each.ended and each.customer.external_id not in external_ids
    ]
    return sorted(each.id for each in left)
