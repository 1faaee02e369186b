"""What begins like a setting and is no such thing may be a task: nothing is set by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.chat import Inbound, Kind
from tests.bot.talking import ADA, HOME, talking


@pytest.mark.parametrize(
    "line",
    [
        "digest the report on fri",
        "quiet the 8 and 9 year olds",
        "settings for the printer",
        "preset the oven",
        "fewer mails",
        "previews of the film",
    ],
)
async def test_a_task_is_offered(tmp_path: Path, line: str) -> None:
    async with talking(tmp_path) as talk:
        await talk.says("settings")
        before = talk.platform.last
        await talk.conversation.receive(Inbound("x", Kind.ADDRESSED, ADA, HOME, line, token="q"))
        await talk.conversation.drain()
        assert f"add {line}" in [each.line for each in talk.platform.last.hints]
        await talk.says("settings")
        assert talk.platform.last.facts == before.facts
