"""The tour of `docs/first-minutes.md` still plays. Not all of it: Telegram's pace makes that a
minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.chromium import PROGRAM
from tests.tour import on_slack, on_telegram
from tests.tour.player import Player
from tests.tour.playing import played

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")


async def test_the_first_chapters_of_each_platform(tmp_path: Path) -> None:
    file = tmp_path / "tour.md"
    async with played(tmp_path, pictures=None, rest=0.05) as tour:
        await on_telegram.first_task(tour, Player(tour, "tg-ada"))
        await on_slack.forms(tour, Player(tour, "sl-ada"), Player(tour, "sl-cleo"))
        tour.transcript.write(file)
    text = file.read_text("utf-8")
    assert text.count("## ") == 5
    assert "[Done] [Due] [Edit] [Undo]" in text
