"""A message that our code could not handle, handled anew by code that can."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.answers import put_off
from bot.dispatch import dispatch
from core.work import Work


class Replayed(StrEnum):
    """What came of it, in words for the operator."""

    DONE = "handled; the answer is on its way"
    AGAIN = "failed again"
    UNKNOWN = "no such message waits"


def replay(work: Work, reference: str) -> Replayed:
    """Handle a failed message as if it came now. What it wanted of the platform then (a form, a
    toast) is long gone, so it is asked in words, and a job of the service answers."""
    inbound = work.failures.take(reference)
    if inbound is None:
        return Replayed.UNKNOWN
    work.inbox.unsee(inbound.key)  # nothing came of it but the words that it failed
    handled = dispatch(work, replace(inbound, forms=False, token=""), lambda *_: False)
    if handled.defect:  # which they were told the first time
        work.inbox.delivered(inbound.key)
        return Replayed.AGAIN
    if handled.target is not None:
        put_off(work, inbound.key, handled.target.id)
    return Replayed.DONE
