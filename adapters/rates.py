"""What the platforms allow a bot to send, in a second and to a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SAFETY = 0.995
"""Of a token's rate. Measured: 99.5 % of it arrives, with no 429; at the full rate 53 %."""

Rate = tuple[float, float]
"""How many at once, and the seconds in which as many come back."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one platform allows."""

    token: Rate | None
    """Per bot token, or per workspace."""
    chat: Sequence[Rate]
    """Per chat of any kind."""
    group: Sequence[Rate] = ()
    """Besides, per chat that is not private."""


LIMITS: Mapping[str, Limits] = {
    # https://core.telegram.org/bots/faq: about 30 messages a second in all, one a second to one
    # chat (short bursts go through), 20 a minute to one group. 5 at once and 15 a minute is the
    # evenest that never makes more than 20 in any minute.
    "telegram": Limits(token=(1, 1 / (SAFETY * 30)), chat=[(3, 3.0)], group=[(5, 20.0)]),
    # https://api.slack.com/apis/rate-limits: chat.postMessage one a second to one channel, short
    # bursts allowed; the limit of the whole workspace is not published.
    "slack": Limits(token=None, chat=[(3, 3.0)]),
}


def per_second(platform: str) -> float | None:
    """How many messages a platform takes from one bot in a second; None where it counts by the chat
    alone."""
    token = LIMITS[platform].token if platform in LIMITS else None
    return token[0] / token[1] if token else None
