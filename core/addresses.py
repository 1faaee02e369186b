"""Who wrote, and where a message can be sent. Opaque to all but the adapter that made them."""

from __future__ import annotations

from dataclasses import dataclass

from core.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Sender:
    """One person on one platform.

    `scope` is the namespace in which `user_id` is unique: empty on Telegram, the person's own
    workspace or enterprise on Slack, whose user ids mean nothing outside it.
    `user_id` is empty for somebody known only by `handle` (a Telegram `@name` that never wrote).
    """

    platform: str
    scope: str
    user_id: str
    name: str = ""
    handle: str = ""
    """What people type after an @ to mean this person; may change, so it is never a key."""
    language: str = ""
    """BCP 47 tag that the platform reports, or empty."""
    timezone: str = ""
    """IANA zone that the platform reports, or empty."""


@quick
@dataclass(frozen=True, slots=True)
class Address:
    """One chat of one platform.

    A private chat has one reader. On Slack its `chat` is the person's user id (Slack accepts it in
    place of the direct message's channel), so that one private chat has one address.
    """

    platform: str
    scope: str
    chat: str
    private: bool
    thread: str = ""
    """Forum topic or thread to stay in, or empty. Not part of the chat's identity."""
    title: str = ""
    """The group's or channel's name, for people. Not part of the chat's identity."""
