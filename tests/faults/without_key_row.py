"""The service without the row that remembers a message. A control: it has to do things twice."""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace
from typing import Any

from bot.cli import main
from core.chat import Inbound
from core.inbox import Inbox

_handled = Inbox.handled


def _under_another_key(self: Inbox, inbound: Inbound, *rest: Any, **options: Any) -> None:
    _handled(self, replace(inbound, key=secrets.token_hex(16)), *rest, **options)


if __name__ == "__main__":
    Inbox.seen = lambda self, key: None  # type: ignore[method-assign]  # what the control is about
    Inbox.handled = _under_another_key  # type: ignore[method-assign]  # as above
    sys.exit(main())
