"""Link codes as people type them, sign by sign."""

from __future__ import annotations

import pytest

from core import codes


def test_look_alikes_are_read_as_meant() -> None:
    assert codes.normalise("il0o-uv12-3abc") == "110 0VV123ABC".replace(" ", "")
    assert codes.normalise("ILOU") == "110V"
    assert codes.shown("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"
    assert codes.normalise(codes.shown("ABCDEFGHJKMN")) == "ABCDEFGHJKMN"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ab2c de3f gh4j", True), ("AB2C-DE3F-GH4J", True), ("AB2CDE3FGH4J", True),
        ("AB2CDE3FGH4", False), ("AB2CDE3FGH4JK", False), ("AB2C_DE3F_GH4J", False), ("", False),
        ("AB2C" + " " * 52 + "DE3FGH4J", True), ("AB2C" + " " * 53 + "DE3FGH4J", False),
    ],
)  # fmt: skip
def test_what_may_be_meant_as_one(text: str, is_one: bool) -> None:
    """At most 64 characters are looked at."""
    assert codes.looks_like_code(text) is is_one
