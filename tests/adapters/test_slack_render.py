"""Whatever people write arrives inert, and within Slack's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import limits, markup
from adapters.slack.forms import modal, problems
from adapters.slack.origin import Origin
from adapters.slack.render import draw
from core.chat import (
    Button,
    Card,
    Fact,
    Form,
    Hint,
    Input,
    Item,
    Link,
    Menu,
    Moment,
    Option,
    Question,
    Reply,
    Style,
)
from core.errors import Unsendable
from tests.adapters.slack_strict import broken, live_markup, objects

HOSTILE = (
    "<!channel>",
    "<@U0BEN>",
    "<https://evil.test|a>",
    "&lt;!here&gt;",
    "*b* _i_ ~s~ `c`",
    "\u202e",
    "@everyone",
    "|x>",
    "^{date}",
    "😀",
    "&",
)
WORDS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=6).map("".join)
LONG = st.builds(lambda text, times: text * times, WORDS, st.sampled_from([1, 1, 1, 40]))
BUTTON = st.builds(Button, LONG, WORDS, st.sampled_from(Style))
MENU = st.builds(
    Menu,
    LONG,
    WORDS,
    st.sampled_from(Style),
    options=st.lists(BUTTON, max_size=15).map(tuple),
    beside=st.booleans(),
)
REPLY = st.builds(
    Reply,
    text=st.builds(lambda text, times: text * times, LONG, st.sampled_from([1, 10])),
    title=LONG,
    struck=st.booleans(),
    facts=st.lists(
        st.builds(Fact, LONG, WORDS) | st.builds(Moment, LONG, st.integers(0, 2**33), WORDS),
        max_size=15,
    ).map(tuple),
    items=st.lists(st.builds(Item, LONG, LONG, st.none() | BUTTON), max_size=35).map(tuple),
    hints=st.lists(st.builds(Hint, WORDS, LONG), max_size=4).map(tuple),
    buttons=st.lists(
        st.lists(
            BUTTON | MENU | st.builds(Link, LONG, LONG.map("https://a.test/".__add__)), max_size=27
        ),
        max_size=3,
    ).map(lambda rows: tuple(map(tuple, rows))),
    toast=LONG,
    card=st.none() | st.just(Card("1", 2)) | st.just(Card("1", 2, "https://a.test/task/1")),
)


@settings(deadline=None, max_examples=100)
@given(REPLY)
def test_no_text_of_a_user_is_live_and_no_limit_is_passed(reply: Reply) -> None:
    drawn = draw(reply, "/task")
    assert live_markup(drawn) == []
    assert broken(drawn) == ""


def test_the_strict_reader_finds_text_that_is_not_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_escaped", lambda text: text)
    reply = Reply(text="<!channel>", facts=(Moment("a> <@U1>", 1),))
    assert len(live_markup(draw(reply, "/task"))) >= 2


def test_the_strict_reader_finds_text_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BUTTON_LABEL", 1000)
    assert broken(draw(Reply(text="x", buttons=((Button("y" * 76, "z"),),)), "/task"))


def test_a_card_has_its_parts_in_order() -> None:
    reply = Reply(
        text="Added.",
        title="Buy *milk*",
        facts=(Fact("high", "Priority"), Moment("Tue 24 Nov 17:00 (UTC)", 1764003600, "Due")),
        hints=(Hint("done 3", "when it is done"),),
        buttons=((Button("Done", "done t:1 rev:2", Style.PRIMARY), Link("Web", "https://a.test")),),
    )
    drawn = draw(reply, "/todo")
    assert [block["type"] for block in drawn["blocks"]] == [
        "rich_text",
        "section",
        "context",
        "context",
        "actions",
    ]
    said = "Added. Buy *milk*. Priority: high. Due: Tue 24 Nov 17:00 (UTC)."
    assert drawn["text"] == f"{said} /todo done 3 - when it is done."
    texts = [each["text"] for each in objects(drawn["blocks"]) if isinstance(each.get("text"), str)]
    date = "<!date^1764003600^{date_short_pretty} {time}|Tue 24 Nov 17:00 (UTC)>"
    assert texts[:5] == ["Buy *milk*", "Added.", "Priority: high", "Due:", date]
    assert texts[5] == "/todo done 3 - when it is done"
    done, web = drawn["blocks"][-1]["elements"]
    assert (done["value"], done["style"]) == ("done t:1 rev:2", "primary")
    assert (web["url"], web["action_id"].split(":")[0]) == ("https://a.test", "link")


DUE = Menu(
    "Due", "due t:1 rev:2", options=(Button("In 1 h", "due t:1 rev:2 in 1h"), Button("", ""))
)
MORE = Menu(
    "More",
    "more t:1",
    options=(Button("Edit", "edit t:1 rev:2"), Button("Copy link", "share t:1")),
    beside=True,
)


def test_rows_with_menus_stand_in_one_and_nothing_in_the_dots_is_a_button_besides() -> None:
    rows = (
        (Button("Done", "done t:1"), DUE, Button("Edit", "edit t:1 rev:2")),
        (Button("Assign", "assign t:1"), MORE),
        (Button("Undo", "undo 3"),),
    )
    reply = Reply(title="Buy\nmilk", buttons=rows, card=Card("1", 2))
    menus, undo = [each for each in draw(reply, "/task")["blocks"] if each["type"] == "actions"]
    done, due, assign, more, dots = menus["elements"]
    assert [each["text"]["text"] for each in (done, assign, more)] == ["Done", "Assign", "More"]
    assert done["accessibility_label"] == "Done Buy milk"
    assert (due["type"], due["placeholder"]["text"]) == ("static_select", "Due")
    assert [each["value"] for each in due["options"]] == ["due t:1 rev:2 in 1h"]
    assert dots["type"] == "overflow"
    assert [each["value"] for each in dots["options"]] == ["edit t:1 rev:2", "share t:1"]
    assert [each["value"] for each in undo["elements"]] == ["undo 3"]


def test_a_cards_title_leads_to_its_page_and_its_state_stands_below() -> None:
    card = Card("1", 2, "https://a.test/task/1")
    facts = (Fact("Open, overdue"), Fact("#home"))
    drawn = draw(Reply(title="<milk>", facts=facts, card=card), "/task")
    assert live_markup(drawn) == []
    title, state = drawn["blocks"][0]["elements"][0]["elements"]
    assert (title["type"], title["url"], title["text"]) == ("link", card.url, "<milk>")
    assert state["text"] == "\nOpen, overdue"
    assert [each["text"] for each in drawn["blocks"][1]["elements"]] == ["#home"]
    other = draw(Reply(title="x", card=Card("1", 2, "https://evil.test/x")), "/task")
    assert live_markup(other) == ["link"]
    nameless = draw(Reply(title=" ", facts=facts, card=card), "/task")
    assert len(nameless["blocks"][0]["elements"]) == len(facts)


def test_a_menu_with_nothing_to_choose_is_its_button() -> None:
    rows = ((replace(DUE, options=(Button("x", "y" * 151),)),),)
    [block] = [each for each in draw(Reply(title="x", buttons=rows), "/t")["blocks"]][1:]
    assert [each["type"] for each in block["elements"]] == ["button"]


def test_the_strict_reader_finds_a_menu_of_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OVERFLOW_OPTIONS", 6)
    options = tuple(Button(str(each), f"show {each}") for each in range(6))
    rows = ((replace(MORE, options=options),),)
    assert broken(draw(Reply(title="x", buttons=rows), "/task"))


def test_a_finished_task_is_struck_through() -> None:
    drawn = draw(Reply(title="Milk", struck=True), "/task")
    (words,) = drawn["blocks"][0]["elements"][0]["elements"]
    assert words == {"type": "text", "text": "Milk", "style": {"strike": True}}


def test_long_text_is_split_whole() -> None:
    drawn = draw(Reply(text="x" * 5000), "/task")
    assert [len(block["text"]["text"]) for block in drawn["blocks"]] == [3000, 2000]


def test_a_long_list_says_how_many_are_left_out() -> None:
    items = tuple(
        Item(f"Task {each}", "today", Button("Open", f"show {each}")) for each in range(99)
    )
    drawn = draw(Reply(items=items), "/task")
    sections = [block for block in drawn["blocks"] if block["type"] == "section"]
    assert drawn["blocks"][-1]["elements"][0]["text"] == f"and {99 - len(sections)} more"
    assert sections[7]["accessory"]["value"] == "show 7"


def test_whoever_hears_a_button_of_a_list_hears_what_it_opens() -> None:
    row = Item("#42 Buy\nmilk " + "x" * 99, button=Button("1", "show 42"))
    drawn = draw(Reply(items=(row,), buttons=((Button("Today", "list today"),),)), "/task")
    label = drawn["blocks"][0]["accessory"]["accessibility_label"]
    assert label.startswith("1 #42 Buy milk x")
    assert len(label) == 75
    assert "accessibility_label" not in drawn["blocks"][1]["elements"][0]


def test_a_toast_alone_and_an_empty_reply_have_words() -> None:
    assert draw(Reply(toast="Not <yours>"), "/task")["text"] == "Not &lt;yours&gt;"
    assert draw(Reply(), "/task")["text"]


ORIGIN = Origin("add", "T1", "C1", private=False, title="t" * 100, message="C1/1.2")


def form(*questions: Question) -> dict[str, Any]:
    return modal(Form("add", "A title much too long for a modal", questions), ORIGIN)


def test_a_form_is_a_modal_of_inputs() -> None:
    options = tuple(Option(f"Option {each}", str(each)) for each in range(150))
    view = form(
        Question("title", "Title", value="Milk", required=True, max_length=500, help="In words"),
        Question("notes", "Notes", Input.TEXT, value="x" * 5000),
        Question("list", "List", Input.CHOICE, value="120", options=options),
        Question("due", "Due", Input.DATE, value="2026-11-24", problem="In the past."),
        Question("at", "At", Input.TIME, value="nonsense"),
        Question("who", "Who", Input.PERSON, value="@U0BEN"),
        Question("none", "None", Input.CHOICE),
    )
    title, notes, choice, due, at, who, none = (each["element"] for each in view["blocks"])
    assert len(view["title"]["text"]) <= 24
    assert [each["optional"] for each in view["blocks"]] == [False] + [True] * 6
    assert (title["initial_value"], title["max_length"], title["multiline"]) == ("Milk", 500, False)
    assert (len(notes["initial_value"]), notes["multiline"]) == (3000, True)
    assert len(choice["options"]) == 100
    assert choice["initial_option"] in choice["options"]
    assert choice["initial_option"]["value"] == "120"
    assert (due["initial_date"], "initial_time" in at) == ("2026-11-24", False)
    assert (who["initial_user"], none["type"]) == ("U0BEN", "plain_text_input")
    assert view["blocks"][0]["hint"]["text"] == "In words"
    assert view["blocks"][3]["hint"]["text"] == "In the past."
    assert Origin.unpack(view["private_metadata"]) == ORIGIN


@settings(deadline=None)
@given(LONG, LONG, LONG, LONG, st.sampled_from(Input))
def test_a_form_keeps_the_limits(
    label: str, help: str, value: str, option: str, kind: Input
) -> None:
    question = Question("q", label, kind, value, (Option(option, option),), help=help)
    view = form(question, replace(question, name="r", max_length=5, problem=label))
    assert len(view["private_metadata"]) <= 3000
    for each in objects(view["blocks"]):
        if each.get("type") == "input":
            assert 1 <= len(each["label"]["text"]) <= 2000
            assert len(each.get("hint", {"text": ""})["text"]) <= 2000
        if each.get("type") == "plain_text_input":
            assert len(each.get("initial_value", "")) <= each["max_length"] <= 3000


def test_problems_are_named_by_their_field() -> None:
    bad = Form("add", "Add", (Question("a", "A", problem="No."), Question("b", "B")))
    assert problems(bad) == {"a": "No."}


def test_metadata_gives_up_the_title_and_then_the_form() -> None:
    crowded = replace(ORIGIN, line="x" * 2800)
    unpacked = Origin.unpack(crowded.pack())
    assert unpacked == replace(crowded, title="") or unpacked == crowded
    with pytest.raises(Unsendable):
        replace(ORIGIN, line="x" * 3000).pack()
