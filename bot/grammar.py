"""A command as a dataclass, as a line, and as a form's answers: one grammar for all three.

`Done(refs=(Ref(number=3),))` is `done 3`; a button carries `done t:9k3f7q2m rev:17`. Positional
fields stand in their order, keyword-only ones as `name:value` after them; a last positional `str`
takes the rest of the line as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, get_type_hints

from core.task import Ref

BUTTON_BYTES = 64
"""What a Telegram button can carry; Slack's 2,000 are never needed."""

_WORD = re.compile(r'\s*("(?:[^"\\]|\\.){0,500}"|\S+)')
_PUBLIC = re.compile(r"t:([0-9a-z]{1,16})", re.IGNORECASE)
_NUMBER = re.compile(r"#?(\d{1,9})[,;]?")
_QUOTES = str.maketrans("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019", '""""""\'\'')


class GrammarError(Exception):
    """A line that is no sentence of this grammar: what is wrong, as a fact."""


@dataclass(eq=False)
class Missing(GrammarError):
    """A positional word that has no default is not there."""

    field: str


@dataclass(eq=False)
class Unreadable(GrammarError):
    """A word that cannot be read as what stands at its place."""

    word: str


class Command:
    """The base of all commands; subclasses are frozen dataclasses. The docstring's first line is
    what help, menus and usage hints say."""

    name: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.name = cls.__dict__.get("name") or cls.__name__.lower()


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a command as the grammar sees it."""

    name: str
    type: Any
    optional: bool
    keyword: bool


_PARTS: dict[type[Command], tuple[Part, ...]] = {}


def parts(kind: type[Command]) -> tuple[Part, ...]:
    """The fields of a command, looked up once."""
    if kind not in _PARTS:
        _PARTS[kind] = _parts(kind)
    return _PARTS[kind]


def _parts(kind: type[Command]) -> tuple[Part, ...]:
    hints = get_type_hints(kind)
    return tuple(
        Part(each.name, hints[each.name], each.default is not MISSING, bool(each.kw_only))
        for each in fields(kind)  # type: ignore[arg-type]  # every command is a dataclass
    )


def to_line(command: Command) -> str:
    """The line that reads back as this command."""
    words = [command.name]
    rest = ""
    options = []
    for part in parts(type(command)):
        value = getattr(command, part.name)
        if part.keyword:
            if value is not None:
                options.append(f"{part.name}:{_quoted(_word(value))}")
        elif part.type is str and part is _rest(type(command)):
            rest = value
        elif isinstance(value, tuple):
            words += [_word(each) for each in value]
        elif value is not None:
            words.append(_word(value))
    return " ".join(filter(None, [*words, *options, rest]))


def button_line(command: Command) -> str:
    """The same for a button. Raises `ValueError` when it does not fit: a defect of ours."""
    line = to_line(command)
    if len(line.encode()) > BUTTON_BYTES:
        raise ValueError(f"{line!r} does not fit a button")
    return line


def read(kind: type[Command], text: str, answers: Mapping[str, str] | None = None) -> Command:
    """The command that stands after its name in a line, completed by a form's answers.

    Raises `Missing`, `Unreadable`."""
    reader = _Reader(text)
    values: dict[str, Any] = {}
    options = {part.name: part for part in parts(kind) if part.keyword}
    rest = _rest(kind)
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
        if not part.optional and not values.get(part.name):
            raise Missing(part.name)
    return kind(**{name: value for name, value in values.items() if value is not None})


def straight(text: str) -> str:
    """Text with the curly quotes of phones made straight."""
    return text.translate(_QUOTES)


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
            name, colon, value = self.peek().partition(":")
            if not colon or name not in known:
                return
            self.word()
            if value == '"' or (value.startswith('"') and not value.endswith('"')):
                # `name:"two words"`: the quote begins in the middle of a word.
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
        name, _, revision = reader.peek().partition(":")
        if name == "rev" and revision.isascii() and revision.isdigit() and len(revision) < 10:
            reader.word()
            return Ref(public_id=public.group(1).lower(), revision=int(revision))
        return Ref(public_id=public.group(1).lower())
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


def _rest(kind: type[Command]) -> Part | None:
    positional = [part for part in parts(kind) if not part.keyword]
    return positional[-1] if positional and positional[-1].type is str else None


def _word(value: Any) -> str:
    match value:
        case Ref(number=number) if number:
            return str(number)
        case Ref(public_id=public_id, revision=revision):
            return f"t:{public_id} rev:{revision}" if revision else f"t:{public_id}"
        case bool():
            return "on" if value else "off"
        case _:
            return str(value)


def _quoted(word: str) -> str:
    if word and not re.search(r'[\s"\\]', word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(word: str) -> str:
    if len(word) >= 2 and word[0] == word[-1] == '"':
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word
