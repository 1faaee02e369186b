"""What comes again: `every RULE`, `daily`, `on mondays`, as an RRULE and its first time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # it has no types

from bot.quickadd.clock import PARTS, clock
from bot.quickadd.meant import Context
from bot.quickadd.reader import Reader
from bot.quickadd.resolving import as_written, hours, resolve
from bot.quickadd.rules import ADVERBS, CODES, PLURALS, rrule
from bot.quickadd.vocabulary import Word
from bot.quickadd.when import Phrase, phrase
from core.rules import settled
from core.task import Due

LONGEST = 14
"""Words of a rule."""
BEGINS = {"every", "on", "am", "the", *ADVERBS, *PLURALS}
_INTERVAL = re.compile(r";INTERVAL=\d+")
_EVERY = Word("every", "every", "every")
_LIST = re.compile(r"[,/&+]|(-)")


@dataclass(frozen=True, slots=True)
class Rule:
    """How often, and since when."""

    rule: str
    """RRULE."""
    clock: time | None = None
    start: date | None = None

    def until(self, day: date) -> Rule:
        """As it is, up to and with a day."""
        return replace(self, rule=f"{self.rule};UNTIL={day:%Y%m%d}T235959")

    def first(self, context: Context, due: Due | None) -> Due:
        """The first time, from `due` on, or from now; `due` itself, where it has a day."""
        at = self.clock or (due.time if due else None)
        start = self.start or (due.on if due else context.today)
        begin = datetime.combine(start, at or time(0))
        now = context.wall.replace(tzinfo=None)
        earliest = begin if at is None else max(begin, now + timedelta(minutes=1))
        # Every second Tuesday begins with the next one, not with that of the second week.
        each = _INTERVAL.sub("", self.rule) if self.start is None else self.rule
        each = settled(each, start)
        found = rrulestr(each, dtstart=begin).after(earliest, inc=True)
        return Due(found.date() if found else start, at, context.zone)


def rule(words: Sequence[Word], context: Context) -> Rule | None:
    """The rule that all of these words say."""
    reader = Reader(_expanded(words))
    read = rrule(reader)
    return _with_time(reader, read, context) if read else None


def repetition(words: Sequence[Word], context: Context) -> Rule | None:
    """A rule as a whole text, with `every` before it or without, perhaps with its last day behind:
    `weekdays`, `2 weeks until 24 dec`."""
    end = next((at for at, each in enumerate(words) if each.said == "by"), len(words))
    found = rule(words[:end], context) or rule([_EVERY, *words[:end]], context)
    if found is None or end == len(words):
        return found
    last = phrase([each.said for each in words[end + 1 :]], context)
    return found.until(resolve(last, context).choices[0].on) if last else None


def _expanded(words: Sequence[Word]) -> list[str]:
    """`mon,thu` is two words, and `mon-fri` three."""
    said: list[str] = []
    for word in words:
        pieces = [each if each == "-" else each[:3] for each in _LIST.split(word.plain) if each]
        together = len(pieces) > 1 and all(each in CODES or each == "-" for each in pieces)
        said += pieces if together else [word.said]
        if said[-2:] == ["every", "tomorrow"]:
            said[-1] = "morning"  # German's "jeden Morgen"
    return said


def _with_time(reader: Reader, read: str, context: Context) -> Rule | None:
    """`at 9am`, `starting fri`, behind the rule."""
    made, part = Rule(read), ""
    while not reader.done:
        if reader.take("starting", "from"):
            said = phrase(_rest(reader), context)
            return _since(made, said, context) if said else None
        lead = reader.take("at", "um", "in", "by", "around", "before")
        reader.take("the")
        if not part and made.clock is None and (part := reader.take(*PARTS)):
            continue
        at = clock(reader, lead) if made.clock is None else None
        if at is None:
            return None
        lean = as_written(at, another_day=True, to_24=context.counts_to_24)
        made = replace(made, clock=hours(part, at, lean)[0])
    return replace(made, clock=made.clock or PARTS.get(part))


def _rest(reader: Reader) -> list[str]:
    rest = []
    while word := reader.peek():
        rest.append(word)
        reader.at += 1
    return rest


def _since(made: Rule, said: Phrase, context: Context) -> Rule:
    start = resolve(said, context).choices[0]
    return replace(made, start=start.on, clock=made.clock or start.time)
