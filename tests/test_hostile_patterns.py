"""Every regular expression of ours takes time that grows with the text, and not with its square
(`promises.md` T18). Found by looking at the sources and at what they hold when they are loaded."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.patterns import Machine, growth, parsed

ROOT = Path(__file__).parents[1]
LINEAR = 2.7
"""Twice the text may cost so much more."""
ANCHORED = frozenset({"match", "fullmatch"})
METHODS = ANCHORED | {"search", "sub", "subn", "split", "findall", "finditer"}
MADE = {
    "bot/shapes.py": "the caller's, constants of `bot/settings.py`",
    "core/personal.py": "of an id, which is plain text",
}
"""Where an expression is put together while the program runs, and of what."""


def sources() -> Iterator[Path]:
    """All but the stand-ins, which only ever hear what the service and its tests say."""
    for folder in ("bot", "core", "adapters"):
        yield from (
            each for each in sorted((ROOT / folder).rglob("*.py")) if "sandbox" not in each.parts
        )


def loaded() -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Module, name and expression of all that are there when the modules are loaded."""
    for file in sources():
        module = file.relative_to(ROOT).as_posix()
        if not re.search(r"\bre\.", file.read_text()):
            continue
        found = importlib.import_module(module.removesuffix(".py").replace("/", "."))
        for name, value in vars(found).items():
            yield from ((module, name, each) for each in held(value))


def held(value: Any, depth: int = 3) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif depth and isinstance(value, list | tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from held(each, depth - 1)


def written(source: str) -> Iterator[tuple[str, ast.expr]]:
    """`re.fullmatch(...)` and the like: the method, and the expression as it is written."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[first, *_]):
                if name in METHODS or name == "compile":
                    yield name, first


@cache
def everything() -> dict[str, tuple[re.Pattern[str], bool]]:
    """What is looked at, and whether it may begin anywhere in the text."""
    found = {}
    for module, name, pattern in loaded():
        uses = set(re.findall(rf"\b{name}\.(\w+)\(", (ROOT / module).read_text())) & METHODS
        anywhere = not uses or not uses <= ANCHORED
        label = f"{module} {name}"
        found[label if label not in found else f"{label} {pattern.pattern}"] = (pattern, anywhere)
    for file in sources():
        for method, said in written(file.read_text()):
            if method != "compile" and isinstance(said, ast.Constant):
                anywhere = method not in ANCHORED
                label = f"{file.relative_to(ROOT).as_posix()} {said.value[:40]}"
                found[label] = (re.compile(str(said.value)), anywhere)
    return found


def test_all_of_them_are_found() -> None:
    assert len(everything()) > 80
    for file in sources():
        name = file.relative_to(ROOT).as_posix()
        made = [said for method, said in written(file.read_text()) if not is_constant(said)]
        inside = [
            each for each in made if file.name not in ("__init__.py",) and not at_module(file, each)
        ]
        assert not inside or name in MADE, f"{name}: {[ast.unparse(each) for each in inside]}"


def is_constant(said: ast.expr) -> bool:
    return isinstance(said, ast.Constant)


def at_module(file: Path, said: ast.expr) -> bool:
    """Whether it is put together once, while the module is loaded, and so is among `loaded`."""
    functions = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]
    return not any(
        node.lineno <= said.lineno <= (node.end_lineno or node.lineno) for node in functions
    )


@pytest.mark.promise("B4", on="neither")
def test_each_takes_time_linear_in_the_text() -> None:
    bad = {}
    for label, (pattern, anywhere) in everything().items():
        ratio, text = growth(pattern, anywhere=anywhere)
        if ratio > LINEAR:
            bad[label] = (round(ratio, 1), text[:60])
    assert bad == {}


@pytest.mark.parametrize(
    ("pattern", "anywhere"),
    [
        (r"(a+)+b", False),
        (r"(?:a|a)*b", False),
        (r"(\w+\s?)*:", False),
        (r"\s+$", True),
        (r"\d+\d+x", False),
        (r"a.*b.*c", False),
        (r'"[^x]*x', True),
    ],
)
def test_the_bad_ones_would_be_seen(pattern: str, anywhere: bool) -> None:
    assert growth(re.compile(pattern), anywhere=anywhere)[0] > LINEAR


@pytest.mark.parametrize(
    ("pattern", "anywhere"),
    [(r"a+b", False), (r"[\s,;]+", True), (r"x{1,9}y", True), (r"\w+", True)],
)
def test_the_good_ones_are_left_alone(pattern: str, anywhere: bool) -> None:
    assert growth(re.compile(pattern), anywhere=anywhere)[0] <= LINEAR


@pytest.mark.parametrize(
    ("pattern", "text", "end"),
    [
        (r"a(?:b|c){2}(?=d)", "abcd", 3), (r"(a)\1", "aa", 2), (r"(?i)AbC\b", "aBc", 3),
        (r"[^\W\d_]+?$", "ab", 2), (r"(?<=a)b", "b", None), (r"x*+x", "xx", None),
    ],
)  # fmt: skip
def test_the_machine_does_what_python_does(pattern: str, text: str, end: int | None) -> None:
    compiled = re.compile(pattern)
    found = compiled.match(text)
    assert (found.end() if found else None) == end
    assert next(Machine(text, compiled.flags).run(parsed(compiled), 0), None) == end
