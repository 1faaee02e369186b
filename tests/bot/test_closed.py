"""While people are asked to wait, nothing that anybody says changes a thing (`bot/desk.py`),
however it is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot import commands as _table  # fills the table  # noqa: F401
from bot.desk import LOOKING
from bot.dispatch import dispatch
from bot.turn import commands
from core.chat import Inbound, Kind
from tests.bot.matrix import OWNER, Matrix
from tests.bot.test_authorisation_matrix import ROWS

WAYS = (Kind.COMMAND, Kind.PRESS, Kind.FORM)


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    found = Matrix()
    yield found
    found.memory.close()


def changed(matrix: Matrix) -> dict[str, set[Kind]]:
    """Which commands change something of the owner's, at the owner's own word, and how said."""
    found: dict[str, set[Kind]] = {}
    for name, (_rule, template) in ROWS.items():
        line = matrix.line(template, OWNER)
        for kind in WAYS:
            with matrix.memory.aside():
                before, key = matrix.theirs(), f"{name}:{kind}"
                said = Inbound(
                    key, kind, OWNER.sender, OWNER.address, line, message="7", forms=True
                )
                handled = matrix.memory.run(
                    lambda work, said=said: dispatch(work, said, lambda *_: True)
                )
                assert handled.defect == "", line
                if matrix.theirs() != before:
                    found.setdefault(name, set()).add(kind)
    return found


def test_nothing_changes(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix.memory._tools.desk, "closed_since", matrix.memory.clock.at)
    assert changed(matrix) == {}


def test_otherwise_much_does(matrix: Matrix) -> None:
    """The control; and what is let through then never does."""
    does = changed(matrix)
    assert len(does) > 30
    assert {"done", "add", "edit", "notify", "unlink-now"} <= does.keys()
    looking = {each.name for each in commands if each.kind in LOOKING}
    assert not looking & does.keys()
