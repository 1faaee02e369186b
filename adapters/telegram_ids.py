"""User ids of Telegram's that stand for many: nobody is known by one (`promises.md` T11)."""

from __future__ import annotations

from telegram.constants import ChatID

SHARED = frozenset({ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL, ChatID.SERVICE_CHAT})
"""Anonymous administrators, channels, Telegram itself."""
