"""What the service is made of where plans are sold, and where they are not; what the operator can
do about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.sandbox.polar_products import PRO_MONTHLY
from adapters.sandbox.polar_signing import event, signed
from bot import billing_operator
from bot.app import service
from bot.billing import sales_of
from bot.cli import main
from bot.settings import Settings, SettingsError
from bot.tokens import tokens_of
from core import hearing
from tests.service_kit import ADA, POLAR_SECRET, Town, settings_for, town


async def status(up: Town, method: str, path: str, **more: Any) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{up.service.here}{path}", **more) as answer,
    ):
        return answer.status


async def send(up: Town, body: bytes, id: str) -> int:
    """As Polar would."""
    headers = signed(body, POLAR_SECRET, id)
    return await status(up, "POST", "/polar/events", data=body, headers=headers)


async def test_without_a_token_there_are_no_plans(tmp_path: Path) -> None:
    async with town(tmp_path) as up:
        await up.asks(ADA, "/plan", "There are no plans here")
        assert await send(up, event("product.updated", {}, "2026-09-01T08:00:00Z"), "a") == 404
        assert await status(up, "GET", "/billing/done") == 404


async def test_with_nothing_configured_polar_is_played_too(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/fluxbot.db"
    settings = Settings(_env_file=None, database_url=database, port=0)  # type: ignore[call-arg]  # pydantic's own
    async with service(settings) as running:
        assert running.sandbox is not None
        up = Town(running.sandbox, running)
        await up.asks(ADA, "Buy milk", "Buy milk")
        await up.compared()
        await up.asks(ADA, "/plans", "$9 a month")
        await up.say(ADA, "/plan get pro-month")
        await up.sees(ADA, "You pay on the page")
        (checkout,) = up.sandbox.polar.book.checkouts.keys()
        up.sandbox.polar.pay(checkout, email="ada@example.com")
        await up.sees(ADA, "Pro")
        await up.sandbox.polar.settle()
        assert (await up.asks(ADA, "/plan", "2,000")).text


def test_where_one_chat_is_real_polar_is_not_played() -> None:
    token = "123456789:" + "A" * 35
    settings = Settings(_env_file=None, telegram_bot_token=token)  # type: ignore[call-arg, arg-type]  # pydantic's own
    assert tokens_of(settings).polar is None
    assert not sales_of(settings, None).on


def test_a_secret_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 16 characters"):
        settings_for(_Nowhere, tmp_path, billing=True, polar_webhook_secret="whsec_abc")


class _Nowhere:
    """Where the stand-ins are, for a command that asks none of them."""

    telegram_base_url = slack_base_url = polar_base_url = "http://127.0.0.1:9/api/"


async def test_what_came_to_nothing_is_listed_and_taken_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(_Nowhere, tmp_path, billing=True)
    async with town(tmp_path, billing=True) as up:
        await up.asks(ADA, "Buy milk", "Buy milk")
        at = "2026-09-01T08:00:00Z"
        assert await send(up, event("galaxy.formed", {"arms": 2}, at), "one") == 202
        assert await send(up, b"{", "two") == 202
        with monkeypatch.context() as broken:
            broken.setattr(hearing.subscriptions, "take", lambda work, what: 1 // 0)
            up.sandbox.polar.subscribe("nobody-here", PRO_MONTHLY)
            await up.sandbox.polar.settle()
        assert await billing_operator.replay(settings, []) == 0
        listed = capsys.readouterr().out
        assert "  one  unknown  galaxy.formed" in listed
        assert "  two  malformed" in listed
        assert "failed  subscription.active  ZeroDivisionError" in listed
        assert await billing_operator.replay(settings, ["one", "three"]) == 1
        again = capsys.readouterr().out
        assert again.splitlines() == ["three  no such call waits", "one  unknown"]
        await billing_operator.replay(settings, ["all"])
        assert "failed" not in capsys.readouterr().out
        await billing_operator.replay(settings, [])
        listed = capsys.readouterr().out
    assert "failed" not in listed
    assert "nobody  subscription.active" in listed


async def test_the_operator_compares_with_polar_at_any_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with town(tmp_path, billing=True) as up:
        served = up.sandbox.polar.url.removesuffix("/polar")
        settings = settings_for(_Nowhere, tmp_path, billing=True)
        settings = settings.model_copy(update={"polar_server_url": f"{served}/polar"})
        up.sandbox.polar.delivery.drop = True
        await up.compared()
        up.sandbox.polar.subscribe("nobody-here", PRO_MONTHLY)
        assert await billing_operator.sync(settings) == 0
        said = capsys.readouterr().out
        assert "5 products and 1 subscriptions at Polar." in said
        assert "1 were not as we knew them" in said
        up.sandbox.polar.api.faults.next_fails(503, times=9)
        assert await billing_operator.sync(settings) == 1
        assert "Polar could not be asked" in capsys.readouterr().out
    played = settings.model_copy(update={"polar_access_token": None})
    with pytest.raises(SettingsError, match="POLAR_ACCESS_TOKEN"):
        await billing_operator.sync(played)


def test_the_plans_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["plans"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    limits = ("open tasks", "categories", "people", "history", "export")
    assert all(each in head for each in limits)
    assert rows[0].split() == ["-", "Free", "50", "5", "3", "90", "days", "all", "free"]
    assert [row.split()[:2] for row in rows] == [["-", "Free"], ["pro", "Pro"], ["teams", "Teams"]]
    assert {len(row) for row in rows} == {len(head)}
