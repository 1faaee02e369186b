"""What is shown below a link to a task: a Work Object where the app may show such, else blocks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from adapters.slack.installs import Installed
from adapters.slack.links import NOT_YET, unfurl
from adapters.slack.objects import below_link
from core.chat import Entity

log = logging.getLogger(__name__)

PLAIN_FOR = 1800.0
"""Seconds without Work Objects in a workspace where Slack refused one and took the same in blocks.
Whoever looks after the app there switches them on in its settings, or not."""
GONE = frozenset((NOT_YET, "cannot_find_message", "cannot_find_channel", "cannot_find_service"))
"""Refusals of whatever there is to show."""


class Previews:
    """`objects`: whether the operator switched Work Objects on. `clock`: seconds."""

    def __init__(self, *, objects: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._objects = objects
        self._clock = clock
        self._plain: dict[str, float] = {}
        """Until when, by what names the install."""

    async def show(
        self,
        by: Installed,
        ref: str,
        url: str,
        blocks: list[dict[str, Any]],
        entity: Entity | None,
    ) -> bool:
        """Show it below a link in a message; whether Slack does. Once something was shown there,
        this takes its place, whichever of the two it was."""
        refused = ""
        if entity is not None and self._has_objects(by):
            refused = await unfurl(by.api, ref, metadata=below_link(entity, url))
            if not refused or refused in GONE:
                return not refused
        plainly = not await unfurl(by.api, ref, unfurls={url: {"blocks": blocks}})
        if plainly and refused:
            log.warning("Slack takes no Work Object (%s): links are shown without", refused)
            self._plain[by.by] = self._clock() + PLAIN_FOR
        return plainly

    def _has_objects(self, by: Installed) -> bool:
        return self._objects and self._plain.get(by.by, 0.0) <= self._clock()
