"""Link codes as people type them."""

from __future__ import annotations

import re

_READ_AS = str.maketrans("ILOU", "110V")


def normalise(code: str) -> str:
    """A code as it is digested: upper case, no dashes or blanks, look-alikes read as meant."""
    return re.sub(r"[\s-]", "", code[:64]).upper().translate(_READ_AS)


def looks_like_code(text: str) -> bool:
    """Whether somebody may have meant this as a code."""
    return re.fullmatch(r"[0-9A-Z]{12}", normalise(text)) is not None


def shown(code: str) -> str:
    """A code as people see it, 4-4-4."""
    return "-".join((code[:4], code[4:8], code[8:]))
