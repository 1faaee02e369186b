"""How many steps a regular expression takes on text that it hates, without a clock.

The parsed expression is run as a backtracking machine, as Python's is, and its steps are counted on
strings made for it: what leads to a repetition, then much of what it takes, then what fits nothing.
Twice the text may cost twice the steps, and not four times. A repetition that has a bound costs a
constant, however large, so its bound is taken for a small one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from re import _constants as sre
from re import _parser as parser
from typing import Any

SHORT, LONG = 20, 40
BOUND = 3
"""What a repetition's own bound is taken for."""
MOST = 15_000
"""Steps after which no more are counted: it blows up."""
MISFITS = "\0!\u00e9"
"""What hardly any expression takes."""
_FREE = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


class TooMany(Exception):
    """More steps than are worth counting."""


@dataclass
class Machine:
    """Runs an expression over one text."""

    text: str
    flags: int
    steps: int = 0
    groups: dict[int, tuple[int, int]] = field(default_factory=dict)

    def run(self, nodes: Sequence[Any], at: int) -> Iterator[int]:
        """Where it may end, in the order in which it is tried."""
        self.steps += 1
        if self.steps > MOST:
            raise TooMany
        if not nodes:
            yield at
            return
        for end in self._one(nodes[0], at):
            yield from self.run(nodes[1:], end)

    def _one(self, node: Any, at: int) -> Iterator[int]:  # noqa: C901, PLR0912  # a kind each
        kind, what = node
        if kind in _FREE:
            least, most, inner = what
            yield from self._repeat(inner, least, most, at, kind)
        elif kind is sre.SUBPATTERN:
            group, add, drop, inner = what
            before = self.flags
            self.flags = (before | add) & ~drop
            for end in self.run(list(inner), at):
                if group is not None:
                    self.groups[group] = (at, end)
                self.flags = before
                yield end
                self.flags = (before | add) & ~drop
            self.flags = before
        elif kind is sre.BRANCH:
            for each in what[1]:
                yield from self.run(list(each), at)
        elif kind is sre.ATOMIC_GROUP:
            yield from self._first(list(what), at)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            if self._looks(what, at) is (kind is sre.ASSERT):
                yield at
        elif kind is sre.AT:
            if self._stands(what, at):
                yield at
        elif kind is sre.GROUPREF:
            begin, end = self.groups.get(what, (0, 0))
            if self.text.startswith(self.text[begin:end], at):
                yield at + end - begin
        elif at < len(self.text) and takes(node, self.text[at], self.flags):
            yield at + 1

    def _first(self, nodes: Sequence[Any], at: int) -> Iterator[int]:
        for end in self.run(nodes, at):
            yield end
            return

    def _repeat(self, inner: Any, least: int, most: int, at: int, kind: Any) -> Iterator[int]:
        body = list(inner)
        if kind is sre.POSSESSIVE_REPEAT:
            yield from self._first([(sre.MAX_REPEAT, (least, most, inner))], at)
            return
        if kind is sre.MIN_REPEAT and least == 0:
            yield at
        if most > 0:
            for end in self.run(body, at):
                if end > at or least > 0:
                    yield from self._repeat(inner, max(least - 1, 0), most - 1, end, kind)
        if kind is sre.MAX_REPEAT and least == 0:
            yield at

    def _looks(self, what: Any, at: int) -> bool:
        direction, inner = what
        if direction > 0:
            return next(self._first(list(inner), at), None) is not None
        low, high = parser.SubPattern(parser.State(), list(inner)).getwidth()
        for width in range(low, min(high, at) + 1):
            if any(end == at for end in self.run(list(inner), at - width)):
                return True
        return False

    def _stands(self, what: Any, at: int) -> bool:
        text = self.text
        before = at > 0 and bool(re.match(r"\w", text[at - 1]))
        after = at < len(text) and bool(re.match(r"\w", text[at]))
        match what:
            case sre.AT_BEGINNING | sre.AT_BEGINNING_STRING:
                return at == 0
            case sre.AT_END:
                return at == len(text) or text[at:] == "\n"
            case sre.AT_END_STRING:
                return at == len(text)
            case sre.AT_BOUNDARY:
                return before is not after
            case _:
                return before is after


def takes(node: Any, sign: str, flags: int) -> bool:
    """Whether a part of an expression that is one sign takes this one."""
    kind, what = node
    signs = {sign, sign.lower(), sign.upper()} if flags & re.IGNORECASE else {sign}
    match kind:
        case sre.LITERAL:
            return chr(what) in signs
        case sre.NOT_LITERAL:
            return chr(what) not in signs
        case sre.ANY:
            return sign != "\n" or bool(flags & re.DOTALL)
        case sre.IN:
            return any(_in_set(what, each, flags) for each in signs)
    raise NotImplementedError(str(kind))


_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _in_set(parts: Sequence[Any], sign: str, flags: int) -> bool:
    found, negated = False, False
    for kind, what in parts:
        match kind:
            case sre.NEGATE:
                negated = True
            case sre.LITERAL:
                found |= ord(sign) == what
            case sre.RANGE:
                found |= what[0] <= ord(sign) <= what[1]
            case sre.CATEGORY:
                found |= re.match(_CATEGORIES[what], sign, flags & re.ASCII) is not None
    return found is not negated


def parsed(pattern: re.Pattern[str]) -> list[Any]:
    """Its parts, every bound a small one."""
    return _bounded(parser.parse(pattern.pattern, pattern.flags))


def _bounded(nodes: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for kind, what in nodes:
        if kind in _FREE:
            least, most, inner = what
            most = 10**9 if most is sre.MAXREPEAT else min(most, BOUND)
            found.append((kind, (min(least, BOUND), most, _bounded(inner))))
        elif kind is sre.SUBPATTERN:
            found.append((kind, (*what[:3], _bounded(what[3]))))
        elif kind is sre.BRANCH:
            found.append((kind, (None, [_bounded(each) for each in what[1]])))
        elif kind is sre.ATOMIC_GROUP:
            found.append((kind, _bounded(what)))
        else:
            found.append((kind, what))
    return found


def steps(tree: list[Any], flags: int, text: str, *, anywhere: bool) -> int:
    """What looking for it in this text costs: up to its end from the beginning, or `anywhere`."""
    total = at = 0
    while at <= len(text):
        machine = Machine(text, flags, total)
        try:
            ends = machine.run(tree, at)
            end = next(ends, None)
            if not anywhere:  # as a whole: it goes on until it reaches the end
                while end not in (None, len(text)):
                    end = next(ends, None)
                return machine.steps
        except TooMany:
            return MOST
        total = machine.steps
        at = max(end, at + 1) if end is not None else at + 1
    return total


def hated(tree: list[Any], flags: int, size: int) -> Iterator[str]:
    """Text for it: what leads to each repetition, much of what that takes, and what fits nothing;
    and much of any two things that it takes."""
    signs = dict.fromkeys(_literals(tree))
    for lead, body in _repetitions(tree, "", flags):
        signs |= dict.fromkeys(each for each in body if each)
        for each in body:
            yield lead + each * size + MISFITS[0]
            yield lead + each * size + MISFITS[1]
    pumps = list(signs)[:7]
    for each in pumps:
        for other in pumps:
            yield (each + other) * (size // 2) + MISFITS[0]
            yield each + other * size + MISFITS[0]


def _literals(nodes: Iterable[Any]) -> Iterator[str]:
    for kind, what in nodes:
        if kind is sre.LITERAL:
            yield chr(what)
        elif kind in _FREE:
            yield from _literals(what[2])
        elif kind is sre.SUBPATTERN:
            yield from _literals(what[3])
        elif kind is sre.BRANCH:
            for each in what[1]:
                yield from _literals(each)
        elif kind is sre.ATOMIC_GROUP:
            yield from _literals(what)


def _repetitions(nodes: Sequence[Any], lead: str, flags: int) -> Iterator[tuple[str, list[str]]]:
    """Each repetition: a text that leads to it, and what its body takes."""
    for node in nodes:
        kind, what = node
        if kind in _FREE:
            yield lead, list(_samples(what[2], flags))
            yield from _repetitions(list(what[2]), lead, flags)
        elif kind is sre.SUBPATTERN:
            yield from _repetitions(list(what[3]), lead, flags)
        elif kind is sre.BRANCH:
            for each in what[1]:
                yield from _repetitions(list(each), lead, flags)
        elif kind is sre.ATOMIC_GROUP:
            yield from _repetitions(list(what), lead, flags)
        lead += _example([node], flags)


_SIGNS = "aA0 -.:/\"'<>&@#\\\n,;_%=xX1Z\u00e9"


def _samples(nodes: Iterable[Any], flags: int) -> Iterator[str]:
    """A few texts that it takes, of different signs."""
    listed = list(nodes)
    if len(listed) == 1 and listed[0][0] is sre.BRANCH:
        for each in listed[0][1][1]:
            yield from _samples(each, flags)
    elif len(listed) == 1 and listed[0][0] in (sre.IN, sre.ANY, sre.NOT_LITERAL):
        yield from [each for each in _SIGNS if takes(listed[0], each, flags)][:3]
    else:
        yield _example(listed, flags)


def _example(nodes: Iterable[Any], flags: int) -> str:
    """The shortest text, nearly, that it takes."""
    text = ""
    for kind, what in nodes:
        if kind in _FREE:
            text += _example(what[2], flags) * what[0]
        elif kind is sre.SUBPATTERN:
            text += _example(what[3], flags)
        elif kind is sre.BRANCH:
            text += _example(what[1][0], flags)
        elif kind is sre.ATOMIC_GROUP:
            text += _example(what, flags)
        elif kind is sre.LITERAL:
            text += chr(what)
        elif kind in (sre.IN, sre.ANY, sre.NOT_LITERAL):
            signs = (*_SIGNS, *map(chr, range(1, 0x3000)))
            text += next((each for each in signs if takes((kind, what), each, flags)), "")
    return text


def growth(pattern: re.Pattern[str], *, anywhere: bool) -> tuple[float, str]:
    """The worst ratio of the steps for twice the text, and the text. 2 is linear, 4 quadratic."""
    tree, flags, worst = parsed(pattern), pattern.flags, (0.0, "")
    for short, long in zip(hated(tree, flags, SHORT), hated(tree, flags, LONG), strict=True):
        many = steps(tree, flags, long, anywhere=anywhere)
        if many < 4 * LONG:  # a few steps for each sign
            continue
        few = steps(tree, flags, short, anywhere=anywhere)
        worst = max(worst, (9.0 if many >= MOST else many / few, long))
        if worst[0] == 9.0:
            break
    return worst
