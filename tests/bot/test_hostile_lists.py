"""Lines that nobody means: each of the commands on lists, notes and search answers them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.matrix import GUEST, MEMBER, OWNER, Matrix

ODD = (
    "\0", "\u202e", '"', '#"', "#", "@", "!", "~", "%", "\\", "'; DROP TABLE task; --",
    "x" * 5000, "#" + "c" * 300, "~" + "\U0001f95b" * 600, "\u0663", "-1", "9" * 40, "{0}{n}%s",
)  # fmt: skip
LINES = (
    "find {}", "find page:999999999999999 {}", "find by:0 {}", "list {}", "list share {}",
    "list #{}", "list ~{}", "list by:3 page:2 {}", "filter {}", "filter by:{}", "filter by:list {}",
    "bulk {}", "bulk done {}", "bulk delete {}", "bulk delete of:x at:999999999999999 {}",
    "bulk snooze of:x when:{} done", "note {}", "note 1 {}", "note t:zzzz {}", "notes {}",
    "notes below:{} 1", "notes below:0 1", "share {}", "share t:{}", "delete {}", "delete 1 {}",
    "delete-now {}", "delete-now at:999999999999999 1 2 {}", "start t_{}",
)  # fmt: skip


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    made = Matrix()
    yield made
    made.memory.close()


@pytest.mark.parametrize("line", LINES)
def test_odd_lines_are_answered(matrix: Matrix, line: str) -> None:
    for role in (OWNER, MEMBER, GUEST):
        for odd in ODD:
            with matrix.memory.aside():
                handled = matrix.say(role, line.replace("{}", odd))
            assert handled.defect == "", (role.name, line, odd[:40])
            assert not handled.reply.empty
