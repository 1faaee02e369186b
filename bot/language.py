"""Words in the reader's language. The English sentence is the key of the catalogue, so the code
reads as what it says; `bot/locales/*.po` hold the others.

`_("Added {task}.", task=title)` says it in the language of whoever is being spoken to. `N_` marks a
sentence that is kept and said later. What a person wrote is a value, never part of the sentence:
values are put in after the translation, and are not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.work import Work

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""What can be spoken, each by its own name."""
ENGLISH = "en"
_LOCALES = Path(__file__).with_name("locales")
_HEADER = 500
"""Characters of a header that are read."""

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def _(message: str, **values: object) -> str:
    """A sentence in the language that is spoken now, the values in the places of their names."""
    found = catalogue(_spoken.get()).said.get(message, message)
    return found.format(**values) if values else found


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The same where the words go by a number, which is `{n}` in both."""
    spoken_now = catalogue(_spoken.get())
    forms = spoken_now.by_number.get(one)
    found = forms[spoken_now.form(n)] if forms else one if n == 1 else many
    return found.format(n=n, **values)


def pgettext(context: str, message: str) -> str:
    """The same where one English word says two things: `context` says which."""
    return catalogue(_spoken.get()).in_context.get((context, message), message)


def N_(message: str) -> str:
    """Mark a sentence for the catalogue, and leave it as it is."""
    return message


def spoken() -> str:
    """The language that is spoken now."""
    return _spoken.get()


def known(tag: str) -> str:
    """Which of ours a language tag means: `de` for `de-AT`; English for what we do not speak."""
    language = tag.replace("_", "-").partition("-")[0].strip().lower()
    return language if language in LANGUAGES else ENGLISH


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak to somebody of this language, as `known` says, until the end of the block."""
    before = _spoken.set(known(tag))
    try:
        yield
    finally:
        _spoken.reset(before)


def language_of(work: Work, chat: int) -> str:
    """The language tag of whoever has a private chat; empty where nobody has."""
    owner = work.accounts.of_chat(chat)
    return owner.language if owner else ""


def accepted(header: str) -> str:
    """What a browser's `Accept-Language` asks for most, of what we speak."""
    asked = []
    for part in header[:_HEADER].split(","):
        tag, _separator, weight = part.partition(";q=")
        language = tag.replace("_", "-").partition("-")[0].strip().lower()
        if language in LANGUAGES:
            asked.append((_weight(weight), language))
    return max(asked, key=lambda each: each[0])[1] if asked else ENGLISH


def _weight(said: str) -> float:
    try:
        return float(said or 1)
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of a language."""

    said: Mapping[str, str] = field(default_factory=dict)
    by_number: Mapping[str, Sequence[str]] = field(default_factory=dict)
    in_context: Mapping[tuple[str, str], str] = field(default_factory=dict)
    form: Callable[[int], int] = lambda n: int(n != 1)
    """Which of the forms a number takes."""


@cache
def catalogue(language: str) -> Catalogue:
    """The words of a language, read once. Some 60 ms: better before they are needed."""
    if language == ENGLISH:
        return Catalogue()
    # Only here, since most never speak another language.
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with (_LOCALES / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    said, by_number, in_context = {}, {}, {}
    for each in read:
        if isinstance(each.id, str):
            if each.context and isinstance(each.string, str):
                in_context[each.context, each.id] = each.string
            elif each.id and isinstance(each.string, str):
                said[each.id] = each.string or each.id
        elif each.string and not isinstance(each.string, str) and all(each.string):
            by_number[each.id[0]] = tuple(each.string)
            said[each.id[0]] = each.string[0]  # it may stand alone elsewhere
    return Catalogue(said, by_number, in_context, c2py(read.plural_expr))
