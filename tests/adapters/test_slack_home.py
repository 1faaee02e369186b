"""The Home tab: drawn within Slack's limits whatever is on it, and what is done there is read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack import home as drawing
from adapters.slack import intake, limits
from adapters.slack.home import view
from core.addresses import Address, Sender
from core.chat import Button, Check, Fact, Hint, Home, Inbound, Item, Kind, Reply
from tests.adapters.slack_kit import US, payload
from tests.adapters.slack_strict import live_markup
from tests.adapters.slack_view import INERT, elements, refused, words
from tests.adapters.test_slack_render import BUTTON, LONG, REPLY, WORDS

LINE = st.sampled_from(("done t:9k3f7q2m rev:17", "", "x" * 151, "y" * 300, "😀" * 80))
ITEM = st.builds(
    Item,
    LONG,
    LONG,
    st.none() | BUTTON,
    st.none() | st.builds(Check, LINE, LINE),
    st.lists(st.builds(Button, LONG, LINE), max_size=7).map(tuple),
)
PART = st.builds(
    lambda reply, items, times: replace(reply, items=items * times),
    REPLY,
    st.lists(ITEM, max_size=9).map(tuple),
    st.sampled_from([1, 1, 12]),
)
HOME = st.builds(
    Home, st.lists(PART, max_size=5).map(tuple), st.just(1), st.just(1), LONG
)  # more than any tab of ours


REST = "That is not all."


def of(*parts: Reply) -> dict[str, Any]:
    return view(Home(parts, 1, 1, rest=REST), "/task")


@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)
@given(HOME)
def test_whatever_is_on_it_slack_takes_it_and_no_text_is_live(home: Home) -> None:
    drawn = view(home, "/task")
    assert refused(drawn) == ""
    assert [each for each in live_markup(drawn) if each not in INERT] == []


def test_the_strict_reader_finds_what_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Item("😀" * 80, check=Check("done 1", "reopen 1"), menu=(Button("Open", "show 1"),) * 7)
    assert refused(of(Reply(items=(task,)))) == ""
    for name, most in (("OPTION_LABEL", 80), ("OVERFLOW_OPTIONS", 7)):
        with monkeypatch.context() as patched:
            patched.setattr(limits, name, most)
            assert refused(of(Reply(items=(task,)))), name
    many = [Reply(text=str(number)) for number in range(120)]
    monkeypatch.setattr(limits, "HOME_BLOCKS", 120)
    assert refused(of(*many))
    large = Reply(text="\u00fc" * 12_000, buttons=((Button("\u00fc" * 75, "x" * 2000),) * 25,) * 10)
    assert refused(of(large, large)) == ""
    monkeypatch.setattr(limits, "VIEW_BYTES", 2_000_000)
    assert refused(of(large, large)) == "view_too_large"


def test_what_does_not_fit_is_left_out_from_the_end_and_said() -> None:
    drawn = of(*(Reply(text=f"part {number}") for number in range(120)))
    assert len(drawn["blocks"]) == limits.HOME_BLOCKS
    assert words(drawn).splitlines()[0] == "part 0"
    assert words(drawn).splitlines()[-1] == REST
    whole = of(*(Reply(text=f"part {number}") for number in range(100)))
    assert REST not in words(whole)


def test_what_has_too_much_text_says_so_too() -> None:
    drawn = of(*(Reply(text="x" * 3000) for _ in range(12)))
    assert words(drawn).splitlines()[-1] == REST
    assert sum(map(len, words(drawn).splitlines())) <= limits.HOME_TEXT + len(REST)


def test_a_tab_without_anything_is_none_that_slack_refuses() -> None:
    assert refused(of()) == refused(of(Reply())) == ""


def test_a_task_is_a_row_with_its_box_and_its_menu() -> None:
    task = Item(
        "#42 Buy milk",
        "today 17:00",
        check=Check("done t:9k3f7q2m rev:3", "reopen t:9k3f7q2m"),
        menu=(Button("Open", "show t:9k3f7q2m"), Button("Edit", "edit t:9k3f7q2m rev:3")),
    )
    drawn = of(Reply(title="Today", items=(task,), hints=(Hint("help", "more"),)))
    header, row, hint = drawn["blocks"]
    assert header == {"type": "header", "text": drawing.plain("Today")}
    box, menu = row["elements"]
    option = {"text": drawing.plain("#42 Buy milk"), "value": "done t:9k3f7q2m rev:3"}
    assert box["options"] == [{**option, "description": drawing.plain("today 17:00")}]
    assert [each["value"] for each in menu["options"]] == [
        "show t:9k3f7q2m",
        "edit t:9k3f7q2m rev:3",
    ]
    assert hint["elements"][0]["text"] == "/task help - more"


def test_a_box_that_slack_would_refuse_is_a_row_all_the_same() -> None:
    drawn = of(Reply(items=(Item("Buy milk", check=Check("x" * 151, "y")), Item("Bread"))))
    assert [each["type"] for each in drawn["blocks"]] == ["section", "section"]


def test_facts_and_a_struck_title_are_drawn_as_in_a_message() -> None:
    drawn = of(Reply(title="Buy milk", struck=True, facts=(Fact("Done"),)))
    assert [each["type"] for each in drawn["blocks"]] == ["rich_text", "context"]
    assert elements(drawn, "text")[0]["style"] == {"strike": True}


@settings(deadline=None, max_examples=30)
@given(WORDS)
def test_a_heading_of_anybodys_words_fits(text: str) -> None:
    assert refused(of(Reply(title=text * 50, text="and so on"))) == ""


# -- what is done there --------------------------------------------------------------------------


def read(**changed: Any) -> Inbound | None:
    return intake.read(payload("home opened", **changed), US)


def test_opening_the_tab_asks_for_it() -> None:
    opened = read()
    assert opened is not None
    assert (opened.kind, opened.line, opened.home) == (Kind.VISIT, "home", True)
    assert opened.sender == Sender("slack", "T0ACME", "U0ANN")
    assert opened.address == Address("slack", "T0ACME", "U0ANN", private=True)
    assert not opened.forms
    assert read() == opened, "the same event once more has the same key"


@pytest.mark.parametrize("tab", ["messages", "about", None, 7])
def test_opening_another_tab_asks_for_nothing(tab: Any) -> None:
    event = payload("home opened")["event"] | {"tab": tab}
    assert read(event=event) is None


def pressed(action: dict[str, Any], **view: Any) -> Inbound | None:
    press = payload("press in a direct message")
    for name in ("channel", "message", "response_url"):
        press.pop(name, None)
    press["container"] = {"type": "view", "view_id": "V1"}
    press["view"] = {"id": "V1", "type": "home", **view}
    press["actions"] = [action]
    return intake.read(press, US)


BOX = {"type": "checkboxes", "action_id": "check:reopen t:9k3f7q2m", "block_id": "b"}


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (
            {**BOX, "selected_options": [{"value": "done t:9k3f7q2m rev:3"}]},
            "done t:9k3f7q2m rev:3",
        ),
        ({**BOX, "selected_options": []}, "reopen t:9k3f7q2m"),
        (
            {"type": "overflow", "action_id": "menu:0", "selected_option": {"value": "show 3"}},
            "show 3",
        ),
        ({"type": "button", "action_id": "press:0:0", "value": "add"}, "add"),
    ],
)
def test_what_is_ticked_chosen_or_pressed_is_a_line(action: dict[str, Any], line: str) -> None:
    inbound = pressed(action)
    assert inbound is not None
    assert (inbound.line, inbound.kind, inbound.home) == (line, Kind.PRESS, True)
    assert (inbound.message, inbound.address.private) == ("", True)
    assert inbound.forms


@pytest.mark.parametrize(
    "action",
    [
        {**BOX, "action_id": "other", "selected_options": []},
        {**BOX, "selected_options": "done 3"},
        {**BOX, "selected_options": [7]},
        {"type": "overflow", "action_id": "menu:0", "selected_option": None},
    ],
)
def test_what_is_none_of_our_making_is_nothing(action: dict[str, Any]) -> None:
    assert pressed(action) is None


def test_a_press_in_a_modal_is_not_on_the_tab() -> None:
    inbound = pressed({"type": "button", "action_id": "press:0:0", "value": "add"}, type="modal")
    assert inbound is not None
    assert not inbound.home


def test_whoever_hears_a_button_of_a_row_alone_hears_of_what_it_is() -> None:
    row = Item("#7 Read the manual", "done at 05:35", Button("Reopen", "reopen t:9k3f7q2m"))
    (block,) = of(Reply(items=(row,)))["blocks"]
    assert block["accessory"]["accessibility_label"] == "Reopen #7 Read the manual"
