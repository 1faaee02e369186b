"""Socket Mode: acknowledged after the commit, answered in the acknowledgement, reconnecting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.chat import Inbound, Reply
from tests.adapters.slack_kit import Wired, payload, until, wired


@pytest.fixture
async def slack() -> AsyncIterator[Wired]:
    async with wired() as made:
        await made.platform.start()
        await until(lambda: bool(made.slack.sockets))
        yield made


async def test_an_event_is_acknowledged(slack: Wired) -> None:
    await slack.slack.envelope(payload("direct message"), "events_api")
    assert await slack.slack.acked() == {"envelope_id": "e1"}
    assert [each.line[:3] for each in slack.bot.inbound] == ["Buy"]


async def test_a_riding_answer_is_in_the_acknowledgement(slack: Wired) -> None:
    await slack.slack.envelope(payload("command in a channel"), "slash_commands")
    ack = await slack.slack.acked()
    assert ack["payload"]["response_type"] == "ephemeral"
    assert ack["payload"]["text"] == "All right."


async def test_what_is_not_kept_is_not_acknowledged(slack: Wired) -> None:
    slack.bot.raises = RuntimeError("the disk is full")
    await slack.slack.envelope(payload("direct message"), "events_api", "lost")
    await asyncio.sleep(0.1)
    slack.bot.raises = None
    await slack.slack.envelope(payload("direct message"), "events_api", "kept")
    await slack.slack.acked("kept")
    assert [ack["envelope_id"] for ack in slack.slack.acks] == ["kept"]


async def test_a_malformed_envelope_stops_nothing(slack: Wired) -> None:
    await slack.slack.envelope({"type": "event_callback", "event": []}, "events_api", "odd")
    await slack.slack.envelope(payload("direct message"), "events_api", "good")
    await slack.slack.acked("good")
    assert [ack["envelope_id"] for ack in slack.slack.acks] == ["good"]


async def test_a_connection_that_slack_renews_is_replaced(slack: Wired) -> None:
    await slack.slack.sockets[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await until(lambda: len(slack.slack.sockets) == 2)
    await slack.slack.envelope(payload("direct message"), "events_api")
    await slack.slack.acked()
    assert slack.slack.opened == 2


async def test_a_broken_connection_is_replaced(slack: Wired) -> None:
    await slack.slack.sockets[0].close()
    await until(lambda: len(slack.slack.sockets) == 2)
    await slack.slack.envelope(payload("direct message"), "events_api")
    await slack.slack.acked()


async def test_stopping_finishes_what_is_under_way(
    slack: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = asyncio.Event()

    async def slow(inbound: Inbound) -> Reply:
        entered.set()
        await asyncio.sleep(0.2)
        return Reply(text="At last")

    monkeypatch.setattr(slack.platform._early, "_receive", slow)
    await slack.slack.envelope(payload("command in a channel"), "slash_commands")
    await asyncio.wait_for(entered.wait(), 5)
    await slack.platform.stop()
    assert (await slack.slack.acked())["payload"]["text"] == "At last."
    await until(lambda: slack.slack.sockets[0].closed)
