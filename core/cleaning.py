"""The texts of a task as they are kept: composed, without what turns text around or hides in it,
and within their limits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.errors import Blank, TooLong, TooMany
from core.task import (
    CATEGORY_LIMIT,
    DESCRIPTION_LIMIT,
    LABEL_LIMIT,
    LABELS_LIMIT,
    TITLE_LIMIT,
)

# Characters that turn text around or hide in it (`promises.md` T29); tab and newline are blanks.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Text without what turns it around or hides in it, in composed form."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def clean_title(title: str) -> str:
    """One line. Raises `Blank`, `TooLong`."""
    line = " ".join(clean(title).split())
    if not line:
        raise Blank("title")
    if len(line) > TITLE_LIMIT:
        raise TooLong("title", TITLE_LIMIT, len(line))
    return line


def clean_description(text: str) -> str:
    """Raises `TooLong`."""
    cleaned = clean(text).strip()
    if len(cleaned) > DESCRIPTION_LIMIT:
        raise TooLong("description", DESCRIPTION_LIMIT, len(cleaned))
    return cleaned


def clean_category(name: str) -> str:
    """One word or a few, without the sign. Raises `TooLong`."""
    cleaned = " ".join(clean(name).split()).lstrip("#+ ")
    if len(cleaned) > CATEGORY_LIMIT:
        raise TooLong("category", CATEGORY_LIMIT, len(cleaned))
    return cleaned


def clean_labels(names: Iterable[str]) -> str:
    """As they stand in the table, in small letters, each once. Raises `TooLong`, `TooMany`."""
    labels = dict.fromkeys("-".join(clean(each).lower().lstrip("~").split()) for each in names)
    labels.pop("", None)
    for each in labels:
        if len(each) > LABEL_LIMIT:
            raise TooLong("label", LABEL_LIMIT, len(each))
    if len(labels) > LABELS_LIMIT:
        raise TooMany("labels of a task", LABELS_LIMIT)
    return " ".join(labels)
