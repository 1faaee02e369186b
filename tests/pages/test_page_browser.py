"""The pages in Chromium, which keeps the rules of cookies, policies and frames as people's do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.adapters.chromium import PROGRAM, Tab, chromium
from tests.canary import Watch
from tests.pages_kit import LETTERS, Signing, account_of, logins_of
from tests.service_kit import ADA, BEN, CLEO, SADA

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine"),
]
TITLE = "document.querySelector('h1')?.textContent"


def titled(title: str) -> str:
    return f"document.readyState === 'complete' && {TITLE} === {title!r}"


async def press(tab: Tab, label: str) -> None:
    found = (
        f"[...document.querySelectorAll('button')].find(b => b.textContent.trim() === {label!r})"
    )
    await tab.js(f"{found}.click()")


async def sign_in(tab: Tab, name: str = "Ada Lovelace") -> None:
    """From the first page to the question."""
    await tab.until(titled("Connect a chat"))
    await press(tab, "Continue and sign in")
    await tab.until(titled("Who are you?"))
    await press(tab, name)
    await tab.until(titled("Connect this chat to your account?"))


async def agree(tab: Tab) -> str:
    await press(tab, "Yes, connect")
    await tab.until(titled("Send these letters in your chat"))
    return str(await tab.js("document.querySelector('.letters').textContent"))


@pytest.mark.parametrize("person", [ADA, SADA], ids=["telegram", "slack"])
async def test_a_person_connects_a_chat(
    up: Signing, tmp_path: Path, person: tuple[str, str]
) -> None:
    async with chromium(tmp_path, await up.link_of(person)) as tab:
        await sign_in(tab)
        assert await tab.js("location.pathname") == "/link"  # no token where history keeps it
        assert await tab.js("document.cookie") == ""  # no script could read it
        letters = await agree(tab)
        await up.town.say(person, letters)
        await up.town.until(lambda: any("Ada Lovelace" in m.text for m in up.town.from_bot(person)))
        await tab.call("Page.reload")
        await tab.until(titled("Connected"))


@pytest.mark.parametrize("attacker", [BEN, CLEO], ids=["telegram", "slack"])
async def test_whoever_opens_a_link_that_was_passed_on_connects_nobody(
    up: Signing, tmp_path: Path, attacker: tuple[str, str]
) -> None:
    """T1 in a real browser: the victim says yes to all, and the attacker knows no letters."""
    async with chromium(tmp_path, await up.link_of(attacker)) as tab:
        await sign_in(tab)
        letters = await agree(tab)
        assert LETTERS.fullmatch(letters)
        await up.town.sees(attacker, "Somebody signed in with that link")
        for guess in ("BCDF-GHJK", "LMNP-QRST", "VWXZ-BCDF"):
            await up.town.say(attacker, guess)
        await up.town.sees(attacker, "wrong letters three times")
        await tab.call("Page.reload")
        await tab.until(titled("Nothing was connected"))
    assert await account_of(up, attacker) != await account_of(up, ADA)


@pytest.mark.parametrize("attacker", [BEN, CLEO], ids=["telegram", "slack"])
@pytest.mark.parametrize("victim", [ADA, SADA], ids=["on telegram", "on slack"])
async def test_letters_that_somebody_else_got_do_nothing_in_ones_own_chat(
    up: Signing, tmp_path: Path, attacker: tuple[str, str], victim: tuple[str, str]
) -> None:
    """T2 in a real browser: the attacker's own letters, typed by the victim."""
    who = "/task whoami" if victim == SADA else "/whoami"
    await up.town.asks(victim, who, "connected to this account")
    before = await logins_of(up, victim)
    async with chromium(tmp_path, await up.link_of(attacker)) as tab:
        await sign_in(tab, "Ben Okri")
        letters = await agree(tab)
        await up.town.say(victim, letters)
        await up.town.sees(victim, "That question has ended")
    assert await logins_of(up, victim) == before


async def complaints(tab: Tab) -> list[str]:
    """What the browser said against the page, or fetched for it from elsewhere, so far."""
    return [str(each) for each in await tab.js("window.said || []")]


async def test_the_browser_fetches_nothing_else_and_has_nothing_to_complain_of(
    up: Signing, tmp_path: Path
) -> None:
    listen = (
        "document.addEventListener('securitypolicyviolation',"
        " e => (window.said ||= []).push(e.blockedURI))"
    )
    fetched = "performance.getEntriesByType('resource').map(e => e.name)"
    async with chromium(tmp_path, "about:blank") as tab:
        await tab.call("Page.enable")
        await tab.call("Page.addScriptToEvaluateOnNewDocument", source=listen)
        await tab.call("Page.navigate", url=await up.link_of(BEN))
        await tab.until(titled("Connect a chat"))

        async def is_alone() -> None:
            assert await tab.js(fetched) == [f"{up.base}/link/style.css"]
            assert await complaints(tab) == []

        await is_alone()
        await sign_in(tab, "Ben Okri")
        await is_alone()
        letters = await agree(tab)
        await is_alone()
        await up.town.say(BEN, letters)
        await up.town.until(lambda: any("Ben Okri" in m.text for m in up.town.from_bot(BEN)))
        await tab.call("Page.reload")
        await tab.until(titled("Connected"))
        await is_alone()
        # the control: markup that got in would run nothing, and the listener hears of it
        markup = "<img src=x onerror=window.got=1>"
        await tab.js(f"document.body.insertAdjacentHTML('beforeend', {markup!r})")
        await tab.until("window.said")
        assert not await tab.js("window.got")


@asynccontextmanager
async def framing(url: str) -> AsyncIterator[str]:
    """Another site, which shows ours in a frame."""

    async def show(_: web.Request) -> web.Response:
        text = f"<h1>Win a prize</h1><iframe id=f width=500 height=500 src='{url}'></iframe>"
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/", show)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def framed(tab: Tab) -> str:
    """The heading inside the frame."""
    await tab.until(titled("Win a prize"))
    tree = await tab.call("Page.getFrameTree")
    inner = tree["frameTree"]["childFrames"][0]["frame"]
    world = await tab.call("Page.createIsolatedWorld", frameId=inner["id"])
    said = await tab.call(
        "Runtime.evaluate", expression=f"{TITLE} || ''", returnByValue=True,
        contextId=world["executionContextId"],
    )  # fmt: skip
    return str(said["result"]["value"])


async def test_another_site_cannot_show_a_page_in_a_frame(
    up: Signing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watch: Watch
) -> None:
    link = await up.link_of(BEN)
    watch.known(link.rpartition("/")[2])  # their page has it, since whoever was sent it gave it
    async with framing(link) as site, chromium(tmp_path, site) as tab:
        await tab.until(titled("Win a prize"))
        await asyncio.sleep(0.3)
        assert "is blocked" in await framed(tab)
        # the control: without the two headers it can
        monkeypatch.setattr("adapters.pages.drawing.page_headers", lambda *_: {})
        monkeypatch.setattr("adapters.pages.site.page_headers", lambda *_: {})
        monkeypatch.setattr("bot.web.NOTHING", "style-src 'self'")
        await tab.call("Page.navigate", url=site)
        await asyncio.sleep(0.5)
        assert await framed(tab) == "Connect a chat"


async def reach(tab: Tab, label: str) -> None:
    """Go on by the keyboard until that is where one is, and see where that is."""
    for _ in range(5):
        await tab.key("Tab")
        if await tab.js("document.activeElement.textContent.trim()") == label:
            assert await tab.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"no way to {label!r} by the keyboard")


async def test_it_all_works_by_keyboard_and_says_what_it_is(up: Signing, tmp_path: Path) -> None:
    async with chromium(tmp_path, await up.link_of(BEN)) as tab:
        await tab.until(titled("Connect a chat"))
        assert await tab.js("document.documentElement.lang") == "en"
        assert await tab.js("document.querySelectorAll('main').length") == 1
        assert await tab.js("document.querySelectorAll('h1').length") == 1
        for label in ("Cancel", "Continue and sign in"):
            await tab.key("Tab")
            assert await tab.js("document.activeElement.textContent.trim()") == label
            assert await tab.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        await tab.key("Enter")
        await tab.until(titled("Who are you?"))
        await press(tab, "Ben Okri")  # the issuer's page, which is not ours
        await tab.until(titled("Connect this chat to your account?"))
        await reach(tab, "Yes, connect")
        await tab.key("Enter")
        await tab.until(titled("Send these letters in your chat"))
        await reach(tab, "Cancel")
        await tab.key("Enter")
        await tab.until(titled("Nothing was connected"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_it_fits_a_phone_and_can_be_read(up: Signing, tmp_path: Path, dark: bool) -> None:
    async with chromium(tmp_path, "about:blank") as tab:
        await tab.look(320, 640, dark=dark)
        await tab.call("Page.navigate", url=await up.link_of(BEN))
        await sign_in(tab, "Ben Okri")
        letters = await agree(tab)
        spelled = await tab.js("document.querySelector('.letters').getAttribute('aria-label')")
        assert spelled == ", ".join(letters.replace("-", ""))
        assert await tab.js("document.documentElement.scrollWidth <= innerWidth")
        for selector in ("p", "dd", "dt", ".quiet", "button", ".letters"):
            assert await contrast(tab, selector) >= 4.5, selector  # WCAG 2.2, 1.4.3
        assert await tab.js("document.querySelector('button').getBoundingClientRect().height") >= 44


async def contrast(tab: Tab, selector: str) -> float:
    """How an element's text stands out from the ground it is on, as WCAG counts it."""
    element = f"document.querySelector({selector!r})"
    ink = await tab.js(f"getComputedStyle({element}).color")
    ground = await tab.js(
        f"(function up(e) {{ const c = getComputedStyle(e).backgroundColor;"
        f" return c === 'rgba(0, 0, 0, 0)' ? up(e.parentElement) : c }})({element})"
    )
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
