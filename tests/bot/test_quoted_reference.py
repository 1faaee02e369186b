"""The reference that a person is given when our code breaks leads to the line of the log."""

from __future__ import annotations

import io
import json
import logging
import re
from dataclasses import replace
from typing import Any

import pytest

from bot import logs, verbs
from bot.turn import commands
from tests.bot.talking import Talk
from tests.bot.talking import in_berlin as talk

__all__ = ["talk"]


def breaks(work: Any, turn: Any, command: Any) -> Any:
    raise ZeroDivisionError("made for the test")


async def test_the_same_reference_stands_in_chat_and_in_the_log(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    entry = replace(commands.of(verbs.Stats()), handler=breaks)
    monkeypatch.setitem(commands._by_name, "stats", entry)
    monkeypatch.setitem(commands._by_kind, verbs.Stats, entry)
    await talk.says("stats")
    found = re.search(r"Reference: ([0-9A-Z]{4}-[0-9A-Z]{2})", talk.platform.last.text)
    assert found
    (record,) = [each for each in caplog.records if getattr(each, "ref", "") == found[1]]
    out = io.StringIO()
    handler = logs._Handler(out)
    handler.addFilter(logs._Redacting())
    handler.setFormatter(logs._Json())
    handler.handle(record)
    line = json.loads(out.getvalue())
    assert (line["ref"], line["level"]) == (found[1], logging.getLevelName(logging.ERROR))
    assert "ZeroDivisionError: made for the test" in line["error"]
