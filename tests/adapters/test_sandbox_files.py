"""A file that the bot sent is saved from the page, and is never shown by it."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from adapters.charts import WIDTH, Look, draw
from adapters.sandbox.files import KEPT, PNG, SHOWN, Files, picture
from adapters.sandbox.model import BOT
from core.chat import Bar, Picture
from tests.adapters.chromium import PROGRAM, chromium
from tests.adapters.page_bot import runs
from tests.adapters.page_kit import Served, served

__all__ = ["served"]  # a fixture


async def test_it_is_an_attachment_of_no_type(served: Served) -> None:
    block = served.bot.world.files.keep('a"\r\n<b>.html', b"<script>alert(1)</script>")
    url = f"{served.url}/file/{block['file']}"
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert await answer.read() == b"<script>alert(1)</script>"
            assert answer.headers["Content-Type"] == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment; ")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with session.get(f"{served.url}/file/nothing") as answer:
            assert answer.status == 404
        async with session.get(url, headers={"X-Forwarded-For": "1.2.3.4"}) as answer:
            assert answer.status == 403


def test_only_the_newest_are_kept() -> None:
    files = Files()
    keys = [files.keep("x", b"x")["file"] for _ in range(KEPT + 1)]
    assert files.get(keys[0]) is None
    assert files.get(keys[-1]) is not None


@pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
async def test_the_page_has_a_link_that_saves_it(served: Served, tmp_path: Path) -> None:
    block = served.bot.world.files.keep("<b>tasks</b>.csv", b"title")
    served.bot.post("telegram:1001", BOT, runs("Here it is."), block)
    async with chromium(tmp_path, served.url) as tab:
        await tab.until("document.querySelector('.file a')")
        link = "document.querySelector('.file a')"
        assert await tab.js(f"{link}.textContent") == "<b>tasks</b>.csv (5 bytes)"
        assert await tab.js(f"{link}.download") == "<b>tasks</b>.csv"
        assert await tab.js(f"fetch({link}.href).then((it) => it.text())") == "title"


@pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
async def test_the_page_shows_a_picture_with_its_words(served: Served, tmp_path: Path) -> None:
    look = Look(paper="#ffffff", ink="#000000", faint="#888888", bar="#2aabee")
    chart = await draw(Picture("a.png", (Bar("1", 1), Bar("2", 2)), ""), look)
    block = picture(chart.content, 'one "and" <b>two</b>')
    assert block
    served.bot.post("telegram:1001", BOT, runs("Your weeks."), block)
    async with chromium(tmp_path, served.url) as tab:
        await tab.until("document.querySelector('img.picture')?.complete")
        shown = "document.querySelector('img.picture')"
        assert await tab.js(f"{shown}.naturalWidth") == WIDTH  # the page's own policy lets it
        assert await tab.js(f"{shown}.alt") == 'one "and" <b>two</b>'


def test_only_a_picture_is_shown_as_one() -> None:
    assert picture(b"<svg onload=alert(1)>", "x") is None
    assert picture(PNG + bytes(SHOWN), "x") is None
    assert picture(PNG, "x")
