"""The question before several tasks are deleted."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import ngettext
from core.task import Status, Task


def really(tasks: Sequence[Task]) -> str:
    """`Delete 12 completed tasks? This cannot be undone after 10 minutes.`"""
    if all(each.status is Status.COMPLETED for each in tasks):
        return ngettext(
            "Delete {n} completed task? This cannot be undone after 10 minutes.",
            "Delete {n} completed tasks? This cannot be undone after 10 minutes.",
            len(tasks),
        )
    return ngettext(
        "Delete {n} task? This cannot be undone after 10 minutes.",
        "Delete {n} tasks? This cannot be undone after 10 minutes.",
        len(tasks),
    )
