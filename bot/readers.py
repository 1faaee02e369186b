"""Whom a job is for, asked when it is done: queued authority is stale."""

from __future__ import annotations

from core.identity import Account, Identity
from core.ports import Payload
from core.work import Work


def reader(work: Work, payload: Payload) -> tuple[Account, Identity] | None:
    """Who they are; None where their chat is not of the account for which it was put any more."""
    found = work.accounts.identity(int(str(payload["identity"])))
    return found if found is not None and found[0].id == payload["account"] else None


def is_theirs(work: Work, payload: Payload) -> bool:
    """Whether there is still somebody whom it is for."""
    return reader(work, payload) is not None
