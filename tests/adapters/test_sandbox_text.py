"""The stand-ins read formatting as strictly as the platforms, and show it alike."""

from __future__ import annotations

import pytest

from adapters.sandbox.slack_blocks import BlocksError, checked_blocks
from adapters.sandbox.slack_draw import drawn
from adapters.sandbox.slack_mrkdwn import runs_of, typed
from adapters.sandbox.telegram_html import ParseError, found_entities, parse_html


def test_html_becomes_text_entities_in_utf16_units_and_runs():
    parsed = parse_html(
        " <b>Milk 🥛</b> &amp; <s>tea</s> <a href='https://x.example/?a&amp;b'>x</a>\n"
    )
    assert parsed.text == "Milk 🥛 & tea x"
    assert parsed.entities == [
        {"type": "bold", "offset": 0, "length": 7},
        {"type": "strikethrough", "offset": 10, "length": 3},
        {"type": "text_link", "offset": 14, "length": 1, "url": "https://x.example/?a&b"},
    ]
    assert parsed.runs[0] == {"text": "Milk 🥛", "bold": True}
    assert parsed.runs[-1] == {"text": "x", "link": "https://x.example/?a&b"}


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a <script>", 'Unsupported start tag "script" at byte offset 2'),
        ("ü <x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
    ],
)
def test_bad_html_is_refused_whole(source: str, complaint: str):
    with pytest.raises(ParseError) as refused:
        parse_html(source)
    assert str(refused.value) == complaint


def test_commands_and_mentions_are_found_in_utf16_units():
    assert found_entities("🥛 /add@fluxbot @ada a/b x@y.example") == [
        {"type": "bot_command", "offset": 3, "length": 12},
        {"type": "mention", "offset": 16, "length": 4},
    ]


def test_mrkdwn_shows_styles_links_and_mentions():
    names = {"U0CLEO": "@cleo"}
    runs = runs_of(
        "*b _i_* ~s~ `c` <https://x.example|x> <@U0CLEO> <!channel> &lt;b&gt;", names.get
    )
    assert [run for run in runs if run["text"].strip()] == [
        {"text": "b ", "bold": True},
        {"text": "i", "bold": True, "italic": True},
        {"text": "s", "strike": True},
        {"text": "c", "code": True},
        {"text": "x", "link": "https://x.example"},
        {"text": "@cleo", "mention": True},
        {"text": "@channel", "mention": True},
        {"text": " <b>"},
    ]


def test_escaped_text_mentions_nobody():
    assert runs_of("&lt;!channel&gt; &lt;@U0CLEO&gt; 2*3*4 snake_case_name", str) == [
        {"text": "<!channel> <@U0CLEO> 2*3*4 snake_case_name"}
    ]


def test_what_people_type_is_escaped_and_names_become_ids():
    ids = {"@cleo": "U0CLEO", "#general": "C0GENERAL"}
    text = "a & <b> @cleo #general @nobody"
    assert typed(text, ids.get, names=True) == (
        "a &amp; &lt;b&gt; <@U0CLEO|cleo> <#C0GENERAL|general> @nobody"
    )
    assert "<@U0CLEO>" in typed(text, ids.get, names=False)


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


def button(label: str, action: str, value: str = "v") -> dict:
    return {"type": "button", "action_id": action, "text": plain(label), "value": value}


def section(text: str) -> dict:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([section("x")] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([section("x" * 3001)], "must be less than 3001 characters"),
        ([{"type": "actions", "elements": [button("a", "1", "x" * 2001)]}], "less than 2001"),
        ([{"type": "actions", "elements": [button("a", "1"), button("b", "1")]}], "already exists"),
        ([section("x") | {"block_id": "1"}] * 2, "block_id already exists"),
        ([section("x") | {"colour": "red"}], "no additional property allowed: colour"),
        ([{"type": "sections"}], "unsupported type: sections [json-pointer:/blocks/0/type]"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be a text object"),
        ([{"type": "actions", "elements": []}], "must have at least one element"),
        ([section("")], "must be more than 0 characters"),
        ([{"type": "actions", "elements": [button("a", "1") | {"style": "green"}]}], "primary"),
    ],
)
def test_blocks_that_slack_refuses(blocks: list, complaint: str):
    with pytest.raises(BlocksError) as refused:
        checked_blocks(blocks)
    assert complaint in str(refused.value)


def test_blocks_are_drawn_for_people():
    menu = {
        "type": "overflow",
        "action_id": "m",
        "options": [{"text": plain("Edit"), "value": "e"}],
    }
    blocks = checked_blocks(
        [
            {"type": "header", "text": plain("Tasks")},
            section("~Milk~") | {"accessory": button("Open", "o")},
            {"type": "context", "elements": [plain("due"), {"type": "mrkdwn", "text": "*today*"}]},
            {"type": "divider"},
            {"type": "actions", "block_id": "a", "elements": [button("Done", "d", "done 3"), menu]},
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                {"type": "text", "text": "*as it is*", "style": {"bold": True}}]}]},
        ]
    )  # fmt: skip
    header, row, context, divider, buttons, rich = drawn("fallback", blocks, str)
    assert header == {"kind": "text", "runs": [{"text": "Tasks", "bold": True}]}
    assert row["runs"] == [{"text": "Milk", "strike": True}]
    assert row["button"]["label"] == "Open"
    assert context == {"kind": "context", "text": "due  today"}
    assert divider == {"kind": "divider"}
    done, edit = buttons["rows"][0]
    press = {"block_id": "a", "action_id": "d", "type": "button", "value": "done 3"}
    assert done == {"label": "Done", "url": "", "style": "", "press": press}
    assert edit["label"] == "Edit"
    assert rich["runs"] == [{"text": "*as it is*", "bold": True}]
