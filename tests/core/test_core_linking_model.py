"""Nobody reads what is another's by connecting chats, whatever people and links do (`promises.md`
B8): made-up histories on the core, and weaknesses put in on purpose, each of which they find.

`pytest -m soak tests/core/test_core_linking_model.py` plays the whole bar."""

from __future__ import annotations

import pytest

from tests.core.linking_machine import STEPS, Tally, play
from tests.core.linking_weaknesses import WEAKNESSES, Weakness, changed, weakened
from tests.core.linking_world import Violated

PLAYED, BAR = 500, 20_000
WITHIN = 2_000
"""Histories in which each weakness has to show."""
SLOW = {
    "one yes is enough",
    "whoever is blocked enters the next code",
    "letters of any attempt are taken",
    "letters are taken from any chat",
    "any chat of the account says yes, not only the one that showed the code",
    "a code works for ever",
    "what the app asked in one chat is answered in another",
    "a sign-in that came today lets somebody in",
    "who came today takes back what was there before",
    "any browser that had the link open goes on after the sign-in",
    "the second who signs in takes the attempt over",
    "a sign-in that was begun in one browser ends in another",
    "what stayed apart today is moved by whoever was there",
    "tasks stay where they were moved when the linking is undone",
}
"""Found, but not within a few seconds: for `make faults`."""
WAYS = {
    "two yeses join two chats": 0.2,
    "letters connect the chat that waits for them": 0.02,
    "whose chat on telegram it is proves it": 0.02,
    "whose chat on slack it is proves it": 0.02,
    "who was asked by the app agrees": 0.2,
    "tasks of nobody else come along": 0.05,
    "who was joined lets tasks go back, for a day": 0.02,
    "who was joined undoes it, for a day": 0.05,
    "after undo everything is as before": 0.02,
    "somebody lets a chat of their own go": 0.02,
    "who is new asks for somebody to be sent away": 0.02,
    "who was there before keeps somebody": 0.01,
    "whoever showed the code blocks": 0.02,
    "three wrong tries are the last": 0.02,
    "looking changes nothing": 0.2,
    "attempts end": 0.2,
}
"""What has to come about, and in which share of the histories at the least: a model in which
nothing connects would find nothing."""


def came_about(tally: Tally, histories: int) -> None:
    assert tally.histories >= histories
    assert tally.steps > tally.histories * STEPS / 2
    rare = {
        what: tally.happened.get(what, 0)
        for what, share in WAYS.items()
        if tally.happened.get(what, 0) < tally.histories * share
    }
    assert rare == {}


def test_nobody_connects_what_was_not_agreed_to() -> None:
    came_about(play(PLAYED, shrink=True), PLAYED)


@pytest.mark.soak
def test_nobody_does_in_many_histories() -> None:
    came_about(play(BAR, fresh=True, shrink=True), BAR)


@pytest.mark.parametrize(
    "weakness",
    [
        pytest.param(each, id=each.what, marks=[pytest.mark.faults] if each.what in SLOW else [])
        for each in WEAKNESSES
    ],
)
def test_a_weakness_is_found(weakness: Weakness) -> None:
    with weakened(weakness), pytest.raises(Violated):
        play(WITHIN)


def test_there_are_twelve_at_least() -> None:
    assert len({each.what for each in WEAKNESSES}) == len(WEAKNESSES) >= 12
    assert {each.what for each in WEAKNESSES} >= SLOW


def test_a_weakness_that_is_no_longer_one_is_found_out() -> None:
    gone = Weakness("nothing", "core.web_link_rows", "CLAIM", "no such words", "")
    with pytest.raises(ValueError, match="has 0 of"):
        changed(gone)
