"""The connections of a process are stated where an operator reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.roles import Role
from bot.sharing import connections

DOCUMENT = Path(__file__).parents[2] / "docs" / "postgres.md"


@pytest.mark.parametrize("role", [Role.WEB, Role.WORKER, Role.ALL])
def test_the_document_says_how_many_connections_each_role_has(role: Role) -> None:
    lines = DOCUMENT.read_text().splitlines()
    start = lines.index("| | `web` | `worker` | `all` |")
    column = lines[start].split("|").index(f" `{role}` ")
    rows = [each.split("|") for each in lines[start + 2 :]]
    last = next(at for at, row in enumerate(rows) if "**at most**" in row[1])
    assert rows[last][column].strip() == f"**{connections(role)}**"
    assert sum(int(row[column].strip() or 0) for row in rows[:last]) == connections(role)
    if role is Role.ALL:
        assert f"at least {connections(role)} N" in "\n".join(lines)
