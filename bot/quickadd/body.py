"""The words of a line without its signs, and what of them was read so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.quickadd.edges import Span, at_the_end
from bot.quickadd.every import Rule, rule
from bot.quickadd.meant import Can, Context
from bot.quickadd.vocabulary import Word
from bot.quickadd.when import Phrase


@dataclass(slots=True)
class Body:
    """What is read is taken out of the title; what could be read but can't be kept is passed over,
    and stays."""

    words: Sequence[Word]
    context: Context
    low: int = 0
    high: int = 0
    """The words between are not yet read."""
    taken: set[int] = field(default_factory=set)
    span: Span | None = None
    phrase: Phrase | None = None
    """What says when; of both ends, where one has the day and the other the time."""
    rule: Rule | None = None
    reminder: timedelta | None = None
    dated: set[int] = field(default_factory=set)
    """Places of the words that say when."""
    in_front: bool = False
    """Whether those stand at the beginning."""
    reminding: set[int] = field(default_factory=set)
    """Places of the words that say when to remind."""
    introduced: set[int] = field(default_factory=set)
    """Places of "remind me to" at the beginning."""

    @property
    def doubtful(self) -> bool:
        """Whether what says when may be no date at all."""
        return self.span is not None and self.span.doubtful

    @property
    def may_repeat(self) -> bool:
        """Whether a rule can be kept, and none is yet."""
        return self.rule is None and Can.RULE in self.context.can

    def date(self, span: Span, base: int) -> None:
        """A date was found in the words from `base` on."""
        self.span, self.phrase = span, span.phrase
        self.dated = set(range(base + span.start, base + span.end))
        if not span.doubtful:
            self.taken |= self.dated

    def also_dated(self, both: Phrase, start: int, end: int) -> None:
        """These words say the rest of the date."""
        self.phrase = both
        self.dated |= set(range(start, end))
        self.taken |= self.dated

    def repeat(self, found: Rule, start: int, end: int) -> None:
        """These words are a rule."""
        self.rule = found
        self.taken.update(range(start, end))

    def read_all(self, start: int, end: int) -> bool:
        """Read these words as a date or a rule, if all of them are one."""
        span = at_the_end(self.words[start:end], self.context)
        if span and span.start == 0:
            self.date(span, start)
            return True
        found = rule(self.words[start:end], self.context) if self.may_repeat else None
        if found:
            self.repeat(found, start, end)
        return found is not None

    def end(self) -> None:
        """A reminder needs a time to be before; "remind me to" is one at that time."""
        certain = self.rule or (self.span and not self.doubtful)
        if Can.REMIND not in self.context.can or not certain:
            self.reminder = None
            return
        if self.reminder is None and self.introduced:
            self.reminder = timedelta(0)
        self.taken |= self.reminding | self.introduced
