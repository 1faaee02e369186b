"""A source with one thing changed, for each thing that can be: what a test should notice."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.Break: ast.Continue,
    ast.Continue: ast.Break,
}  # fmt: skip
_CONDITIONS = frozenset({"where", "and_", "or_", "filter_by", "values", "returning", "order_by"})
"""Calls of which each argument says something by itself."""
_TOLD = frozenset({"debug", "info", "warning", "error", "exception"})
"""What is only logged: its words are nobody's promise."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change, and the code with it."""

    function: str
    """In which it is; empty in the module itself."""
    line: int
    change: str
    code: CodeType
    """Of the whole module."""
    inside: bool
    """Whether it is in the body of a function: then nothing but that differs."""
    names: tuple[str, ...]
    """The module's own names that change with it, where that is all that does."""

    @property
    def name(self) -> str:
        """The same in every run, whatever line it is in."""
        return f"{self.function or 'the module'}: {self.change}"


def mutants(source: str, path: str) -> Iterator[Mutant]:
    """Every change of this source, one at a time. Annotations, docstrings, logging and imports stay
    as they are."""
    tree = ast.parse(source)
    changing = _dependents(tree)
    for holder, field, at, node, function, inside in list(_places(tree, "", inside=False)):
        for change, other in _instead(node):
            _put(holder, field, at, other)
            made = ast.fix_missing_locations(copy.deepcopy(tree))
            _put(holder, field, at, node)
            code = compile(made, path, "exec", dont_inherit=True)
            line = getattr(node, "lineno", 0)
            names = () if function else changing.get(line, ())
            yield Mutant(function, line, change, code, inside, names)


Place = tuple[ast.AST, str, int | None, ast.AST, str, bool]


def _places(node: ast.AST, function: str, *, inside: bool) -> Iterator[Place]:
    """Whatever stands in something: the holder, its field, the place there, in which function, and
    whether in its body."""
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if (is_function and not inside) or isinstance(node, ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "bases"):
            continue
        within = inside or (is_function and field == "body")
        for at, each in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(each, ast.AST) and not _left_alone(each):
                place = at if isinstance(value, list) else None
                yield node, field, place, each, function, within
                yield from _places(each, function, inside=within)


def _dependents(tree: ast.Module) -> dict[int, tuple[str, ...]]:
    """Line of an assignment of the module -> its name, and those that are made of it. Only where
    nothing but such names depends on it."""
    assigned: list[tuple[str, ast.stmt]] = []
    for each in tree.body:
        match each:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                assigned.append((name, each))
    found = {}
    for at, (name, statement) in enumerate(assigned):
        names = {name}
        for later, other in assigned[at + 1 :]:
            if any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(other)):
                names.add(later)
        for line in range(statement.lineno, (statement.end_lineno or 0) + 1):
            found[line] = tuple(sorted(names))
    return found


def _left_alone(node: ast.AST) -> bool:  # noqa: PLR0911  # a kind each
    match node:
        case ast.Import() | ast.ImportFrom() | ast.expr_context() | ast.alias():
            return True
        # a docstring or the three dots of a protocol; what counts for whoever imports all
        case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "_log"), attr=name)):
            return name in _TOLD
        case ast.Call(func=ast.Name(id="ValueError" | "RuntimeError" | "TypeError")):  # words
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="web"), attr=name)):
            return name.startswith("HTTP")
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Call(func=ast.Name(id="TypeVar")):
            return True
        case _:
            return False


def _put(holder: ast.AST, field: str, at: int | None, node: ast.AST) -> None:
    if at is None:
        setattr(holder, field, node)
    else:
        getattr(holder, field)[at] = node


def _instead(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What could stand there instead, with words for it."""
    for other in _others(node):
        yield f"`{_text(node)}` -> `{_text(other)}`", other


def _text(node: ast.AST) -> str:
    shown = " ".join(ast.unparse(node).split()).replace("`", "'").replace("|", "/")
    return shown if len(shown) <= 90 else f"{shown[:60]} ... {shown[-25:]}"


def _others(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901, PLR0912  # a kind each
    match node:
        case ast.Compare(ops=[op]):
            if type(op) in _OTHER:
                yield _with(node, ops=[_OTHER[type(op)]()])
        case ast.Compare():
            for at, op in enumerate(node.ops):
                changed = [*node.ops[:at], _OTHER[type(op)](), *node.ops[at + 1 :]]
                yield _with(node, ops=changed)
        case ast.BoolOp():
            yield _with(node, op=_OTHER[type(node.op)]())
            if len(node.values) > 2:
                for at in range(len(node.values)):
                    yield _with(node, values=node.values[:at] + node.values[at + 1 :])
        case ast.BinOp() if type(node.op) in _OTHER:
            yield _with(node, op=_OTHER[type(node.op)]())
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Break() | ast.Continue():
            yield _OTHER[type(node)]()
        case ast.Constant():
            yield from _values(node)
        case ast.Call():
            yield from _calls(node)
        case ast.stmt():
            yield from _statements(node)


def _values(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool():
            yield ast.Constant(not node.value)
        case int() | float():
            yield ast.Constant(node.value + 1)
        case str() if node.value:
            yield ast.Constant(node.value + "XX")
        case bytes() if node.value:
            yield ast.Constant(node.value + b"XX")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """Without one of its conditions; a condition that is a call of its own, without it."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    if name in _CONDITIONS:
        for at in range(len(node.args) if len(node.args) > 1 else 0):
            yield _with(node, args=node.args[:at] + node.args[at + 1 :])
    if name in ("where", "with_for_update", "limit", "order_by", "strip", "lower", "upper"):
        assert isinstance(node.func, ast.Attribute) or name
        if isinstance(node.func, ast.Attribute):
            yield node.func.value
    for at in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:at] + node.keywords[at + 1 :])


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.If() | ast.While() if not isinstance(node.test, ast.Constant):
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.Return(value=ast.AST()) if not isinstance(node.value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Raise():
            yield ast.Pass()
        case ast.Expr(value=ast.Call() | ast.Await()) if not _left_alone(node.value):
            yield ast.Pass()
        case ast.AugAssign() | ast.Delete():
            yield ast.Pass()


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
