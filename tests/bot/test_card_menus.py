"""What a card has in menus where a platform has them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot import verbs
from bot.card_menus import due_menu, more_menu, snooze_menu, with_menus
from bot.grammar import button_line
from bot.language import speaking
from core.chat import Button, Card, Fact, Item, Link, Menu, Moment, Reply, Style
from core.inbox import REPLY, kept
from core.task import Ref

SEEN = Ref(public_id="9k3f7q2m", revision=17)
NAME = Ref(public_id="9k3f7q2m")
DUE, MORE = button_line(verbs.Due(SEEN)), button_line(verbs.More(SEEN))


def test_what_is_chosen_is_the_command_that_a_button_sends() -> None:
    due, more = due_menu(DUE), more_menu(MORE, shared=False)
    said = ["in 1h", "tonight", "tomorrow 09:00", "today", "tomorrow", "next mon"]
    commands = [*(verbs.Due(SEEN, each) for each in said), verbs.Pick(SEEN)]
    commands.append(verbs.Due(SEEN, "none"))
    assert [each.line for each in due.options] == [*map(button_line, commands)]
    assert due.line == button_line(verbs.Due(SEEN))
    others = [
        verbs.Edit(SEEN),
        verbs.Snooze(NAME),
        verbs.Cancel((SEEN,)),
        verbs.Delete((SEEN,)),
        verbs.Share(NAME),
    ]
    assert [each.line for each in more.options] == [*map(button_line, others)]
    assert more.line == button_line(verbs.Note(NAME))


def test_menus_take_the_place_of_two_buttons_of_an_open_card() -> None:
    done, due, more = (
        Button("Done", "done t:9k3f7q2m rev:17"),
        Button("Due", DUE),
        Button("More", MORE),
    )
    snooze = Button("Snooze", button_line(verbs.Snooze(NAME)))
    on_friday = Button("Friday", f"{DUE} fri")
    plain = Reply(
        title="x", card=Card("9k3f7q2m", 17), buttons=((done, due, on_friday), (snooze, more))
    )
    menus = with_menus(plain)
    assert menus == ((done, due_menu(DUE), on_friday), (snooze, more_menu(MORE, shared=False)))
    shared = with_menus(replace(plain, buttons=((due,), (more,))))
    assert shared == ((due_menu(DUE),), (more_menu(MORE, shared=True),))
    for other in (replace(plain, card=None), replace(plain, struck=True)):
        assert with_menus(other) == other.buttons


def test_whoever_does_the_task_of_another_has_a_menu_where_the_owner_has() -> None:
    done, start = Button("Done", "done t:9k3f7q2m rev:17"), Button("Start", "begin t:9k3f7q2m")
    snooze = Button("Snooze", button_line(verbs.Snooze(NAME)))
    accept = Button("Accept", "accept t:9k3f7q2m rev:17")
    plain = Reply(
        title="x", card=Card("9k3f7q2m", 17), buttons=((accept,), (done,), (start, snooze))
    )
    menu = snooze_menu(snooze.line)
    assert with_menus(plain) == ((accept,), (done, menu, start))
    said = ["in 1h", "tonight", "tomorrow 09:00", "tomorrow", "next mon"]
    commands = [*(verbs.Snooze(NAME, each) for each in said), verbs.Pick(NAME, verbs.Picked.SNOOZE)]
    assert [each.line for each in menu.options] == [*map(button_line, commands)]


def test_nobody_snoozes_in_a_group() -> None:
    labels = [each.label for each in more_menu(MORE, shared=True).options]
    assert labels == ["Edit", "Cancel task", "Delete", "Copy link"]


def test_a_menu_is_in_the_language_that_is_spoken() -> None:
    with speaking("de"):
        assert "Link kopieren" in [each.label for each in more_menu(MORE, shared=True).options]
    assert "Copy link" in [each.label for each in more_menu(MORE, shared=True).options]


def test_an_answer_that_is_kept_keeps_its_menus() -> None:
    reply = Reply(title="x", buttons=((due_menu(DUE),), (more_menu(MORE, shared=False),)))
    assert REPLY.validate_json(kept(reply)) == reply


BUTTON = st.builds(Button, st.text(), st.text(), st.sampled_from(Style))
OPTIONS = st.lists(BUTTON, min_size=1, max_size=3).map(tuple)
MENU = st.builds(Menu, st.text(), st.text(), st.sampled_from(Style), OPTIONS, st.booleans())
LINK = st.builds(Link, st.text(), st.text(), st.booleans())
FACT = st.builds(Fact, st.text(), st.text()) | st.builds(Moment, st.text(), st.integers(0, 2**40))


@given(
    st.builds(
        Reply,
        text=st.text(),
        struck=st.booleans(),
        facts=st.lists(FACT, max_size=3).map(tuple),
        items=st.lists(st.builds(Item, st.text(), button=st.none() | BUTTON), max_size=2).map(
            tuple
        ),
        buttons=st.lists(BUTTON | MENU | LINK, max_size=4).map(lambda row: (tuple(row),)),
        card=st.none() | st.builds(Card, st.text(), st.integers(1, 9)),
        fresh=st.booleans(),
    )
)
def test_an_answer_that_is_kept_is_the_same_answer(reply: Reply) -> None:
    """A button came back as a menu that has no options: it took the room of one on Slack."""
    assert REPLY.validate_json(kept(reply)) == reply
