"""The same service without what sets a message aside that breaks its code. A control: its chat has
to stand still."""

from __future__ import annotations

import sys
from typing import NoReturn

from bot import answers, dispatch
from bot.cli import main
from tests.faults.breaks import BREAKS, break_some

__all__ = ["BREAKS"]


def _raises(*_: object) -> NoReturn:
    raise ZeroDivisionError("not set aside")


if __name__ == "__main__":
    break_some()
    answers.broken = dispatch.broken = _raises  # type: ignore[attr-defined]  # that is the point
    sys.exit(main())
