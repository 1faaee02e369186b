"""The eight letters that the browser shows after a sign-in, to be typed into the chat."""

from __future__ import annotations

import re

from core.ids import Ids

CONSONANTS = "BCDFGHJKLMNPQRSTVWXZ"
"""Twenty letters: without vowels they spell no word, and no digit is taken for one of them."""
COUNT = 8
"""Of 20 letters each: 34.6 bits, and three tries bound to one attempt (`promises.md` 4.3)."""
_SHOWN = re.compile(r"\w{4}[ -]\w{4}")


def spelled(number: int) -> str:
    """The letters of a random number of 128 bits or more, whose remainder is as good as even."""
    letters = []
    for _ in range(COUNT):
        number, place = divmod(number, len(CONSONANTS))
        letters.append(CONSONANTS[place])
    return "".join(letters)


def shown(letters: str) -> str:
    """As people see them, 4-4."""
    return f"{letters[:4]}-{letters[4:]}"


def read(text: str) -> str:
    """The letters as they are digested; empty for what cannot be meant as them."""
    letters = re.sub(r"[\s-]", "", text[:32]).upper()
    meant = len(letters) == COUNT and all(each in CONSONANTS for each in letters)
    return letters if meant else ""


def looks_shown(text: str) -> bool:
    """Whether a line is just letters as they are shown, which is no task's title."""
    seen = _SHOWN.fullmatch(text.strip())
    return seen is not None and read(seen[0]) != ""


def kept(ids: Ids, letters: str) -> str:
    """What is kept of letters: eight are soon tried by whoever has the table and no key."""
    return ids.keyed(f"letters:{letters}")
