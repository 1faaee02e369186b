"""Nothing is forgotten: each command has help, each refusal and each event has words."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from bot import commands as _table  # fills the table  # noqa: F401
from bot import verbs
from bot.errors import defect, explain, sentence, unreadable
from bot.grammar import Command
from bot.kept import holds_code
from bot.menu import telegram_menu, usage_hint
from bot.notices import said
from bot.reading import parse
from bot.topics import TOPICS
from bot.turn import MENU_ORDER, Commands, Scope, commands
from core import errors, events
from core.chat import Reply
from core.codes import looks_like_code
from core.notices import Notice
from core.rights import Right

ROOT = Path(__file__).parents[2]
REFUSALS = [each for each in vars(errors).values() if inspect.isclass(each)]
REFUSALS = [
    each for each in REFUSALS if issubclass(each, errors.Refusal) and each is not errors.Refusal
]
EVENTS = get_args(events.Event)


def a_value(type_: object) -> object:
    """Some value of a field's type, for what only has to be there."""
    named = {"str": "x", "int": 7, "bool": True, "timedelta": timedelta(minutes=4, seconds=10)}
    return named[str(type_)]


def an_example(kind: type) -> object:
    return kind(**{each.name: a_value(each.type) for each in dataclasses.fields(kind)})


# -- commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", list(commands), ids=lambda entry: entry.name)
def test_every_command_has_help_and_an_example_that_parses(entry: object) -> None:
    found = commands.find(entry.name)  # type: ignore[attr-defined]  # an Entry
    assert found is entry
    assert re.fullmatch(r"[A-Z][^\n]{5,}\.", found.summary)
    optional = found.usage.replace("[", "").replace("]", "").split("|")
    for usage in optional if not found.hidden else []:
        assert isinstance(parse(f"{found.name} {usage.strip()}"), found.kind)


def test_every_verb_is_in_the_table() -> None:
    kinds = {each for each in vars(verbs).values() if inspect.isclass(each)}
    kinds = {each for each in kinds if issubclass(each, Command)} - {Command, verbs.Fields}
    assert kinds == {each.kind for each in commands}


def test_no_command_is_taken_for_a_code() -> None:
    """Of what may be a code no copy is kept, so it would be lost at the door and when it fails."""
    names = {name for each in commands for name in (each.name, *each.aliases)}
    assert names
    assert not [each for each in names if holds_code(each) or looks_like_code(each)]
    assert holds_code("turn-into-task")  # the control


def test_every_line_that_help_shows_parses() -> None:
    for _, lines in TOPICS.values():
        assert all(parse(line) for line in lines)
    assert not set(TOPICS) & {name for each in commands for name in (each.name, *each.aliases)} - {
        "tasks"  # a topic and another name of the list: help explains the topic
    }


def test_two_commands_of_one_name_fail_at_the_start() -> None:
    @dataclass(frozen=True)
    class Wave(Command):
        """Wave."""

    @dataclass(frozen=True)
    class Greet(Command):
        """Greet."""

    table = Commands()
    table.on(Wave)(lambda work, turn, command: Reply())
    with pytest.raises(ValueError, match="two commands are named 'wave'"):
        table.on(Greet, aliases=("wave",))(lambda work, turn, command: Reply())


def test_the_menus_come_from_the_table() -> None:
    menus = telegram_menu()
    assert set(menus) == {each.value for each in Scope}
    for listed in menus.values():
        names = [name for name, _ in listed]
        assert names == sorted(names, key=MENU_ORDER.index)
        # Bot API, BotCommand: 1-32 of a-z 0-9 _, and 1-256 characters to say what it does.
        assert all(
            re.fullmatch(r"[a-z0-9_]{1,32}", name) and len(text) <= 256 for name, text in listed
        )
    assert {name for name, _ in menus["groups"]} == {"add", "list", "done", "help"}
    assert "plan" in {name for name, _ in menus["private"]}
    assert set(menus["admins"]) == {
        *menus["groups"],
        ("settings", commands.of(verbs.Settings()).summary),
    }


def test_the_usage_hint_comes_from_the_table() -> None:
    assert usage_hint().startswith("Buy milk")
    for name in ("list", "done", "help"):
        assert f"| {name}" in usage_hint()


@pytest.mark.parametrize(
    ("slip", "meant"), [("dnoe", "done"), ("lsit", "list"), ("setings", "settings"), ("xyzzy", "")]
)
def test_a_slip_is_recognised(slip: str, meant: str) -> None:
    found = commands.like(slip)
    assert (found.name if found else "") == meant


def test_nobody_is_offered_what_only_buttons_say() -> None:
    for entry in commands:
        if entry.hidden:
            assert (found := commands.like(f"{entry.name}x")) is None or not found.hidden


# -- refusals and events -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", REFUSALS)
def test_every_refusal_has_words(kind: type) -> None:
    refusal = an_example(kind)
    assert isinstance(refusal, errors.Refusal)
    assert re.search(r"[.?]$", explain(refusal).text)
    assert sentence(refusal)


def test_a_refusal_without_words_is_found_out() -> None:
    class New(errors.Refusal):
        pass

    with pytest.raises(TypeError, match="no words for New"):
        explain(New())


WHY_NOT = (
    "own-code", "gone", "other-chat", "last", "elsewhere", "late", "later", "undone", "both-pay"
)  # fmt: skip


@pytest.mark.parametrize("reason", WHY_NOT)
def test_every_reason_not_to_link_has_its_own_words(reason: str) -> None:
    others = {*WHY_NOT} - {reason}
    assert sentence(errors.LinkRefused(reason)) not in {
        sentence(errors.LinkRefused(each)) for each in others
    }


def test_what_is_not_allowed_names_who_may_in_words_of_its_own() -> None:
    """Of what may not even be seen nothing is said."""
    rights = [each for each in Right if each is not Right.SEE]
    words = {sentence(errors.NotAllowed(each.value, "Ada")) for each in rights}
    assert len(words) == len(rights)
    assert all("Ada" in each for each in words)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_has_words(kind: type) -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    event = an_example(kind)
    title, message = said(Notice(1, 1, 1, event, "Buy milk", "Ada", False, at))  # type: ignore[arg-type]  # built by its fields
    assert title
    assert message


def test_an_event_without_words_is_found_out() -> None:
    @dataclass(frozen=True)
    class New:
        type = "info"

    at = datetime(2026, 11, 25, tzinfo=UTC)
    with pytest.raises(TypeError, match="no words for New"):
        said(Notice(1, 1, None, New(), "", "", False, at))  # type: ignore[arg-type]  # no event of ours


# -- copy ----------------------------------------------------------------------------------------


def spelled_commands(source: str) -> Iterator[str]:
    """Texts of a module, docstrings aside, that spell a command with a platform's sign."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    names = "|".join(sorted({"task", *(n for e in commands for n in (e.name, *e.aliases))}))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield from re.findall(rf"(?<![\w/]){'/'}(?:{names})\b", node.value)


def test_no_reply_spells_a_command() -> None:
    assert list(spelled_commands('"""/done"""\nx = "Write /done 3 or /task list"')) == [
        "/done",
        "/task",
    ]
    files = [*(ROOT / "bot").glob("*.py"), *(ROOT / "bot" / "commands").glob("*.py")]
    silent = {"settings.py", "shapes.py", "web.py", "cli.py", "logs.py", "pages.py"}
    silent |= {"hook_failures.py"}  # of routes
    talk = [each for each in files if each.name not in silent]
    found = {each.name: list(spelled_commands(each.read_text())) for each in talk}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_defect_says_nothing_of_its_cause() -> None:
    assert (
        defect("7K3F-92").text
        == "Something broke on our side. Nothing was saved. Reference: 7K3F-92"
    )


def test_a_line_that_cannot_be_read_shows_how_it_goes() -> None:
    reply = unreadable("due", "42 fri 17:00", "milk")
    assert [each.line for each in reply.hints] == ["due 42 fri 17:00"]
    assert '"milk"' in reply.text
