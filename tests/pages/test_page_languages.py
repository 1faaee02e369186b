"""Pages speak the browser's language: whoever opens a link need not be whose chat it came from."""

from __future__ import annotations

import aiohttp
import pytest

from bot.language import ENGLISH, LANGUAGES
from tests.pages_kit import Browser, Page, Signing
from tests.service_kit import ADA

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def page(up: Signing, url: str, accepted: str) -> Page:
    async with aiohttp.ClientSession(headers={"Accept-Language": accepted}) as client:
        return await Browser(client).open(url)


async def test_a_page_is_in_the_browsers_language(up: Signing) -> None:
    link = await up.link_of(ADA)
    shown = await page(up, link, "de-DE,de;q=0.9,en;q=0.8")
    assert shown.title == "Chat verbinden"
    assert '<html lang="de">' in shown.text
    assert "Noch 10 Minuten." in shown.text or "Noch 9 Minuten." in shown.text
    assert "Weiter und anmelden" in shown.text
    assert "Ada (@ada) auf Telegram" in shown.text


async def test_another_language_is_answered_in_english(up: Signing) -> None:
    shown = await page(up, f"{up.base}/link", "fr")
    assert shown.status == 410
    assert shown.title == "Open the link from your chat"
    assert '<html lang="en">' in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_of_every_language_can_be_drawn(up: Signing, language: str) -> None:
    from adapters.pages.drawing import HERE, Drawing
    from bot.browsing import BrowserWords

    words = BrowserWords()
    drawing = Drawing(words)
    seen = {
        "person": "<b>Ada",
        "platform": "telegram",
        "place": "Acme",
        "name": "Ada",
        "issuer": "issuer.example",
        "letters": "BCDF-GHJK",
        "minutes": 1,
        "provable": True,
        "way_back": "https://t.me/fluxbot",
    }
    forms = dict.fromkeys(("cancel", "consent", "start", "prove"), "token")
    values = {"root": "", "seen": seen, "forms": forms, "issuer": "issuer.example", "wait": "5 s"}
    values |= {"telegram": "https://t.me/fluxbot", "line": "/task 42"}
    values |= {"reference": "7K3F-92AB"}
    english = {}
    for path in sorted((HERE / "templates").glob("*.html")):
        if path.stem in {"base", "parts"}:
            continue
        with words.reading(ENGLISH):
            english[path.stem] = str(drawing.page(path.stem, values).text)
        with words.reading(language):
            drawn = str(drawing.page(path.stem, values).text)
        assert "<b>Ada" not in drawn
        assert (drawn == english[path.stem]) is (language == ENGLISH), path.stem
