"""Slack's modals in the stand-in: triggers, fields, submissions."""

from __future__ import annotations

import pytest
from aiohttp import web

from adapters.sandbox.slack_views import element_state
from tests.adapters.test_sandbox_slack import ADA, HERS, error_of, slack


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict:
    return {"text": plain(value.title()), "value": value}


def field(name: str, element: dict, **more: object) -> dict:
    return {"type": "input", "block_id": name, "label": plain(name.title()),
            "element": element | {"action_id": "answer"}} | more  # fmt: skip


MODAL = {
    "type": "modal",
    "title": plain("New task"),
    "submit": plain("Save"),
    "private_metadata": "add",
    "callback_id": "form",
    "notify_on_close": True,
    "blocks": [
        field("title", {"type": "plain_text_input", "max_length": 10}),
        field("due", {"type": "datepicker"}, optional=True),
        field("list", {"type": "static_select", "options": [option("home"), option("work")],
                       "initial_option": option("home")}, hint=plain("Where")),
        field("who", {"type": "users_select"}, optional=True),
    ],
}  # fmt: skip


async def opened(sandbox, client, app) -> str:  # as `slack` gives them
    await sandbox.say(ADA, HERS, "/task add")
    answer = await client.views_open(trigger_id=app.got[-1]["trigger_id"], view=MODAL)
    return answer["view"]["id"]


async def test_a_form_is_filled_in_and_closes():
    async with slack() as (sandbox, client, app), sandbox.world.feed() as feed:
        view = await opened(sandbox, client, app)
        drawn = sandbox.world.views[view]
        assert [each["input"] for each in drawn["blocks"]] == ["line", "date", "choice", "person"]
        assert drawn["blocks"][2]["help"] == "Where"
        assert drawn["blocks"][2]["value"] == "home"
        shown = await sandbox.submit(
            ADA, view, {"title": "Milk", "due": "2026-11-27", "who": "sl-cleo"}
        )
        assert (shown.error, shown.view) == ("", "")
        got = app.got[-1]
        assert (got["type"], got["view"]["private_metadata"]) == ("view_submission", "add")
        values = {name: each["answer"] for name, each in got["view"]["state"]["values"].items()}
        assert values == {
            "title": {"type": "plain_text_input", "value": "Milk"},
            "due": {"type": "datepicker", "selected_date": "2026-11-27"},
            "list": {"type": "static_select", "selected_option": option("home")},
            "who": {"type": "users_select", "selected_user": "U0CLEO"},
        }
        assert sandbox.world.views == {}
        kinds = [(await anext(feed))["type"] for _ in range(2)]
        assert kinds == ["view", "view_closed"]


async def test_a_trigger_works_once_and_soon():
    async with slack() as (sandbox, client, app):
        await opened(sandbox, client, app)
        trigger = app.got[-1]["trigger_id"]
        again = client.views_open(trigger_id=trigger, view=MODAL)
        assert await error_of(again) == "exchanged_trigger_id"
        await sandbox.say(ADA, HERS, "/task add")
        sandbox.slack.views.trigger_life = 0.0
        late = client.views_open(trigger_id=app.got[-1]["trigger_id"], view=MODAL)
        assert await error_of(late) == "expired_trigger_id"
        unknown = client.views_open(trigger_id="1.2.3", view=MODAL)
        assert await error_of(unknown) == "invalid_trigger_id"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": plain("A title longer than 24 letters")},
        {"submit": None},
        {"blocks": [field("title", {"type": "static_select", "options": []})]},
        {"private_metadata": "x" * 3001},
    ],
)
async def test_a_view_that_slack_refuses(wrong: dict):
    async with slack() as (sandbox, client, app):
        await sandbox.say(ADA, HERS, "/task add")
        call = client.views_open(trigger_id=app.got[-1]["trigger_id"], view=MODAL | wrong)
        assert await error_of(call) == "invalid_arguments"


async def test_what_is_missing_is_never_sent_and_what_is_wrong_stays_open():
    answers = iter([
        {"response_action": "errors", "errors": {"due": "That is past."}},
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": MODAL | {"title": plain("Sure?")}},
        {"response_action": "clear"},
    ])  # fmt: skip
    async with slack() as (sandbox, client, app):
        view = await opened(sandbox, client, app)
        assert set((await sandbox.submit(ADA, view, {})).errors) == {"title"}
        too_long = await sandbox.submit(ADA, view, {"title": "x" * 11})
        assert set(too_long.errors) == {"title"}
        assert len(app.got) == 1
        app.answer = lambda _: web.json_response(next(answers))
        shown = await sandbox.submit(ADA, view, {"title": "Milk"})
        assert shown.errors == {"due": "That is past."}
        assert sandbox.world.views[view]["blocks"][1]["error"] == "That is past."
        assert "trouble" in (await sandbox.submit(ADA, view, {"title": "Milk"})).error
        assert (await sandbox.submit(ADA, view, {"title": "Milk"})).view == view
        assert sandbox.world.views[view]["title"] == "Sure?"
        assert (await sandbox.submit(ADA, view, {"title": "Milk"})).view == ""


async def test_a_form_whose_service_fails_stays_open_and_the_same_can_be_sent_again():
    async with slack() as (sandbox, client, app):
        view = await opened(sandbox, client, app)
        app.answer = lambda _: web.Response(status=500)
        shown = await sandbox.submit(ADA, view, {"title": "Milk"})
        assert "trouble" in shown.error
        assert shown.view == view
        app.answer = lambda _: web.Response()
        assert (await sandbox.submit(ADA, view, {}, again=shown.id)).view == ""
        assert app.got[-1] == app.got[-2]


async def test_a_view_is_updated_and_closed():
    async with slack() as (sandbox, client, app):
        view = await opened(sandbox, client, app)
        changed = MODAL | {"title": plain("Edit task")}
        await client.views_update(view_id=view, view=changed)
        assert sandbox.world.views[view]["title"] == "Edit task"
        stale = client.views_update(view_id=view, view=changed, hash="1.2")
        assert await error_of(stale) == "hash_conflict"
        await sandbox.close_view(ADA, view)
        assert app.got[-1]["type"] == "view_closed"
        assert await error_of(client.views_update(view_id=view, view=MODAL)) == "not_found"


@pytest.mark.parametrize(
    ("element", "value", "state"),
    [
        ({"type": "timepicker"}, "09:30", {"selected_time": "09:30"}),
        ({"type": "datetimepicker"}, "1800000000", {"selected_date_time": 1_800_000_000}),
        ({"type": "checkboxes", "options": [option("a"), option("b")]}, "a,b",
         {"selected_options": [option("a"), option("b")]}),
        ({"type": "radio_buttons", "options": [option("a")]}, "", {"selected_option": None}),
        ({"type": "plain_text_input"}, "", {"value": None}),
    ],
)  # fmt: skip
def test_the_state_of_each_kind_of_field(element: dict, value: str, state: dict):
    assert element_state(element, value) == {"type": element["type"]} | state
