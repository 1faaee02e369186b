"""The service whose code breaks at some tasks: those with a name that begins with `BREAKS`."""

from __future__ import annotations

import sys

from bot.cli import main
from core.task import Draft
from core.tasks import Tasks

BREAKS = "Break"
_add = Tasks.add


def _break(self: Tasks, actor: object, draft: Draft) -> object:
    if draft.title.startswith(BREAKS):
        raise ZeroDivisionError("a defect of ours")
    return _add(self, actor, draft)  # type: ignore[arg-type]  # as it came


def break_some() -> None:
    """From now on."""
    Tasks.add = _break  # type: ignore[method-assign,assignment]  # that is the point


if __name__ == "__main__":
    break_some()
    sys.exit(main())
