"""Words in the reader's language. The English sentence is the key of the catalogue, so the code
reads as what it says; `bot/locales/*.po` hold the others.

`_("Added {task}.", task=title)` says it in the language of whoever is being spoken to. `N_` marks a
sentence that is kept and said later. What a person wrote is a value, never part of the sentence:
values are put in after the translation, and are not read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""What can be spoken, each by its own name."""
ENGLISH = "en"
_LOCALES = Path(__file__).with_name("locales")

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def _(message: str, **values: object) -> str:
    """A sentence in the language that is spoken now, the values in the places of their names."""
    found = catalogue(_spoken.get()).gettext(message)
    return found.format(**values) if values else found


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The same where the words go by a number, which is `{n}` in both."""
    return catalogue(_spoken.get()).ngettext(one, many, n).format(n=n, **values)


def N_(message: str) -> str:
    """Mark a sentence for the catalogue, and leave it as it is."""
    return message


def spoken() -> str:
    """The language that is spoken now."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language, or English where there is no such, until the end of the block."""
    before = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def catalogue(language: str) -> NullTranslations:
    """The words of a language, read once. Some 50 ms: better before they are needed."""
    if language == ENGLISH:
        return NullTranslations()
    # Only here, since most never speak another language.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with (_LOCALES / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
