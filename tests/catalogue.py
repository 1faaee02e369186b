"""What is said to people, collected from the code, and the catalogues brought up to date with it:
`python -m tests.catalogue` (`make words`). A sentence that is new has no translation yet, one that
is gone is dropped; `tests/bot/test_catalogue.py` names both."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from bot.language import ENGLISH, LANGUAGES

HERE = Path(__file__).parents[1]
LOCALES = HERE / "bot" / "locales"
_IN_TEMPLATES = ("_", "gettext", "ngettext")
_FACTS = {"NotUnderstood": (0, 2), "TooLong": (0,), "Blank": (0,), "TooMany": (0,), "Limit": (3,)}
"""Which arguments of what the core refuses, and of its limits, are words for people."""
_BASES = {"Command", "Fields"}
_WIDTH = 100
_HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {language}\\n"
"Plural-Forms: {plural}\\n"

"""

Id = str | tuple[str, str]
"""A sentence, or the two forms of one that goes by a number."""


def collected() -> Iterator[tuple[Id, str, str | None]]:
    """Each sentence, its file, and what tells it from another that reads alike, where it must."""
    for path in sorted([*HERE.glob("bot/**/*.py"), *HERE.glob("adapters/**/*.py")]):
        for said, context in _said(ast.parse(path.read_text("utf-8"))):
            yield said, _named(path), context
    for path in sorted(HERE.glob("adapters/pages/templates/*.html")):
        with path.open("rb") as file:
            options = {"trimmed": "true"}
            for _line, _name, said, _comments in babel_extract(file, _IN_TEMPLATES, (), options):
                yield _id(said), _named(path), None
    for path in sorted([*HERE.glob("core/**/*.py"), *HERE.glob("bot/**/*.py")]):
        for fact in _facts(ast.parse(path.read_text("utf-8"))):
            yield fact, _named(path), None
    for summary in _summaries(ast.parse((HERE / "bot" / "verbs.py").read_text("utf-8"))):
        yield summary, "bot/verbs.py", None


def _id(found: object) -> Id:
    """As a catalogue has it."""
    if isinstance(found, tuple | list):
        words = tuple(each for each in found if isinstance(each, str))
        return (words[0], words[1]) if len(words) > 1 else words[0]
    return str(found)


def _said(tree: ast.AST) -> Iterator[tuple[Id, str | None]]:
    """What Python says. Babel's own extractor does not look into f-strings."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        words = [each.value for each in call.args if isinstance(each, ast.Constant)]
        match call.func.id, words:
            case (("_" | "N_"), [str(said)]):
                yield said, None
            case "ngettext", [str(one), str(many), *_number]:
                yield (one, many), None
            case "pgettext", [str(context), str(said)]:
                yield said, context


def _facts(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        for place in _FACTS.get(call.func.id, ()):
            said = call.args[place] if place < len(call.args) else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def _summaries(tree: ast.Module) -> Iterator[str]:
    """What help and menus say of each command: the first line of its docstring."""
    for each in tree.body:
        if not isinstance(each, ast.ClassDef):
            continue
        if each.name != "Fields" and {ast.unparse(base) for base in each.bases} & _BASES:
            yield (ast.get_docstring(each) or "").splitlines()[0]


def _named(path: Path) -> str:
    return str(path.relative_to(HERE))


def template() -> Catalog:
    """All of them, as a catalogue without translations."""
    made = Catalog(charset="utf-8")
    for id_, path, context in collected():
        known = made.get(id_, context)
        if isinstance(id_, tuple) and known and known.id not in (id_, id_[0]):
            raise ValueError(f"{path}: {id_[0]!r} has another plural elsewhere: {known.id}")
        if known is None or (path, 1) not in known.locations or known.id != id_:
            made.add(id_, locations=[(path, 1)], context=context)
    return made


def catalogue_of(language: str) -> Catalog:
    """A catalogue as it is in the tree."""
    with (LOCALES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def untranslated(catalogue: Catalog) -> list[Message]:
    """What has no translation, or not all of it."""
    return [each for each in catalogue if each.id and not _whole(each)]


def _whole(message: Message) -> bool:
    said = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(said)


def refresh(language: str) -> Catalog:
    """Bring a catalogue up to date, and write it."""
    catalogue = catalogue_of(language)
    catalogue.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    written = BytesIO()
    write_po(
        written,
        catalogue,
        width=_WIDTH,
        omit_header=True,
        ignore_obsolete=True,
        include_lineno=False,
        sort_by_file=True,
    )
    # No dates and names in the header: they would change with every refresh.
    header = _HEADER.format(language=language, plural=catalogue.plural_forms)
    (LOCALES / f"{language}.po").write_bytes(header.encode() + written.getvalue())
    return catalogue


def main() -> None:
    """Refresh all, and say how much there is left to translate."""
    for language in LANGUAGES:
        if language != ENGLISH:
            catalogue = refresh(language)
            left = len(untranslated(catalogue))
            print(f"{language}: {len(catalogue)} sentences, {left} without translation")  # noqa: T201  # a program


if __name__ == "__main__":
    main()
