"""What people begin with who speak to a bot: `add`, `todo:`, `remind me to`."""

from __future__ import annotations

from bot.quickadd.body import Body

_VERBS = frozenset({"add:", "todo:", "task:"})
_INTRODUCING = frozenset({"to", "about", "that", "of", "an", "daran"})
_REMIND_ME = ["remind", "me"]
_LONGEST = 10
"""Words between "remind me" and "to"."""


def read_introduction(body: Body) -> None:
    """Read what is said to the bot, before the task."""
    first = body.words[0]
    verb = body.context.verb and first.plain == "add"
    if len(body.words) > 1 and (verb or first.text.casefold() in _VERBS):
        body.taken.add(0)
        body.low = 1
    reminding = body.low + len(_REMIND_ME)
    said = [each.said for each in body.words[body.low : reminding]]
    if said == _REMIND_ME and body.high > reminding + 1:
        body.introduced = set(range(body.low, reminding))
        body.low = reminding
        _until_it_begins(body)


def _until_it_begins(body: Body) -> None:
    """`remind me tomorrow to ...`: the date stands before the word that introduces the task."""
    for place in range(body.low, min(body.low + _LONGEST, body.high - 1)):
        if body.words[place].plain in _INTRODUCING:
            if place == body.low or body.read_all(body.low, place):
                body.introduced.add(place)
                body.low = place + 1
            return
