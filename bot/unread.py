"""Genuine messages on which an adapter's own reader broke: kept for the operator, as they came."""

from __future__ import annotations

import logging
import re
import traceback
from dataclasses import replace

from bot.errors import defect
from bot.logs import HIDDEN, clean
from bot.metrics import Metrics
from core.chat import Reply, Unread
from core.store import Store

log = logging.getLogger(__name__)

_CODE = re.compile(
    r"\b((?:link|connect)(?:@\w{1,32})? {1,9})[0-9a-z]{4}(?:[ -]?[0-9a-z]{4}){2}(?![0-9a-z])",
    re.IGNORECASE,
)
"""A link code behind its command, however it is spaced; `clean` finds those with dashes."""


class UnreadMessages:
    """Where adapters put what they could not read."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    async def keep(self, unread: Unread, error: Exception) -> Reply:
        """Keep it, as `core.ports.KeepUnread` says. Raises what the store raises."""
        why = clean(_trace(error))
        safe = replace(unread, body=without_codes(clean(unread.body)))
        reference = await self._store.mutate(lambda work: work.failures.keep(safe, why))
        self._metrics.unread(unread.platform)
        log.error(
            "a message of %s could not be read; it is kept as %s",
            unread.platform,
            reference,
            extra={"ref": reference, "trace": why},  # to write one takes longer than all the rest
        )
        return defect(reference)


def _trace(error: Exception) -> str:
    """As Python prints it, but for the marks under what broke in each line (those of a group's
    parts stay). It parses each line anew to place them, and such messages may come in thousands."""
    whole = traceback.TracebackException.from_exception(error, compact=True)
    part: traceback.TracebackException | None = whole
    while part is not None:
        for frame in part.stack:
            frame.colno = None
        part = part.__cause__ or part.__context__
    return "".join(whole.format())


def without_codes(body: str) -> str:
    """The JSON of a message without link codes: they are secrets, and kept nowhere but hashed."""
    return _CODE.sub(rf"\g<1>{HIDDEN}", body)
