"""A line's body, read from both ends inwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.quickadd.body import Body
from bot.quickadd.edges import ENDS, Span, at_the_beginning, at_the_end
from bot.quickadd.every import BEGINS, Rule, rule
from bot.quickadd.every import LONGEST as LONGEST_RULE
from bot.quickadd.introduction import read_introduction
from bot.quickadd.remind import LONGEST as LONGEST_REMIND
from bot.quickadd.remind import offset
from bot.quickadd.resolving import resolve
from bot.quickadd.rules import ADVERBS, PLURALS
from bot.quickadd.vocabulary import JOINED, POLITE, Word, is_blank, is_german, is_last_verb
from bot.quickadd.when import Phrase

_ADVERBS = frozenset({*ADVERBS, *PLURALS})
"""What begins compounds, too: "daily report", unless it says when of the day."""
_BEGIN_RULES = frozenset({"every", "on", "the"}) | _ADVERBS
_TELLING = ENDS | _ADVERBS | {"every", "remind"}
"""A rule has one of these in it, and so has a reminder; a date ends with one."""
_DIGIT = re.compile(r"\d")


def read_ends(body: Body) -> None:
    """Read what stands before the task and behind it."""
    body.high = len(body.words)
    read_introduction(body)
    if _may_tell(body.words):
        while _back(body):
            pass
        for _ in range(2):  # a rule, a date, or both: `9am every weekday: standup`
            _front(body)
    body.end()


def _may_tell(words: Sequence[Word]) -> bool:
    """Whether anything may say when, seen at a glance: of most lines nothing does."""
    said = [each.said for each in words]
    return not _TELLING.isdisjoint(said) or _DIGIT.search(" ".join(said)) is not None


def _back(body: Body) -> bool:
    """Read what stands last; whether there was something."""
    edge = body.high
    while edge > body.low and _is_transparent(body.words[edge - 1]):
        edge -= 1
    return any(read(body, edge) for read in (_reminder, _rule, _date, _before_a_verb))


def _is_transparent(each: Word) -> bool:
    return is_blank(each) or each.plain in POLITE or _is_left(each)


def _is_left(each: Word) -> bool:
    """Whether it is a sign that stays a word: somebody nobody knows, a second list."""
    return each.text[0] in "#@" and each.text[1:2].isalpha()


def _reminder(body: Body, edge: int) -> bool:
    known = body.reminder is not None
    start = None if known else _first(body, edge, LONGEST_REMIND, {"remind"}, offset)
    if start is None:
        return False
    body.reminder = offset(body.words[start:edge])
    body.reminding = set(range(start, edge))
    body.high = start
    return True


def _rule(body: Body, edge: int) -> bool:
    def read(words: Sequence[Word]) -> Rule | None:
        return rule(words, body.context)

    start = None if body.rule else _first(body, edge, LONGEST_RULE, BEGINS, read)
    if start is None or (start and body.words[start - 1].plain in JOINED):
        return False
    found = read(body.words[start:edge])
    if found and found.clock and body.phrase and body.phrase.has_time:
        return False
    found = _until(body, found, edge) if found else None
    if found and body.may_repeat:
        body.repeat(found, start, edge)
    body.high = start
    return True


def _until(body: Body, found: Rule, edge: int) -> Rule:
    """`every day until fri`: the date behind it is no due date."""
    said = body.phrase
    if not said or said.lead != "by" or said.has_time or edge not in body.dated:
        return found
    last = resolve(said, body.context).choices[0].on
    body.phrase = None
    if not body.may_repeat:
        body.taken -= body.dated
    return found.until(last)


def _first(
    body: Body,
    edge: int,
    longest: int,
    begins: set[str],
    read: Callable[[Sequence[Word]], object],
) -> int | None:
    """Where the longest phrase of a kind begins that ends at `edge` and leaves a title."""
    window = range(max(body.low + 1, edge - longest), edge)
    if not any(body.words[place].said in begins for place in window):
        return None
    return next((at for at in window if read(body.words[at:edge]) is not None), None)


def _date(body: Body, edge: int) -> bool:
    if body.span is not None:
        return False
    span = at_the_end(body.words[body.low : edge], body.context)
    if span is None:
        return False
    body.date(span, body.low)
    body.high = body.low + span.start
    return True


def _before_a_verb(body: Body, edge: int) -> bool:
    """German puts its verb last: "Mama morgen anrufen", "Müll morgen nicht vergessen"."""
    if edge - body.low < 2 or not is_last_verb(body.words[edge - 1]):
        return False
    edge -= 2 if body.words[edge - 2].plain == "nicht" else 1
    return _german_rule(body, edge) or _german_date(body, edge)


def _german_date(body: Body, edge: int) -> bool:
    span = at_the_end(body.words[body.low : edge], body.context)
    if span is None or body.span is not None:
        return False
    if not any(is_german(each) for each in body.words[body.low + span.start : edge]):
        return False
    body.date(span, body.low)
    body.high = body.low + span.start
    return True


def _german_rule(body: Body, edge: int) -> bool:
    german = any(is_german(each) for each in body.words[body.low : edge])
    return german and body.may_repeat and body.span is None and _rule(body, edge)


def _front(body: Body) -> None:
    while body.low < body.high and is_blank(body.words[body.low]):
        body.low += 1
    if body.low < body.high and body.words[body.low].said in _BEGIN_RULES:
        _rule_in_front(body)
    _date_in_front(body)


def _rule_in_front(body: Body) -> None:
    if not body.may_repeat:
        return
    for end in range(min(body.low + LONGEST_RULE, body.high - 1), body.low, -1):
        found = rule(body.words[body.low : end], body.context)
        if found is not None and (found.clock or body.words[body.low].said not in _ADVERBS):
            body.repeat(found, body.low, end)
            body.low = end
            return


def _date_in_front(body: Body) -> None:
    found = at_the_beginning(body.words[body.low : body.high], body.context)
    if found is None:
        return
    end = body.low + found.end
    if body.phrase is None:
        body.date(found, body.low)
        body.in_front = True
    elif (both := _together(found, body.span)) is not None:
        body.also_dated(both, body.low, end)
    else:
        return
    body.low = end
    if not found.doubtful and end < body.high and is_blank(body.words[end]):
        body.taken.add(end)


def _together(front: Span, back: Span | None) -> Phrase | None:
    """A day at one end and its time at the other: "tomorrow call mom at 5pm"."""
    if back is None or front.doubtful or back.doubtful:
        return None
    one, two = front.phrase, back.phrase
    dated, timed = (one, two) if one.day else (two, one)
    if dated.day is None or dated.has_time or timed.day is not None:
        return None
    said = (*one.said, *two.said)
    to_24 = one.to_24 or two.to_24
    return Phrase(said, dated.day, timed.clock, timed.part, one.lead or two.lead, to_24)
