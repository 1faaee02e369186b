"""Details of a task, opened below a link: who is not in learns nothing and is entered nowhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from bot import dispatch as dispatching
from bot.commands import looking
from bot.dispatch import dispatch
from bot.entities import SHARED_NOTES
from core.addresses import Address, Sender
from core.chat import Audience, Inbound, Kind, Pane, Reply
from core.limits import DETAILS
from core.signup import Signup
from tests.memory import Memory

ADA = Sender("slack", "T1", "UADA", "Ada", "ada")
EVE = Sender("slack", "T1", "UEVE", language="de-DE")
ROOM = Address("slack", "T1", "C1", private=False, title="room")
HOME = Address("slack", "T1", "UADA", private=True)
WAY = "https://slack.com/app_redirect?app=A1&team=T1"
_keys = itertools.count(1)


@pytest.fixture
def memory() -> Iterator[Memory]:
    """Ada has a task in a channel, and one of her own."""
    made = Memory()
    for line, where in (("add Milk", ROOM), ("add Quokka", HOME)):
        does(made, ADA, line, where, Kind.ADDRESSED)
    yield made
    made.close()


def does(
    memory: Memory, who: Sender, line: str, where: Address = ROOM, kind: Kind = Kind.DETAILS,
    *, key: str = "", pane: str = "", entrance: str = WAY, **more: bool,
) -> Reply:  # fmt: skip
    key = key or f"k{next(_keys)}"
    inbound = Inbound(key, kind, who, where, line, pane=pane, entrance=entrance, forms=True, **more)
    return memory.run(lambda work: dispatch(work, inbound, lambda *_: True)).reply


def name_of(memory: Memory, title: str) -> str:
    [(name,)] = memory.rows("SELECT public_id FROM task WHERE title = ?", title)
    return str(name)


def opens(memory: Memory, who: Sender, title: str, **more: str) -> Pane:
    name = name_of(memory, title)
    pane = does(memory, who, f"details t:{name}", pane=name, **more).pane  # type: ignore[arg-type]  # texts all
    assert pane is not None
    return pane


KEPT = ("account", "identity", "chat", "message_key", "wish")


def entered(memory: Memory) -> list[object]:
    return [memory.rows(f"SELECT * FROM {each}") for each in KEPT]  # noqa: S608  # names of ours


@pytest.mark.parametrize("signup", Signup)
def test_who_is_not_in_is_led_to_the_bot_and_nothing_is_kept(
    memory: Memory, signup: Signup
) -> None:
    memory.signup = signup
    before = entered(memory)
    for pane in (opens(memory, EVE, "Milk"), opens(memory, EVE, "Quokka")):
        assert (pane.connect, pane.entity, pane.buttons) == (WAY, None, ())
        assert "Milk" not in str(pane)
    assert entered(memory) == before
    name = name_of(memory, "Milk")
    for _ in range(DETAILS.times):
        reply = does(memory, EVE, f"details t:{name}", pane=name)
    assert reply == Reply()  # who looks all the time is left alone
    assert memory.rows("SELECT name, used FROM rate") == [("unfurl.details", DETAILS.times)]


def test_the_control_without_it_they_would_be_entered(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "concerns_us", lambda *_: True)
    before = entered(memory)
    opens(memory, EVE, "Milk")
    assert entered(memory) != before


def test_without_a_way_in_it_is_said_in_words(memory: Memory) -> None:
    pane = opens(memory, EVE, "Milk", entrance="")
    assert not pane.connect
    assert pane.title
    assert pane.text


def test_another_organisations_guest_is_not_sent_where_they_cannot_go(memory: Memory) -> None:
    name = name_of(memory, "Milk")
    pane = does(memory, EVE, f"details t:{name}", pane=name, guest=True).pane
    assert pane is not None
    assert not pane.connect
    assert "Leute des Workspace" in pane.text  # in her language


def test_what_is_ones_own_is_seen_in_every_channel_and_a_strangers_in_none(
    memory: Memory,
) -> None:
    does(memory, EVE, "list", kind=Kind.ADDRESSED)  # she is in now
    mine, theirs = opens(memory, ADA, "Quokka"), opens(memory, EVE, "Quokka")
    assert mine.entity is not None
    assert [each.label for each in mine.buttons][:1] == ["Done"]
    assert (theirs.entity, theirs.buttons, theirs.connect) == (None, (), "")
    missing = does(memory, EVE, "details t:nosuch", pane="nosuch").pane
    assert missing == theirs  # nobody learns whether there is such a task


def test_who_looks_too_often_is_told_when_to_look_again(memory: Memory) -> None:
    panes = [opens(memory, ADA, "Milk") for _ in range(DETAILS.times + 1)]
    assert all(each.entity for each in panes[:-1])
    assert panes[-1].entity is None
    assert "looks at details" in panes[-1].text


def test_where_our_code_breaks_the_pane_says_so(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> Reply:
        raise ZeroDivisionError

    monkeypatch.setattr(looking, "details", breaks)
    pane = opens(memory, ADA, "Milk")
    assert pane.entity is None
    assert pane.text


def test_what_came_of_a_press_is_said_beside_the_task(memory: Memory) -> None:
    name = name_of(memory, "Milk")
    for line, title, text in (
        ("done", "Done.", ""),
        ("reopen", "Reopened.", ""),
        ("done t:{name} rev:1", "Look again", "out of date"),  # drawn before the two others
    ):
        said = line.format(name=name) if "{" in line else f"{line} t:{name}"
        pane = does(memory, ADA, said, kind=Kind.PRESS, pane=name).pane
        assert pane is not None
        assert pane.entity is not None
        assert pane.title == title
        assert text in pane.text


@pytest.mark.parametrize("forms", [True, False])
def test_a_press_that_is_done_anew_is_answered_in_a_message(memory: Memory, forms: bool) -> None:
    """What could open anything by then is long gone (`bot.replaying`)."""
    name = name_of(memory, "Milk")
    press = Inbound("k", Kind.PRESS, ADA, ROOM, f"done t:{name}", pane=name, forms=forms)
    reply = memory.run(lambda work: dispatch(work, press, lambda *_: True)).reply
    assert (reply.pane is not None, reply.drawn) == (forms, not forms)
    assert reply.audience is Audience.PRIVATE


def test_who_only_reads_the_channel_sees_no_more_than_stands_below_the_link(
    memory: Memory,
) -> None:
    does(memory, EVE, "list", kind=Kind.ADDRESSED)  # she is in now
    name, notes = name_of(memory, "Milk"), "n" * (SHARED_NOTES + 1)
    edited = Inbound("k", Kind.FORM, ADA, HOME, f"edit t:{name}", answers={"description": notes})
    memory.run(lambda work: dispatch(work, edited, lambda *_: True))
    mine, read = opens(memory, ADA, "Milk").entity, opens(memory, EVE, "Milk").entity
    assert mine is not None
    assert read is not None
    assert mine.description == notes
    assert len(read.description) == SHARED_NOTES


def test_what_slack_tells_twice_is_looked_at_once(memory: Memory) -> None:
    name = name_of(memory, "Milk")
    first, second = (
        does(memory, ADA, f"details t:{name}", pane=name, key="twice") for _ in range(2)
    )
    assert first.pane is not None
    assert second == Reply()


def test_typed_it_is_the_card(memory: Memory) -> None:
    name = name_of(memory, "Quokka")
    reply = does(memory, ADA, f"details t:{name}", HOME, Kind.COMMAND)
    assert (reply.pane, reply.card is not None) == (None, True)
