"""The page over the real stand-ins: a Slack form opened by an app, refused, and sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.sandbox.sandbox import PREFIX, Sandbox
from adapters.sandbox.world import World
from tests.adapters.chromium import PROGRAM, chromium
from tests.adapters.page_kit import Served

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
SLACK_ADA = "[data-person=sl-ada]"


def text(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


def field(name: str, label: str, kind: str) -> dict[str, Any]:
    element = {"type": kind, "action_id": "it"}
    return {"type": "input", "block_id": name, "label": text(label), "element": element,
            "optional": name != "title"}  # fmt: skip


MODAL = {
    "type": "modal", "callback_id": "add", "title": text("New task"), "submit": text("Save"),
    "blocks": [
        field("title", "Title", "plain_text_input"), field("who", "Assignee", "users_select"),
        field("date", "Due date", "datepicker"), field("time", "Time", "timepicker"),
    ],
}  # fmt: skip


class App:
    """A Slack app of one form: it takes any title but `bad`."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.api = ""

    async def hear(self, request: web.Request) -> web.Response:
        form = await request.post()
        if "payload" not in form:
            body = {"trigger_id": form["trigger_id"], "view": MODAL}
            bearer = {"Authorization": "Bearer xoxb-1"}
            async with (
                aiohttp.ClientSession(headers=bearer) as session,
                session.post(f"{self.api}views.open", json=body) as response,
            ):
                assert (await response.json())["ok"]
            return web.Response()
        self.values = json.loads(str(form["payload"]))["view"]["state"]["values"]
        if self.values["title"]["it"]["value"] == "bad":
            errors = {"title": "That is no title."}
            return web.json_response({"response_action": "errors", "errors": errors})
        return web.Response()


async def test_a_form_of_a_real_app_keeps_what_was_typed_when_refused(tmp_path: Path) -> None:
    app = App()
    sandbox = Sandbox(
        World.demo(), telegram_token="1:a", slack_bot_token="xoxb-1", slack_signing_secret="s"
    )
    served = Served(sandbox, [*sandbox.routes(), web.post("/slack/events", app.hear)])
    await served.start()
    root = f"http://127.0.0.1:{served.port}"
    app.api = f"{root}{PREFIX}/slack/api/"
    await sandbox.start(base_url=f"{root}{PREFIX}", slack_request_url=f"{root}/slack/events")
    try:
        async with chromium(tmp_path, served.url) as tab:
            await tab.until("document.querySelectorAll('.pane').length === 4")
            await tab.type(f"{SLACK_ADA} textarea", "/task", "Enter")
            await tab.until(f"document.querySelector('{SLACK_ADA} dialog[open]')")
            for name, value in {"who": "U0CLEO", "date": "2026-11-27", "time": "09:30"}.items():
                await tab.js(f"document.querySelector('dialog [name={name}]').value = '{value}'")
            await tab.type("dialog [name=title]", "bad", "Enter")
            await tab.until("document.querySelector('dialog .problem:not([hidden])')")
            assert await tab.js("document.activeElement.value") == "bad"
            await tab.js("document.activeElement.value = ''")
            await tab.type("dialog [name=title]", "Agenda", "Enter")
            await tab.until("!document.querySelector('dialog')")
        assert app.values["title"]["it"]["value"] == "Agenda"
        assert app.values["who"]["it"]["selected_user"] == "U0CLEO"
        assert app.values["date"]["it"]["selected_date"] == "2026-11-27"
        assert app.values["time"]["it"]["selected_time"] == "09:30"
    finally:
        await sandbox.stop()
        await served.stop()
