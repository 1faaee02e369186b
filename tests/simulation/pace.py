"""Whether the service asked no more of the platforms than they allow, as the network saw it."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from urllib.parse import parse_qs

from tests.simulation.network import Call

TELEGRAM, SLACK = "/sendMessage", "/chat.postMessage"
"""What the published limits are about. Edits and answers to presses have none of their own."""
PACED = (TELEGRAM, SLACK, "/chat.postEphemeral", "/editMessageText", "/chat.update")
LIMITS = {
    # At most so many in so many seconds: a message a second, with the short bursts that are
    # allowed (three at once); twenty a minute to a group, thirty a second in all.
    "chat": (6, 3.0),
    "group": (20, 60.0),
    "token": (30, 1.0),
}
SLACK_OF_TIME = 0.05
"""Seconds by which the network may bring two calls nearer to one another."""


def over(calls: Sequence[Call], crashes: Sequence[float]) -> Iterator[str]:
    """Every limit that was broken by one process, from its start to its crash: what the one before
    it sent, it cannot know."""
    for (kind, what), times in sorted(_by_limit(calls).items()):
        most, seconds = LIMITS[kind]
        for life in _lives(times, crashes):
            for first, last in zip(life, life[most:], strict=False):
                if last - first < seconds - SLACK_OF_TIME:
                    yield f"pace: {most + 1} messages to {what} in {last - first:.2f} s"
                    break


def _by_limit(calls: Sequence[Call]) -> Mapping[tuple[str, str], list[float]]:
    """When something was sent, by the limits that it counts for."""
    to = defaultdict[tuple[str, str], list[float]](list)
    for call in calls:
        if call.path.endswith((TELEGRAM, SLACK)):
            chat = chat_of(call)
            to["chat", f"{call.path.rpartition('/')[2]} {chat}"].append(call.at)
            if call.path.endswith(TELEGRAM):
                to["token", "Telegram"].append(call.at)
                if chat.startswith("-"):
                    to["group", chat].append(call.at)
    return to


def early(calls: Sequence[Call], crashes: Sequence[float]) -> Iterator[str]:
    """Every call to a chat that came before the time for which a 429 asked."""
    paced = [call for call in calls if call.path.endswith(PACED)]
    by_chat = defaultdict[tuple[str, str], list[Call]](list)
    for call in paced:
        by_chat[call.path.rpartition("/")[0], chat_of(call)].append(call)
    for (_, chat), some in sorted(by_chat.items()):
        for refused in (each for each in some if each.wait and each.heard):
            until = refused.ended + refused.wait - SLACK_OF_TIME
            place = bisect_left(crashes, refused.at)
            died = crashes[place] if place < len(crashes) else until
            for call in some:
                if refused.ended + SLACK_OF_TIME < call.at < min(until, died):
                    yield (f"asked again too soon: {chat} {until - call.at:.2f} s before its time")
                    break


def _lives(times: Sequence[float], crashes: Sequence[float]) -> Iterator[list[float]]:
    ends = [float("-inf"), *crashes, float("inf")]
    for begins, ended in pairwise(ends):
        yield [each for each in times if begins <= each < ended]


def chat_of(call: Call) -> str:
    """The chat that a call names; empty where it names none."""
    text = call.body.decode(errors="replace")
    if text.startswith("{"):
        given = json.loads(text)
        return str(given.get("chat_id") or given.get("channel") or "")
    found = parse_qs(text)
    return next((found[each][0] for each in ("chat_id", "channel") if each in found), "")
