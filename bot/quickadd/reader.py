"""Words, read one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence


class Reader:
    """A phrase under the eye of those who read it; each takes what it knows, or nothing."""

    def __init__(self, said: Sequence[str]) -> None:
        self._said = said
        self.at = 0

    @property
    def done(self) -> bool:
        return self.at >= len(self._said)

    def peek(self, ahead: int = 0) -> str:
        """A word further on; empty behind the last."""
        at = self.at + ahead
        return self._said[at] if at < len(self._said) else ""

    def take(self, *words: str) -> str:
        """The next word, taken if it is one of these; else nothing."""
        if (found := self.peek()) in words:
            self.at += 1
            return found
        return ""

    def match(self, shape: re.Pattern[str]) -> re.Match[str] | None:
        """The next word, taken if it has this shape."""
        found = shape.fullmatch(self.peek())
        if found is not None:
            self.at += 1
        return found

    def sequence(self, *words: str) -> bool:
        """All of these words, or none."""
        if all(self.peek(ahead) == each for ahead, each in enumerate(words)):
            self.at += len(words)
            return True
        return False
