"""Every command reads back from its own line, and a form says what a line says."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import commands as _table  # fills the table  # noqa: F401
from bot import verbs
from bot.grammar import (
    BUTTON_BYTES,
    Command,
    GrammarError,
    Missing,
    Unreadable,
    button_line,
    line_about,
    parts,
    rest_of,
    straight,
    to_line,
)
from bot.reading import UnknownCommand, parse
from bot.turn import commands
from core.task import Ref

KINDS = sorted((each.kind for each in commands), key=lambda kind: kind.name)

public_ids = st.from_regex(r"[0-9a-z]{10}", fullmatch=True)
refs = st.one_of(
    st.integers(1, 10**9 - 1).map(lambda number: Ref(number=number)),
    st.builds(
        lambda name, revision: Ref(public_id=name, revision=revision),
        public_ids,
        st.integers(0, 10**6),
    ),
)
numbers = st.integers(0, 10**12)
values = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=40)
"""What a keyword may hold: quoted where it needs to be."""


def is_plain(text: str, kind: type[Command]) -> bool:
    """Text that begins like no other part of the line."""
    first = text.partition(" ")[0]
    is_option = any(first.startswith(f"{part.name}:") for part in parts(kind))
    return text == text.strip() and not is_option and not re.match(r"#?\d|t:|rev:|[\"']", first)


def field_values(  # noqa: PLR0911  # one return for each type
    kind: type[Command], part: Any
) -> st.SearchStrategy[Any]:
    if part.type == tuple[Ref, ...]:
        return st.lists(refs, max_size=4).map(tuple)
    if part.type in {Ref, Ref | None}:
        return refs if not part.optional else st.one_of(st.none(), refs)
    if part.type in {bool, int}:
        return st.booleans() if part.type is bool else numbers
    if isinstance(part.type, type) and issubclass(part.type, StrEnum):
        return st.sampled_from(part.type)
    if part.type in {int | None, bool | None}:
        return st.one_of(st.none(), numbers if part.type == int | None else st.booleans())
    if part is rest_of(kind):
        return values.filter(lambda text: is_plain(text, kind) and bool(text or part.optional))
    if part.keyword:
        return st.one_of(st.none(), values)
    return st.from_regex(r"[a-z][a-z0-9-]{0,15}", fullmatch=True)  # one word


@st.composite
def any_command(draw: st.DrawFn) -> Command:
    kind = draw(st.sampled_from(KINDS))
    return kind(**{part.name: draw(field_values(kind, part)) for part in parts(kind)})


@given(any_command())
def test_every_command_reads_back_from_its_own_line(command: Command) -> None:
    assert parse(to_line(command)) == command


@given(any_command(), st.text(max_size=30))
def test_a_line_is_a_command_or_a_grammar_error(command: Command, text: str) -> None:
    for line in (f"{command.name} {text}", f"{to_line(command)} {text}", text):
        try:
            parse(line)
        except GrammarError:
            continue


@given(st.sampled_from(KINDS), st.dictionaries(st.text(max_size=9), st.text(max_size=40)))
def test_any_answers_are_a_command_or_a_grammar_error(
    kind: type[Command], answers: dict[str, str]
) -> None:
    named = {part.name: text for part, text in zip(parts(kind), answers.values(), strict=False)}
    try:
        parse(kind.name, answers | named)
    except GrammarError:
        return


@pytest.mark.parametrize(
    "title", ['6" nails', 'a 6" and an 8" pipe', '"', 'ends in "', "\\", '\\" "']
)
def test_a_value_may_have_quotes_beside_spaces(title: str) -> None:
    command = verbs.Edit(Ref(number=1), title=title)
    assert parse(to_line(command)) == command


def test_a_kind_that_loses_a_field_is_found_out() -> None:
    """The negative control of the first property: a line that says less than its command."""
    command = verbs.List("#home", page=2)
    assert parse(to_line(command)) == command
    assert parse(to_line(command).replace("page:2", "")) != command


@given(refs, st.lists(refs, min_size=1, max_size=20))
def test_typed_pressed_and_filled_are_one_command(one: Ref, many: list[Ref]) -> None:
    typed = parse(f"due {to_line(verbs.Show(one)).removeprefix('show ')} fri 17:00")
    filled = parse(to_line(verbs.Due(one)), {"date": "fri 17:00"})
    assert typed == filled == verbs.Due(one, "fri 17:00")
    assert parse(to_line(verbs.Done(tuple(many)))) == verbs.Done(tuple(many))


@given(public_ids, st.integers(0, 10**9 - 1), st.integers(0, 10**14))
def test_every_button_of_a_task_fits(public_id: str, revision: int, at: int) -> None:
    seen = Ref(public_id=public_id, revision=revision)
    minute = at % 10**9
    carried: list[Command] = [
        verbs.Show(seen), verbs.More(seen), verbs.Done((seen,)), verbs.Reopen((seen,)),
        verbs.Begin(seen), verbs.Cancel((seen,)), verbs.Delete((seen,)), verbs.Edit(seen),
        verbs.DeleteNow((seen,), at=minute), verbs.Due(seen, "2026-11-24 17:00"), verbs.Pick(seen),
        verbs.Assign(seen), verbs.Claim(seen), verbs.Decline(seen), verbs.Undo(at),
        verbs.List("overdue", page=1000), verbs.Inbox(below=at), verbs.Read(at), verbs.Drop(at + 1),
        verbs.Snooze(seen, "2026-11-24 18:00"), verbs.Snooze(seen, "tomorrow"),
        verbs.Remind(seen, "30m"), verbs.Remind(seen), verbs.Repeat(seen, "weekdays"),
        verbs.Repeat(seen, "other"), verbs.Skip(seen), verbs.Nag(seen, "120m"),
        verbs.Pick(seen, verbs.Picked.SNOOZE, "2026-11"),
        verbs.Pick(seen, verbs.Picked.SNOOZE, typed=True),
        verbs.Timezone("America/Argentina/ComodRivadavia"), verbs.Notify(True, at),
        verbs.UnlinkNow(at + 1, at=minute),
        *(verbs.Ask(part.name, to_line(verbs.Edit(seen))) for part in parts(verbs.Edit)),
    ]  # fmt: skip
    for command in carried:
        assert parse(button_line(command)) == command


def test_a_line_too_long_for_a_button_is_our_defect() -> None:
    assert len(button_line(verbs.Close("x" * (BUTTON_BYTES - 6))).encode()) == BUTTON_BYTES
    with pytest.raises(ValueError, match="does not fit"):
        button_line(verbs.Close("x" * (BUTTON_BYTES - 5)))


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("done 3", verbs.Done((Ref(3),))),
        ("DONE #3, 4; 5", verbs.Done((Ref(3), Ref(4), Ref(5)))),
        ("done", verbs.Done()),
        ("complete 3", verbs.Done((Ref(3),))),
        ("42", verbs.Show(Ref(42))),
        ("#42", verbs.Show(Ref(42))),
        ("show 42", verbs.Show(Ref(42))),
        ("edit 3 Buy oat milk", verbs.Edit(Ref(3), text="Buy oat milk")),
        ("edit 3 due:fri", verbs.Edit(Ref(3), due="fri")),
        ('edit 3 status:"in progress"', verbs.Edit(Ref(3), status="in progress")),
        ('edit 3 category:""', verbs.Edit(Ref(3), category="")),
        ("add\nBuy milk", verbs.Add("Buy milk")),
        ("add time: five o'clock", verbs.Add("time: five o'clock")),
        ("add priority:high Buy milk", verbs.Add("Buy milk", priority="high")),
        ('add "title:x" y', verbs.Add('"title:x" y')),
        ("list #home !high", verbs.List("#home !high")),
        ("list page:2 #home", verbs.List("#home", page=2)),
        ("notify off", verbs.Notify(False)),
        ("undo 7", verbs.Undo(7)),
    ],
)
def test_what_people_type(line: str, command: Command) -> None:
    assert parse(line) == command


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", UnknownCommand),
        ("dance", UnknownCommand),
        ("done milk", Unreadable),
        ("done 3 please", Unreadable),
        ("done 12345678901", Unreadable),
        ("notify", Missing),
        ("notify perhaps", Unreadable),
        ("undo yesterday", Unreadable),
        ("more", Missing),
        ("list page:two", Unreadable),
    ],
)
def test_what_is_no_sentence(line: str, error: type[GrammarError]) -> None:
    with pytest.raises(error):
        parse(line)


@given(st.text(max_size=60))
def test_curly_quotes_are_made_straight_and_nothing_else(text: str) -> None:
    assume(not set(text) & set("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019"))
    assert straight(text) == text
    assert straight("\u201cBuy milk\u201d isn\u2019t") == '"Buy milk" isn\'t'


@given(public_id=st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=8, max_size=8),
       revision=st.integers(0, 2**31 - 1))  # fmt: skip
@pytest.mark.parametrize("kind", [
    verbs.Accept, verbs.Assign, verbs.Begin, verbs.Claim, verbs.Decline, verbs.Due, verbs.Edit,
    verbs.More, verbs.Note, verbs.Notes, verbs.Snooze,
])  # fmt: skip
def test_a_line_about_a_task_is_that_of_its_command(
    kind: Any, public_id: str, revision: int
) -> None:
    task = Ref(public_id=public_id, revision=revision)
    assert line_about(kind, task) == button_line(kind(task))


@pytest.mark.parametrize("kind", [verbs.Done, verbs.Reopen])
def test_so_is_one_about_one_of_several(kind: Any) -> None:
    task = Ref(public_id="9k3f7q2m", revision=17)
    assert line_about(kind, task) == button_line(kind((task,)))
