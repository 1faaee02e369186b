"""A command as a dataclass, as a line, and as a form's answers: one grammar for all three.

`Done(refs=(Ref(number=3),))` is `done 3`; a button carries `done t:9k3f7q2m rev:17`. Positional
fields stand in their order, keyword-only ones as `name:value` after them; a last positional `str`
takes the rest of the line as it is.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, get_type_hints

from core.task import Ref

BUTTON_BYTES = 64
"""What a Telegram button can carry; Slack's 2,000 are never needed."""

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
_RESTS: dict[type[Command], Part | None] = {}
_SHAPES: dict[type[Command], _Shape] = {}


@dataclass(frozen=True, slots=True)
class _Shape:
    """The fields of a command in the order of its line, by their names."""

    words: tuple[str, ...]
    options: tuple[str, ...]
    rest: str
    """Empty where there is none."""


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
    shape = _shape(type(command))
    words = [command.name]
    for name in shape.words:
        value = getattr(command, name)
        if isinstance(value, tuple):
            words += map(_word, value)
        elif value is not None:
            words.append(_word(value))
    for name in shape.options:
        if (value := getattr(command, name)) is not None:
            words.append(f"{name}:{_quoted(_word(value))}")
    if shape.rest:
        words.append(getattr(command, shape.rest) or "")
    return " ".join(filter(None, words))


def line_about(kind: type[Command], task: Ref) -> str:
    """`to_line` of a command that names a task, or that one alone, and says nothing more: most of a
    card's buttons do, and to make each command first takes five times as long."""
    return f"{kind.name} {_word(task)}"


def _shape(kind: type[Command]) -> _Shape:
    """Looked up once."""
    if kind not in _SHAPES:
        last = rest_of(kind)
        _SHAPES[kind] = _Shape(
            tuple(each.name for each in parts(kind) if not each.keyword and each is not last),
            tuple(each.name for each in parts(kind) if each.keyword),
            last.name if last else "",
        )
    return _SHAPES[kind]


def fits(command: Command) -> bool:
    """Whether a button can carry the command."""
    return len(to_line(command).encode()) <= BUTTON_BYTES


def button_line(command: Command) -> str:
    """The same for a button. Raises `ValueError` when it does not fit: a defect of ours."""
    line = to_line(command)
    if len(line.encode()) > BUTTON_BYTES:
        raise ValueError(f"{line!r} does not fit a button")
    return line


def rest_of(kind: type[Command]) -> Part | None:
    """The field that takes the rest of the line as it is, if there is one; looked up once."""
    if kind not in _RESTS:
        positional = [part for part in parts(kind) if not part.keyword]
        _RESTS[kind] = positional[-1] if positional and positional[-1].type is str else None
    return _RESTS[kind]


def _word(value: Any) -> str:
    if isinstance(value, Ref):
        if value.number or not value.public_id:  # `done 0` names a task, if none there is
            return str(value.number)
        seen = f" rev:{value.revision}" if value.revision else ""
        return f"t:{value.public_id}{seen}"
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _quoted(word: str) -> str:
    if word and not re.search(r'[\s"\\]', word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def straight(text: str) -> str:
    """Text with the curly quotes of phones made straight."""
    return text.translate(_QUOTES)
