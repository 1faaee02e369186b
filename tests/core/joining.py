"""Linking, as two people do it."""

from __future__ import annotations

from dataclasses import replace

from core.store import Store
from tests.core.people import Person, identity_of


async def joined(store: Store, source: Person, target: Person) -> Person:
    """The identity of `target` joins the account of `source`; `target` as they are now."""
    code = await store.mutate(lambda work: work.linking.issue(identity_of(work, source)).code)
    offer = await store.mutate(lambda w: w.linking.redeem(identity_of(w, target), code))
    for side in (target, source):
        await store.mutate(
            lambda work, s=side: work.linking.agree(identity_of(work, s), offer.public_id)
        )
    return replace(target, account=source.account)
