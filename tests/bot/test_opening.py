"""Which lines ask for a form is known before anything is done."""

from __future__ import annotations

import pytest

from bot import commands as _table  # fills the table  # noqa: F401
from bot.opening import opens


@pytest.mark.parametrize(
    "line",
    [
        "add", "edit 42", "edit t:9k3f7q2m rev:17", "assign t:9k3f7q2m rev:17", "capture-message",
        "capture-message C0HOME/1700000000.000100", "filter", "filter #home", "find",
        "settings form",
    ],
)  # fmt: skip
def test_a_line_that_asks_for_a_form(line: str) -> None:
    assert opens(line)


@pytest.mark.parametrize(
    "line",
    [
        "add Buy milk", "edit", "edit 42 Oat milk", "assign 42 @ben", "done 42", "list", "help",
        "find milk", "settings", "", "nonsense",
    ],
)  # fmt: skip
def test_a_line_that_is_answered_at_once(line: str) -> None:
    assert not opens(line)
