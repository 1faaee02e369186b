"""Several lines are several tasks; bullets and boxes before them are no part of them."""

from __future__ import annotations

import re

MOST = 20
"""Lines that become tasks (`product.md` 1.2)."""
_BULLET = re.compile(r"[-*+\u2022\u2023\u25aa\u25cf\u2013\u2014]\s+(?=\S)")
_BOX = re.compile(r"(?:\[[ xX]?\]|[\u2610\u2611\u2612\u25a1\u2b1c])\s*(?=\S)")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")


def lines(text: str) -> list[str]:
    """The lines of a text that say something, without what stands before them in a list. More than
    `MOST` are no list, and stay as they are."""
    found = [bare for each in text.splitlines() if (bare := each.strip())]
    return [_bare(each) for each in _unnumbered(found)] if len(found) <= MOST else found


def _bare(line: str) -> str:
    for shape in (_BULLET, _BOX):
        if match := shape.match(line):
            line = line[match.end() :]
    return line


def _unnumbered(found: list[str]) -> list[str]:
    """Numbers are taken off where they count the lines: "3. Mai Zahnarzt" alone is a date."""
    numbers = [_NUMBER.match(each) for each in found]
    counted = [int(each[1]) for each in numbers if each]
    if len(counted) < 2 or counted != list(range(counted[0], counted[0] + len(counted))):
        return found
    return [
        line[match.end() :] if match else line for line, match in zip(found, numbers, strict=True)
    ]
