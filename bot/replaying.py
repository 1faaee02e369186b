"""A message that our code could not handle, handled anew by code that can."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from bot.answers import put_off
from bot.dispatch import dispatch
from bot.logs import clean
from core.chat import Inbound, Unread
from core.work import Work

Reread = Callable[[Unread], Inbound | None]
"""An adapter's reader, for what it could not read before. Raises what it raises still."""


class Replayed(StrEnum):
    """What came of it, in words for the operator."""

    DONE = "handled; the answer is on its way"
    AGAIN = "failed again"
    KNOWN = "was handled already, when the platform sent it once more"
    NOTHING = "read; it asks nothing of us"
    UNKNOWN = "no such message waits"


def replay(work: Work, reference: str, readers: Mapping[str, Reread]) -> Replayed:
    """Handle a failed message as if it came now. What it wanted of the platform then (a form, a
    toast) is long gone, so it is asked in words, and a job of the service answers. `readers`: of
    each platform, for what was not even read."""
    message = work.failures.take(reference)
    if message is None:
        return Replayed.UNKNOWN
    if isinstance(message, Inbound):
        work.inbox.unsee(message.key)  # nothing came of it but the words that it failed
        return handle_anew(work, message)
    try:
        inbound = readers[message.platform](message)
    except Exception:
        work.failures.keep(message, clean(traceback.format_exc()))
        return Replayed.AGAIN
    if inbound is None:
        return Replayed.NOTHING
    return handle_anew(work, replace(inbound, key=message.key))


def grant(work: Work, identity: int) -> None:
    """Do what somebody wanted before they were let in."""
    wanted = work.wishes.take(identity)
    if wanted is not None:
        handle_anew(work, replace(wanted, key=f"{wanted.key}:granted"))


def handle_anew(work: Work, inbound: Inbound) -> Replayed:
    """Handle it as if it came now, unless its key is known; a job of the service answers."""
    handled = dispatch(work, replace(inbound, forms=False, token=""), lambda *_: False)
    if not handled.first:
        return Replayed.KNOWN
    if handled.defect:  # told the first time, or else nobody waits for it any more
        work.inbox.delivered(inbound.key)
        return Replayed.AGAIN
    if handled.target is not None:
        put_off(work, inbound.key, handled.target.id)
    return Replayed.DONE
