"""When a job is tried again, and when it is given up."""

from __future__ import annotations

import math

import pytest

from adapters.engine.retry import GaveUp, Outcome, Retries
from core.errors import Ambiguous, ChatGone, GiveUp, RetryLater


def test_a_failure_backs_off_and_ends_after_eight_attempts() -> None:
    retries, failed = Retries(), Outcome.of(ValueError("boom"))
    assert [retries.wait_after(failed) for _ in range(7)] == [0.5, 1, 2, 4, 8, 16, 32]
    with pytest.raises(GaveUp, match="failed 8 times, last: ValueError: boom"):
        retries.wait_after(failed)


def test_waits_the_platform_asks_for_do_not_count_as_failures() -> None:
    retries = Retries()
    assert [retries.wait_after(Outcome.of(RetryLater(30))) for _ in range(100)] == [30.0] * 100
    assert retries.wait_after(Outcome.of(ChatGone("kicked"))) == 0.5


@pytest.mark.parametrize("seconds", [4000, math.inf, math.nan])
def test_a_chat_does_not_wait_for_ever(seconds: float) -> None:
    with pytest.raises(GaveUp, match="told to wait"):
        Retries().wait_after(Outcome.of(RetryLater(seconds)))


def test_a_wait_of_nothing_does_not_spin() -> None:
    assert Retries().wait_after(Outcome.of(RetryLater(-1))) == 0.25


def test_what_may_have_arrived_is_tried_once_more() -> None:
    retries = Retries()
    assert retries.wait_after(Outcome.of(Ambiguous())) == 0.5
    with pytest.raises(GaveUp, match="may have been delivered"):
        retries.wait_after(Outcome.of(Ambiguous()))


def test_giving_up_is_at_once_and_says_why() -> None:
    with pytest.raises(GaveUp, match="archived"):
        Retries().wait_after(Outcome.of(GiveUp("archived")))
