"""The rules of the house that no linter knows. Each checker is shown to complain first."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINES = 200
"""Most lines of a file; more needs a line `# long: <reason>`."""
STATEMENTS = {"select", "insert", "update", "delete"}

Checker = Callable[[str], Iterator[str]]


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def complaints(check: Checker, files: Iterator[Path], *, allowed: tuple[str, ...] = ()) -> str:
    found: list[str] = []
    for file in files:
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith(allowed):
            found += [f"{name}: {each}" for each in check(file.read_text())]
    return "\n".join(found)


def at(node: ast.expr | ast.stmt, what: str) -> str:
    return f"line {node.lineno}: {what}"


def ends_a_transaction(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="commit" | "rollback" as what)):
                yield at(node, f"calls {what}()")
            case ast.Constant(value=str(text)) if text.strip(" ;").upper() in (
                "COMMIT",
                "ROLLBACK",
            ):
                yield at(node, f"has the statement {text}")


def reads_the_environment(source: str) -> Iterator[str]:
    names = ("environ", "environb", "getenv", "getenvb", "putenv")
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in names:
                yield at(node, f"uses os.{name}")
            case ast.ImportFrom(module="os") if any(each.name in names for each in node.names):
                yield at(node, "imports the environment")


def awaits(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef):
            yield at(node, f"async def {node.name}")


def is_long(source: str) -> Iterator[str]:
    count = len(source.splitlines())
    if count > LINES and not re.search(r"^# long: \S", source, re.MULTILINE):
        yield f"{count} lines without a line `# long: <reason>`"


def builds_statements(source: str) -> Iterator[str]:
    """SQLAlchemy statements built inside functions, where they are built again at each call."""
    tree, lines = ast.parse(source), source.splitlines()
    imported = {
        each.asname or each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for each in node.names
        if each.name in STATEMENTS
    }
    seen = set()
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name in imported:
                    told = re.search(r"# built per call: \S", lines[node.lineno - 1])
                    if not told and node.lineno not in seen:
                        seen.add(node.lineno)
                        yield at(node, f"builds {name}() without `# built per call: <reason>`")


def has_a_secret(text: str) -> Iterator[str]:
    shapes = {
        "a Telegram token": r"\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\b",
        "a Slack token": r"\bxox[a-z]-[0-9]{10,}-[0-9A-Za-z-]{20,}|\bxapp-1-A[0-9A-Z]{9,}-",
        "a webhook secret": r"\bwhsec_[A-Za-z0-9+/]{24,}",
        "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    }
    for line, content in enumerate(text.splitlines(), 1):
        yield from (
            f"line {line}: {name}" for name, shape in shapes.items() if re.search(shape, content)
        )


def names_a_place(text: str) -> Iterator[str]:
    """Registry hosts and paths of somebody's machine."""
    shape = r"pypi\.org|python[h]osted|npm[j]s|index-url[ =]+\S*/|/(?:root|work|home/[a-z]+)/|file:///(?:opt|srv)"
    for line, content in enumerate(text.splitlines(), 1):
        if found := re.search(shape, content):
            yield f"line {line}: {found[0]}"


def tracked() -> Iterator[Path]:
    git = shutil.which("git")
    assert git, "git lists the files that are kept"
    listing = subprocess.run(  # noqa: S603  # a fixed command
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listing.stdout.split("\0")):
        file = ROOT / name
        if file.is_file() and file.suffix not in (".png", ".ico", ".woff2", ".gif"):
            yield file


def test_only_the_store_ends_a_transaction() -> None:
    assert len(list(ends_a_transaction("work.commit()\nrun('ROLLBACK;')\nrollback = 1"))) == 2
    files = sources("core", "bot", "adapters")
    allowed = ("core/store.py", "core/postgres_driver.py", "core/migrations/")
    assert complaints(ends_a_transaction, files, allowed=allowed) == ""


def test_only_settings_read_the_environment() -> None:
    bad = "import os\nfrom os import environ, path\nos.environ['A']\nos.getenv('B')\nos.path"
    assert len(list(reads_the_environment(bad))) == 3
    files, allowed = sources("core", "bot", "adapters"), ("bot/settings.py",)
    assert complaints(reads_the_environment, files, allowed=allowed) == ""


STORES = ("core/store.py", "core/sqlite.py", "core/postgres.py", "core/ports.py", "core/visits.py")
"""The store and its two databases, and the shapes of what awaits elsewhere."""


def test_core_does_not_await() -> None:
    assert list(awaits("class A:\n    async def b(self): ...")) == ["line 2: async def b"]
    assert complaints(awaits, sources("core"), allowed=STORES) == ""


def test_a_file_has_one_subject() -> None:
    long = "a = 1\n" * (LINES + 1)
    assert list(is_long(long))
    assert list(is_long(long + "# long:\n"))
    assert not list(is_long(long + "# long: one table after the other\n"))
    assert not list(is_long("a = 1\n" * LINES))
    assert complaints(is_long, sources("core", "bot", "adapters")) == ""


def test_statements_are_built_once() -> None:
    head = "from sqlalchemy import select as s, insert\nA = s(1)\n"
    assert list(builds_statements(head + "def f():\n    return insert(1)"))
    assert list(builds_statements(head + "def f():\n    return s(1)  # built per call:"))
    assert not list(builds_statements(head + "def f():\n    s(1)  # built per call: filters vary"))
    assert not list(builds_statements("def f(insert):\n    insert(1)"))
    assert complaints(builds_statements, sources("core"), allowed=("core/migrations/",)) == ""


def test_no_secret_is_kept_in_the_repository() -> None:
    bad = ["12345678:" + "A" * 35, "xoxb-" + "1234567890-" + "a" * 24, "whsec_" + "a" * 32]
    bad += ["xapp-1-" + "A0123456789-1", "-----BEGIN RSA " + "PRIVATE KEY-----"]
    assert len(list(has_a_secret("\n".join(bad)))) == len(bad)
    assert complaints(has_a_secret, tracked()) == ""


def test_no_file_names_a_registry_or_a_machine() -> None:
    bad = ["--index-url " + "https://a/b", "https://pypi" + ".org/simple", "/home/" + "me/x"]
    assert len(list(names_a_place("\n".join(bad)))) == len(bad)
    assert not list(names_a_place("--no-emit-index-url --no-emit-find-links"))
    assert complaints(names_a_place, tracked()) == ""


def test_no_lock_lacks_a_hash() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert len(locks) == 5
    for lock in locks:
        pins = re.split(r"(?m)^(?=[a-z0-9])", lock.read_text())[1:]
        assert len(pins) > 20
        assert not [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]


def test_both_locks_have_the_same_versions() -> None:
    run, dev = (
        set(re.findall(r"(?m)^[a-z0-9][^ ]*==[^ ]+", (ROOT / name).read_text()))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert run < dev
