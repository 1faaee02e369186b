"""Slack's Web API in the stand-in: cards, refusals, limits, response URLs."""

from __future__ import annotations

import json

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.adapters.test_sandbox_slack import ADA, CLEO, GENERAL, HERS, error_of, slack

GENERAL_ONLY = {"channel": "C0GENERAL"}


def card(label: str, value: str) -> list[dict]:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": label},
              "value": value}  # fmt: skip
    words = {"type": "section", "text": {"type": "mrkdwn", "text": "*#1* Milk"}}
    return [words, {"type": "actions", "elements": [button]}]


async def test_a_card_is_posted_pressed_updated_and_deleted():
    async with slack() as (sandbox, client, app):
        sent = await client.chat_postMessage(channel="U0ADA", text="Milk", blocks=card("Done", "1"))
        assert sent["channel"] == "D0ADA"
        message = sandbox.world.messages(HERS)[-1]
        assert message.text == "#1 Milk"
        shown = await sandbox.press(ADA, HERS, message.id, message.press("Done"))
        assert shown.error == ""
        [got] = app.got
        assert got["type"] == "block_actions"
        assert got["actions"][0]["value"] == "1"
        assert got["container"]["is_ephemeral"] is False
        assert got["message"]["ts"] == sent["ts"]
        assert got["user"] == {
            "id": "U0ADA", "username": "ada", "name": "ada", "team_id": "T0ACME"
        }  # fmt: skip
        await client.chat_update(channel="D0ADA", ts=sent["ts"], text="~Milk~", blocks=[])
        assert message.display()["blocks"][0]["runs"] == [{"text": "Milk", "strike": True}]
        update = client.chat_update(channel="U0ADA", ts=sent["ts"], text="x")
        assert await error_of(update) == "channel_not_found"
        await client.chat_delete(channel="D0ADA", ts=sent["ts"])
        update = client.chat_update(channel="D0ADA", ts=sent["ts"], text="x")
        assert await error_of(update) == "message_not_found"


async def test_what_slack_refuses():
    async with slack() as (sandbox, client, _):
        post = client.chat_postMessage
        assert await error_of(post(channel="C1", text="x")) == "channel_not_found"
        assert await error_of(client.api_call("chat.postMessage", json=GENERAL_ONLY)) == "no_text"
        bad = post(channel="C0GENERAL", text="x", blocks=[{"type": "section"}])
        assert await error_of(bad) == "invalid_blocks"
        sandbox.world.chats[GENERAL].with_bot = False
        assert await error_of(post(channel="C0GENERAL", text="x")) == "not_in_channel"
        await post(channel="U0ADA", text="x" * 40_001)
        assert len(sandbox.world.messages(HERS)[-1].text) == 40_000
        assert await error_of(client.apps_connections_open(app_token="xapp-2")) == "invalid_auth"
        assert await error_of(client.api_call("no.method")) == "unknown_method"
        client.token = "xoxb-2"
        assert await error_of(client.auth_test()) == "invalid_auth"


async def test_one_message_a_second_per_channel_after_a_burst_of_three():
    async with slack() as (sandbox, client, _):
        for _ in range(3):
            await client.chat_postMessage(channel="U0ADA", text="x")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel="U0ADA", text="x")
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "1"
        assert refused.value.response["error"] == "ratelimited"
        await client.chat_postMessage(channel="U0CLEO", text="x")
        assert (sandbox.slack.stats.sends, sandbox.slack.stats["429s"]) == (4, 1)


async def test_people_and_conversations():
    async with slack() as (sandbox, client, _):
        assert (await client.auth_test())["user_id"] == "U0FLUXBOT"
        user = (await client.users_info(user="U0ADA"))["user"]
        assert (user["tz"], user["profile"]["display_name"]) == ("Europe/Berlin", "ada")
        as_json = client.api_call("users.info", json={"user": "U0ADA"})
        assert await error_of(as_json) == "user_not_found"  # what reads takes a form
        assert (await client.conversations_open(users="U0CLEO"))["channel"]["id"] == "D0CLEO"
        await client.chat_postEphemeral(channel="C0GENERAL", user="U0CLEO", text="psst")
        assert [each.text for each in sandbox.world.messages(GENERAL, CLEO)] == ["psst"]
        assert sandbox.world.messages(GENERAL, ADA) == []


async def test_a_response_url_works_five_times():
    async with slack() as (sandbox, client, app):
        await client.chat_postMessage(channel="C0GENERAL", text="x", blocks=card("Done", "1"))
        message = sandbox.world.messages(GENERAL)[-1]
        await sandbox.press(ADA, GENERAL, message.id, message.press("Done"))
        hook = AsyncWebhookClient(app.got[0]["response_url"])
        assert (await hook.send(text="only you")).status_code == 200
        assert sandbox.world.messages(GENERAL)[-1].ephemeral_for == ADA
        await hook.send(text="all", response_type="in_channel")
        assert sandbox.world.messages(GENERAL)[-1].ephemeral_for is None
        await hook.send(text="done", replace_original=True)
        assert message.text == "done"
        assert (await hook.send(blocks=[{"type": "no"}])).status_code == 400
        await hook.send(delete_original=True)
        assert sandbox.world.message(GENERAL, message.id) is None
        gone = await hook.send(text="x")
        assert (gone.status_code, json.loads(gone.body)["error"]) == (404, "used_url")
