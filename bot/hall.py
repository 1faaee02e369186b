"""Who comes into a group, and who leaves it."""

from __future__ import annotations

from dataclasses import dataclass

from core.addresses import Address, Sender
from core.leaving import come_back, is_away, leave
from core.store import Store


@dataclass(frozen=True, slots=True)
class Hall:
    """The one function that adapters are given for it."""

    store: Store

    async def member(self, person: Sender, where: Address | None, present: bool) -> None:
        """See `core.ports.OnMember`. Mostly nothing follows: then nothing is written, since Slack
        also tells of each new picture of everybody's."""
        if not present:
            await self.store.mutate(lambda work: leave(work, person, where))
        elif await self.store.query(lambda work: is_away(work, person, where)):
            await self.store.mutate(lambda work: come_back(work, person, where))
