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
    rest, last = "", rest_of(type(command))
    options = []
    for part in parts(type(command)):
        value = getattr(command, part.name)
        if value is None:
            continue
        if part.keyword:
            options.append(f"{part.name}:{_quoted(_word(value))}")
        elif part is last:
            rest = value
        elif isinstance(value, tuple):
            words += [_word(each) for each in value]
        else:
            words.append(_word(value))
    return " ".join(filter(None, [*words, *options, rest]))


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
        by_number = value.number or not value.public_id  # `done 0` names a task, if none there is
        return str(value.number) if by_number else _named(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _named(task: Ref) -> str:
    return f"t:{task.public_id} rev:{task.revision}" if task.revision else f"t:{task.public_id}"


def _quoted(word: str) -> str:
    if word and not re.search(r'[\s"\\]', word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def straight(text: str) -> str:
    """Text with the curly quotes of phones made straight."""
    return text.translate(_QUOTES)
