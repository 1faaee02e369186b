"""What the stand-ins keep for the oracle: all of it, and not the newest alone."""

from __future__ import annotations

from typing import TypeVar

from adapters.sandbox import Sandbox
from adapters.sandbox.recent import Recent

T = TypeVar("T")


class Everything(Recent[T]):
    """Forgets nothing."""

    __setitem__ = dict.__setitem__


def remember(sandbox: Sandbox) -> None:
    """To be called before anything was said. All else that the stand-ins keep is the newest."""
    sandbox.world.keeps_all = True
    sandbox.telegram.queries = Everything()
    sandbox.telegram._history = Everything()
    sandbox.polar.delivery.events = Everything()
