"""What Slack's error codes mean for us.

Source: the error tables of chat.postMessage, chat.update and auth.test at
https://docs.slack.dev/reference/methods."""

from __future__ import annotations

from core.errors import (
    Ambiguous,
    ChatGone,
    DeliveryError,
    MessageGone,
    RetryLater,
    TokenRevoked,
    Unsendable,
)

TOKEN = frozenset(
    ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")
)
CHAT = frozenset(
    (
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "user_not_in_channel",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "restricted_action",
        "team_access_not_granted",
    )
)
ABSENT = frozenset(("not_in_channel", "channel_not_found"))
"""The bot is no member: an invitation would mend it."""
MESSAGE = frozenset(("message_not_found", "cant_update_message", "edit_window_closed"))
THREAD = frozenset(
    ("thread_not_found", "invalid_thread_ts", "message_not_found", "cannot_reply_to_message")
)
"""In answer to a post: what it replies to is gone."""
TRIGGER = frozenset(
    (
        "expired_trigger_id",
        "trigger_expired",
        "exchanged_trigger_id",
        "trigger_exchanged",
        "invalid_trigger_id",
        "invalid_trigger",
    )
)
CLOSED = frozenset(("not_found", "view_not_found"))
"""The person closed the modal meanwhile."""
UNSURE = frozenset(("internal_error", "fatal_error", "request_timeout"))
"""Slack's own failures, of which it says that the call may have taken effect."""
BUSY = frozenset(("ratelimited", "rate_limited", "accesslimited", "service_unavailable"))
WAIT = 1.0
"""Seconds before another try where Slack names none."""


def explain(code: str, status: int, retry_after: float) -> DeliveryError:
    """The error for a call that Slack refused."""
    if status == 429 or code in BUSY:
        return RetryLater(retry_after, code or "ratelimited")
    if code in UNSURE or (not code and status == 200):
        return Ambiguous(code or "an answer without sense")
    if status >= 500 or 300 <= status < 400:  # something before Slack that sends us elsewhere
        return RetryLater(WAIT, f"HTTP {status}")
    if code in TOKEN:
        return TokenRevoked(code)
    if code in CHAT:
        return ChatGone(code)
    return MessageGone(code) if code in MESSAGE else Unsendable(code or f"HTTP {status}")
