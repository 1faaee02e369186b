"""A notice on its way into somebody's chats: now, or when it may be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.events import Event
from core.identity import Identity
from core.presets import gathers, waits

if TYPE_CHECKING:
    from core.work import Work


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told."""

    notice: int
    event: Event
    of_task: bool
    """Whether it is about a task, and may stand in one message with others that are."""
    by_others: bool
    """Whether it is what somebody else did to a task."""


def deliver(work: Work, account: int, telling: Telling, to: Sequence[Identity]) -> None:
    """Put it into these chats of an account. Jobs look again at whether it is to be told."""
    event = telling.event
    quiet = work.quiet.until(account, event)
    many = quiet is None and telling.by_others and work.held.is_burst(account, event)
    for identity in to:
        if quiet is not None:
            work.held.hold(telling.notice, identity.id, quiet)
        elif many and waits(identity):
            work.held.hold(telling.notice, identity.id, work.held.end_of_burst(identity.id))
        else:
            _put(work, telling, identity)


def _put(work: Work, telling: Telling, identity: Identity) -> None:
    work.put_in_chat(
        identity.chat_id,
        name="tell",
        id=f"tell:{telling.notice}:{identity.id}",
        payload={"notice": telling.notice, "identity": identity.id},
        gather=telling.of_task and gathers(identity),
    )
