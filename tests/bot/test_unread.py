"""A defect in an adapter's own reader loses nothing: the message waits for code that reads it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import intake as slack_intake
from adapters.slack import unread as slack_unread
from adapters.telegram import platform as telegram_platform
from adapters.telegram import unread as telegram_unread
from bot import operator
from bot.unread import _trace, without_codes
from tests.bot.test_operator import scraped, settings_at
from tests.hostile_kit import House, house
from tests.service_kit import ADA, SADA, town


def breaks(*_: Any) -> Any:
    raise ZeroDivisionError("made for the test")


@contextmanager
def broken_readers() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telegram_platform, "read", breaks)
        patch.setattr(telegram_unread, "read", breaks)
        patch.setattr(slack_intake, "read", breaks)
        patch.setattr(slack_unread, "read", breaks)
        yield


def test_a_trace_is_python_s_without_its_marks() -> None:
    """Of a chain of which two ways lead to the root: the one that is printed has it."""
    error = _twice_caused()
    python_s = "".join(traceback.format_exception(error)).splitlines()
    assert any("^^" in line for line in python_s)
    ours = _trace(error).splitlines()
    assert ours == [line for line in python_s if not re.fullmatch("[ ~^]+", line)]
    assert any(line.startswith("ValueError") for line in ours)


def _twice_caused() -> Exception:
    try:
        1 + int("the root")
    except ValueError as root:
        try:
            try:
                raise KeyError("a step") from root
            except KeyError as step:
                kept = step
            raise TypeError("beside it")
        except TypeError:
            try:
                raise LookupError("the last") from kept
            except LookupError as last:
                return last


async def test_what_polling_could_not_read_is_kept_passed_over_and_handled_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with town(tmp_path) as up:
        with broken_readers():
            await up.say(ADA, "Buy milk")
            await up.sandbox.settled()  # confirmed: it is not fetched again
            (logged,) = [each for each in caplog.records if "could not be read" in each.msg]
            assert "in breaks" in logged.__dict__["trace"]
            assert "    raise ZeroDivisionError" in logged.__dict__["trace"]
            assert "^^" not in logged.__dict__["trace"]
            settings = settings_at(tmp_path)
            assert await operator.failed(settings, 10) == 0
            assert "ZeroDivisionError: made for the test" in capsys.readouterr().out
            assert await operator.failed(settings, 10, ["all"]) == 1
            assert "failed again" in capsys.readouterr().out
        await up.asks(ADA, "Buy tea", "Buy tea")  # who comes next is not held up
        assert await operator.failed(settings, 10, ["all"]) == 0
        await up.sees(ADA, "#2 Buy milk")
        assert await operator.failed(settings, 10) == 0
        assert "0 messages could not be handled." in capsys.readouterr().out
        numbers = await scraped(up.service.port)
    assert numbers['fluxbot_unread_total{platform="telegram"}'] == 1


async def test_what_a_webhook_could_not_read_is_accepted_and_said_where_it_can_be(
    tmp_path: Path, unused_tcp_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house(tmp_path, unused_tcp_port) as up:
        await up.town.asks(SADA, "/task hello", "Hello")
        with broken_readers():
            await up.town.say(ADA, "Buy milk")
            await up.town.say(SADA, "/task add Buy tea")
            said = await up.town.sees(SADA, "Something broke on our side. Nothing was saved.")
            await up.town.sandbox.settled()
            await operator.failed(up.settings, 10)
            assert said.text.rpartition(" ")[2] in capsys.readouterr().out
        assert await operator.failed(up.settings, 10, ["all"]) == 0
        await up.town.sees(ADA, "#1 Buy milk")
        await up.town.sees(SADA, "#1 Buy tea")


async def test_nothing_secret_is_kept_of_it(tmp_path: Path, unused_tcp_port: int) -> None:
    async with house(tmp_path, unused_tcp_port) as up:
        with broken_readers():
            await up.town.say(ADA, "/link abcd efgh jkmn")
            await up.town.say(SADA, "/task link ABCD-EFGH-JKMN")
            await up.town.sandbox.settled()
        bodies = await kept(up)
    assert len(bodies) == 2
    for secret in ("efgh", "hooks", "/link abcd", "response_url", up.signing_secret):
        assert secret not in "".join(bodies).lower()


async def test_what_was_read_when_it_came_again_is_not_handled_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with town(tmp_path) as up:
        with broken_readers():
            shown = await up.say(ADA, "Buy milk")
            await up.sandbox.settled()
        await up.say(ADA, "Buy milk", again=shown.id)
        await up.sees(ADA, "#1 Buy milk")
        assert await operator.failed(settings_at(tmp_path), 10, ["all"]) == 0
        assert "was handled already" in capsys.readouterr().out
        await up.asks(ADA, "/stats", "total: 1")


async def kept(up: House) -> list[str]:
    found = await up.town.service.store.query(lambda work: work.failures.page())
    return [each.message.body for each in found]  # type: ignore[union-attr]  # none was read


@pytest.mark.parametrize("code", ["ABCDEFGHJKMN", "abcd efgh jkmn", "ABCD-EFGH-JKMN"])
def test_a_code_is_found_behind_its_command(code: str) -> None:
    assert without_codes(f'"text": "/link@fluxbot {code}"') == '"text": "/link@fluxbot [redacted]"'
    assert without_codes('"text": "Send the link to Anna"') == '"text": "Send the link to Anna"'
