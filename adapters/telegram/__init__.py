"""Telegram: updates in by long polling or webhook, messages out by the Bot API."""

from adapters.telegram.platform import TelegramPlatform
from adapters.telegram.polling import Polling
from adapters.telegram.webhook import Webhook

__all__ = ["Polling", "TelegramPlatform", "Webhook"]
