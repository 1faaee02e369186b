"""How long a signed value holds and how large it is, to the second and the character."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.signed import LONGEST, MOST, Purpose, Signer

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SIGNER = Signer(b"k" * 32)


@pytest.mark.parametrize("lifetime", [SECOND, LONGEST])
def test_from_a_second_to_a_day(lifetime: timedelta) -> None:
    assert timedelta(days=1) == LONGEST
    value = SIGNER.sign(Purpose.CSRF, {"a": 1}, lifetime, NOW)
    assert SIGNER.read(Purpose.CSRF, value, NOW) == {"a": 1}


@pytest.mark.parametrize("lifetime", [timedelta(0), -SECOND, SECOND / 2, LONGEST + SECOND])
def test_no_less_and_no_more(lifetime: timedelta) -> None:
    with pytest.raises(ValueError, match="not to be signed"):
        SIGNER.sign(Purpose.CSRF, {}, lifetime, NOW)


def test_as_many_characters_as_may_be_and_not_one_more() -> None:
    sizes = {}
    for count in range(1300, 1500):
        try:
            sizes[count] = len(SIGNER.sign(Purpose.CSRF, {"a": "x" * count}, SECOND, NOW))
        except ValueError:
            break
    assert MOST == 2048
    assert max(sizes.values()) == MOST


def test_a_key_is_of_the_purpose_and_of_the_service() -> None:
    values = {each: SIGNER.sign(each, {"a": 1}, SECOND, NOW) for each in Purpose}
    for made, value in values.items():
        for purpose in Purpose:
            assert (SIGNER.read(purpose, value, NOW) is not None) is (made is purpose)
            assert Signer(b"o" * 32).read(purpose, value, NOW) is None
