"""An address is said so that only whoever has it knows which it is."""

from __future__ import annotations

import pytest

from bot.already import masked


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bob@example.org", "b***@example.org"),
        ("Bob Stone", "Bob Stone"),
        ("@bob", "@bob"),
        ("Bob Stone <bob@example.org>", "Bob Stone <b***@example.org>"),
        ("Bob Stone (bob.s@example.org)", "Bob Stone (b***@example.org)"),
    ],
)
def test_who_is_named(name: str, said: str) -> None:
    assert masked(name) == said
