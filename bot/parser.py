"""A line, with or without a form's answers, as a command: `bot/grammar.py` read backwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.grammar import Command, Missing, Part, Unreadable, parts, rest_of
from core.task import Ref

_WORD = re.compile(r'\s*("(?:[^"\\]|\\.){0,500}"|\S+)')
_CLOSED = re.compile(r'"(?:[^\\]|\\.){0,500}"')
_PUBLIC = re.compile(r"t:([0-9a-z]{1,16})", re.IGNORECASE)
_REVISION = re.compile(r"rev:([1-9][0-9]{0,8})")
_NUMBER = re.compile(r"#?(\d{1,9})[,;]?")


def read(kind: type[Command], text: str, answers: Mapping[str, str] | None = None) -> Command:
    """The command that stands after its name in a line, completed by a form's answers.

    Raises `Missing`, `Unreadable`."""
    reader = _Reader(text)
    values: dict[str, Any] = {}
    options = {part.name: part for part in parts(kind) if part.keyword}
    rest = rest_of(kind)
    for part in parts(kind):
        if part.keyword:
            continue
        reader.options(options, values)
        if part is rest:
            values[part.name] = reader.rest()
        else:
            _positional(reader, part, values)
    reader.options(options, values)
    if reader.peek():
        raise Unreadable(reader.word())
    for name, answer in (answers or {}).items():
        values |= _answer(kind, name, answer)
    for part in parts(kind):
        if not part.optional and values.get(part.name) in (None, "", ()):
            raise Missing(part.name)
    return kind(**{name: value for name, value in values.items() if value is not None})


class _Reader:
    """A line, read word by word."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        self._at = 0

    def peek(self) -> str:
        found = _WORD.match(self._text, self._at)
        return found.group(1) if found else ""

    def word(self) -> str:
        found = _WORD.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found.group(1)

    def rest(self) -> str:
        """Take all that is left."""
        rest = self._text[self._at :].strip()
        self._at = len(self._text)
        return rest

    def options(self, known: Mapping[str, Part], values: dict[str, Any]) -> None:
        """Take the options that stand here."""
        while True:
            name, _, value = self.peek().partition(":")
            if not value or name not in known:  # `time: 5 o'clock` is text
                return
            self.word()
            if value.startswith('"') and not _CLOSED.fullmatch(value):
                # `name:"two words"`: the quote begins in the middle of a word, whose end may be a
                # quote that is only quoted (`name:"6\" nails"`).
                self._at -= len(value)
                value = self.word()
            values[name] = _value(known[name].type, _unquoted(value))


def _positional(reader: _Reader, part: Part, values: dict[str, Any]) -> None:
    if part.type == tuple[Ref, ...]:
        refs = []
        while (ref := _ref(reader)) is not None:
            refs.append(ref)
        values[part.name] = tuple(refs)
    elif part.type in {Ref, Ref | None}:
        values[part.name] = _ref(reader)
    elif reader.peek():
        values[part.name] = _value(part.type, _unquoted(reader.word()))


def _ref(reader: _Reader) -> Ref | None:
    word = reader.peek()
    if number := _NUMBER.fullmatch(word):
        reader.word()
        return Ref(number=int(number.group(1)))
    if public := _PUBLIC.fullmatch(word):
        reader.word()
        if seen := _REVISION.fullmatch(reader.peek()):
            reader.word()
        return Ref(public_id=public.group(1).lower(), revision=int(seen.group(1)) if seen else 0)
    return None


def _value(type_: Any, word: str) -> Any:
    kind = next((each for each in (int, bool) if type_ in {each, each | None}), None)
    if kind is int:
        if not re.fullmatch(r"\d{1,15}", word):
            raise Unreadable(word)
        return int(word)
    if kind is bool:
        if word.lower() not in {"on", "off", "yes", "no"}:
            raise Unreadable(word)
        return word.lower() in {"on", "yes"}
    if isinstance(type_, type) and issubclass(type_, StrEnum):
        try:
            return type_(word.lower())
        except ValueError:
            raise Unreadable(word) from None
    return word


def _answer(kind: type[Command], name: str, answer: str) -> dict[str, Any]:
    """A form's field; one that the command does not know is passed over."""
    part = next((each for each in parts(kind) if each.name == name), None)
    if part is None:
        return {}
    if part.type in {str, str | None}:
        return {name: answer}
    return read_answer(part, answer)


def read_answer(part: Part, answer: str) -> dict[str, Any]:
    """An answer that is no plain text. Raises `Unreadable`."""
    values: dict[str, Any] = {}
    reader = _Reader(answer)
    _positional(reader, part, values)
    if reader.rest() or (answer.strip() and not values.get(part.name)):
        raise Unreadable(answer.strip()[:40])
    return values


def _unquoted(word: str) -> str:
    if len(word) >= 2 and word[0] == word[-1] == '"':
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word
