"""Updates on which our reader broke, for the operator; and how they are read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from adapters.telegram.intake import Me, key, read
from adapters.telegram.people import PLATFORM
from adapters.unread import packed, unpacked
from core.chat import Inbound, Unread


def unread(raw: Mapping[str, Any], me: Me) -> Unread:
    """The update as it came. It holds nothing that Telegram wants back but the id of a press, which
    is of use to nobody without the token."""
    return Unread(key(me, raw["update_id"]), PLATFORM, packed(update=dict(raw), me=asdict(me)))


def reread(kept: Unread) -> Inbound | None:
    """What somebody did; None where the update turns out to say nothing of the kind. Raises
    whatever the reader still raises."""
    given = unpacked(kept.body)
    return read(given["update"], Me(**given["me"])).inbound
