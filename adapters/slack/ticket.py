"""What an answer needs from the request that it answers, packed into `Inbound.token`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import orjson

NEW = "new"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Good for a short while only: 3 seconds for the trigger, 30 minutes for the URL."""

    trigger: str = ""
    """Opens one modal."""
    url: str = ""
    """`response_url`: takes 5 messages, also where the bot is no member."""
    ephemeral: bool = False
    """The pressed message is visible to one person only, and can be edited by the URL alone."""
    slash: bool = False
    """The HTTP response shows a message."""
    view: bool = False
    """The HTTP response can put errors on the fields of a modal, or change it."""
    screen: str = ""
    """The modal in which the answer is shown; `NEW` for one that is to be opened."""
    by: str = ""
    """The install that was asked (`Installed.by`), which answers."""

    @classmethod
    def stamped(cls, token: str, by: str) -> str:
        """The same token with the install that was asked."""
        return replace(cls.unpack(token), by=by).pack() if by else token

    def pack(self) -> str:
        return orjson.dumps(self).decode()

    @staticmethod
    def unpack(token: str) -> Ticket:
        return _unpacked(token)


@lru_cache(maxsize=128)  # one request's is asked for six times, by this thread and the store's
def _unpacked(token: str) -> Ticket:
    return Ticket(**orjson.loads(token)) if token else Ticket()


def message_ref(channel: str, ts: str) -> str:
    """The name of a message in `Sent.message`: a `ts` is unique only within its channel."""
    return f"{channel}/{ts}" if channel and ts else ""


def split_ref(ref: str) -> tuple[str, str]:
    """Channel and `ts` of a message; both empty for what is no message of ours."""
    channel, _, ts = ref.partition("/")
    return (channel, ts) if ts else ("", "")
