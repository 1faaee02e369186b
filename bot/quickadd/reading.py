"""A line of text as a task: signs anywhere, what says when at the ends, the rest is its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.grammar import straight
from bot.quickadd.body import Body
from bot.quickadd.distance import amount
from bot.quickadd.ends import read_ends
from bot.quickadd.every import LONGEST as LONGEST_RULE
from bot.quickadd.every import Rule, repetition
from bot.quickadd.marks import read_marks
from bot.quickadd.meant import Ambiguity, Context, Understood
from bot.quickadd.reader import Reader
from bot.quickadd.resolving import When, resolve
from bot.quickadd.vocabulary import EVENING, MORNING, Word, is_blank, looked_up, sentence_words
from bot.quickadd.when import CONNECTORS, phrase
from core.task import Priority

LONGEST = 4000
"""Characters of a text that is read; a longer one is no line."""
LONGEST_DATE = 12
"""Words of a date that is a text by itself."""
_WORD = re.compile(r'"[^"\n]+"[^\w\s"]*(?!\S)|\S+')
"""Text in quotes is one word, and nothing in it is read."""
_QUOTED = re.compile(r'"([^"]+)"')
_LOOSE = " ,;:-\u2013\u2014"
"""Punctuation that joined the title to what was taken from it."""
_SURELY = frozenset({"by", "on", "am"})
"""Behind these a date was meant as one."""


def understand(text: str, context: Context) -> Understood:
    """What one line says. Nothing is lost: what can't be read, or can't be kept, stays in the
    title."""
    line = straight(text).strip()
    if len(line) > LONGEST or not line:
        return Understood(line)
    words = sentence_words(_WORD.findall(line), context.language)
    marks = read_marks(words, context)
    places = [place for place in range(len(words)) if place not in marks.taken]
    body = Body([words[place] for place in places], context)
    if places:
        read_ends(body)
    taken = marks.taken | {places[place] for place in body.taken}
    left = [place for place in range(len(words)) if place not in taken]
    dated = [places[place] for place in sorted(body.dated)]
    said = Understood(
        title=_title(words, left) or line,
        priority=marks.priority or Priority.MEDIUM,
        category=marks.category,
        person=marks.person,
        labels=tuple(marks.labels),
        rule=body.rule.rule if body.rule else "",
        reminder=body.reminder,
        read=tuple(words[place].text for place in sorted(taken)),
        unread=tuple(marks.unread),
    )
    if body.phrase is None:
        return _by_rule(said, body)
    spelt = _Spelt(
        words=_text(words, dated).strip(_LOOSE),
        date=_text(words, [at for at in dated if words[at].said not in CONNECTORS]).strip(_LOOSE),
        title=_title(words, sorted({*left, *dated})) or line,
    )
    return _with_time(said, body, resolve(body.phrase, body.context, _lean(words)), spelt)


@dataclass(frozen=True, slots=True)
class _Spelt:
    """The words that say when, and the title with them in it."""

    words: str
    date: str
    """Without what leads to it."""
    title: str


def _by_rule(said: Understood, body: Body) -> Understood:
    """With the first time of what comes again, where nothing else says when."""
    return replace(said, due=body.rule.first(body.context, None)) if body.rule else said


def _with_time(said: Understood, body: Body, found: When, spelt: _Spelt) -> Understood:
    """With what the body says of days and times."""
    if body.doubtful or len(found.choices) > 1:
        asked = Ambiguity(spelt.date, found.choices, spelt.title, spelt.words)
        return replace(said, ambiguity=asked, in_front=body.in_front)
    due = found.choices[0]
    by_itself = body.phrase is not None and body.phrase.lead not in _SURELY
    return replace(
        said,
        due=body.rule.first(body.context, due) if body.rule else due,
        moved=found.moved and body.rule is None,
        dated=spelt.words if by_itself and spelt.title != said.title else "",
        in_front=body.in_front,
    )


def when(text: str, context: Context) -> When | None:
    """A date with or without a time as a whole text; None for what is neither."""
    words = straight(text[: LONGEST + 1]).split(maxsplit=LONGEST_DATE)
    if len(words) > LONGEST_DATE:
        return None
    found = phrase([each.said for each in looked_up(words, context.language)], context)
    return resolve(found, context) if found else None


def length(text: str, context: Context) -> timedelta | None:
    """A length of time as a whole text, `2h` or `in 30 min`; None for what is none."""
    words = straight(text[: LONGEST + 1]).split(maxsplit=LONGEST_DATE)
    reader = Reader([each.said for each in looked_up(words, context.language)])
    reader.take("in")
    found = amount(reader)
    return found if reader.done else None


def repeating(text: str, context: Context) -> Rule | None:
    """How often as a whole text: `weekdays`, `every 2 weeks`, `month on last fri`."""
    words = straight(text[: LONGEST + 1]).split(maxsplit=LONGEST_RULE + LONGEST_DATE)
    if not 0 < len(words) <= LONGEST_RULE + LONGEST_DATE:
        return None
    return repetition(looked_up(words, context.language), context)


def _lean(words: Sequence[Word]) -> str:
    """The part of the day of what is to be done: nobody has breakfast at eight in the evening."""
    if any(each.plain in EVENING for each in words):
        return "evening"
    return "morning" if any(each.plain in MORNING for each in words) else ""


def _title(words: Sequence[Word], left: Sequence[int]) -> str:
    """The words that are left, without what joined them to the others."""
    if all(is_blank(words[place]) for place in left):
        return ""
    title = _text(words, left)
    if left[-1] != len(words) - 1:
        title = title.rstrip(_LOOSE)
    if left[0] != 0:
        title = title.lstrip(_LOOSE)
    quoted = _QUOTED.fullmatch(title)
    return quoted[1].strip() if quoted else title


def _text(words: Sequence[Word], places: Sequence[int]) -> str:
    return " ".join(words[place].text for place in places)
