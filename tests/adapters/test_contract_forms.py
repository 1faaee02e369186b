"""What every platform must keep: a form comes back as a mapping, or is never offered."""

from __future__ import annotations

import json

import pytest

from core.chat import Form, Input, Kind, Option, Question, Reply
from tests.adapters.contract import CARD, SLACK, Desk
from tests.adapters.hostile_text import HOSTILE

FORM = Form(
    "edit t:9k3f7q2m rev:17",
    "Edit task",
    (
        Question("title", "Title", value="Buy milk", required=True, max_length=500),
        Question("notes", "Notes", Input.TEXT),
        Question(
            "priority", "Priority", Input.CHOICE, "low", (Option("Low", "low"), Option("H", "high"))
        ),
        Question("due", "Due", Input.DATE),
        Question("time", "Time", Input.TIME),
        Question("assignee", "Who", Input.PERSON),
    ),
)


async def test_forms_are_offered_exactly_where_they_can_be_shown(desk: Desk) -> None:
    await desk.type("edit 3")
    await desk.say("Buy milk")
    typed, said = desk.inbound
    assert typed.forms is (desk.place is SLACK)
    assert said.forms is False


async def test_a_forms_answers_come_back_as_a_mapping(slack: Desk) -> None:
    slack.says = lambda _: Reply(form=FORM)
    await slack.type("edit 3", chat=SLACK.group)
    [view] = slack.sandbox.world.views
    slack.says = lambda _: CARD
    answers = {"title": "<b>Oat</b> & milk", "notes": "a\nb", "priority": "high"}
    answers |= {"due": "2026-11-24", "time": "17:05", "assignee": "sl-cleo"}
    shown = await slack.sandbox.submit("sl-ada", view, answers)
    await slack.quiet()
    sent = slack.inbound[-1]
    assert shown.errors == {}
    assert (sent.kind, sent.line) == (Kind.FORM, FORM.line)
    assert sent.address.chat == "C0GENERAL"
    who = sent.answers["assignee"]
    assert dict(sent.answers) == answers | {"assignee": who}
    assert sent.people[who].user_id == "U0CLEO"
    assert slack.sandbox.world.views == {}


async def test_what_is_left_empty_comes_back_empty(slack: Desk) -> None:
    slack.says = lambda _: Reply(form=FORM)
    await slack.type("edit 3")
    [view] = slack.sandbox.world.views
    slack.says = lambda _: CARD
    await slack.sandbox.submit("sl-ada", view, {"priority": ""})
    await slack.quiet()
    empty = dict.fromkeys(("notes", "priority", "due", "time", "assignee"), "")
    assert slack.inbound[-1].answers == {"title": "Buy milk"} | empty


async def test_a_problem_shows_on_its_field_and_the_form_stays(slack: Desk) -> None:
    slack.says = lambda _: Reply(form=FORM)
    await slack.type("edit 3")
    [view] = slack.sandbox.world.views
    wrong = Question("due", "Due", Input.DATE, problem="That day is <!channel> past.")
    slack.says = lambda _: Reply(form=Form(FORM.line, FORM.title, (*FORM.questions[:3], wrong)))
    shown = await slack.sandbox.submit("sl-ada", view, {"due": "2020-01-01"})
    assert shown.errors == {"due": "That day is <!channel> past."}
    assert shown.view == view


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{len(each)}-{each[:8]!a}" for each in HOSTILE])
async def test_a_hostile_form_still_opens(slack: Desk, text: str) -> None:
    options = tuple(Option(f"{number} {text}", f"v{number}") for number in range(150))
    questions = tuple(
        Question(f"q{number}", text, kind, text, options, help=text, problem=text)
        for number, kind in enumerate(Input)
    )
    slack.says = lambda _: Reply(form=Form("edit 3", text, questions, submit=text))
    await slack.type("edit 3")
    [opened] = slack.sandbox.slack.views.open.values()
    assert '"mrkdwn"' not in json.dumps(opened.view)
