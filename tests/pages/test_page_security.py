"""What the pages refuse, and what they say of themselves.

`promises.md` T7, T8, T12, T19, T31, B26."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select
from yarl import URL

from core import schema
from core.limits import PAGE_ADDRESS
from tests.pages_kit import COOKIE, Page, Signing, picked
from tests.service_kit import ADA, BEN

pytestmark = pytest.mark.asyncio(loop_scope="module")
CRAWLERS = (
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) MSOfficeSafeLinks",
    "python-requests/2.31",
)
HOSTILE = (
    "//evil.example", "https://evil.example/", "javascript:alert(1)", '"><script>alert(1)</script>',
    "\r\nLocation: https://evil.example", "\x00", "\ud800", "..%2f..%2f", "{{7*7}}", "' OR 1=1 --",
    "x" * 5000, "", "%ff", "\u202e", "1e999", "[]",
)  # fmt: skip
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def states(up: Signing) -> list[Any]:
    """All that is in the tables of sign-ins; but that pages were looked at, which is counted."""
    allowances = select(schema.rate).where(schema.rate.c.name != PAGE_ADDRESS.name)

    def read(work: Any) -> list[Any]:
        tables = (schema.web_link, schema.oidc_state, schema.login)
        return [work.run(each).all() for each in (*map(select, tables), allowances)]

    return await up.town.service.store.query(read)


async def raw(
    up: Signing, method: str, path: str, headers: Mapping[str, str], data: Any = None
) -> Page:
    url = URL(path if "://" in path else f"{up.base}{path}", encoded=True)
    async with up.client.request(
        method, url, headers=headers, data=data, allow_redirects=False
    ) as got:
        return Page(got.status, await got.text(), got.headers, str(url))


async def test_crawlers_change_nothing(up: Signing) -> None:
    link = await up.link_of(ADA)
    before = await states(up)
    for number in range(100):
        agent = {"User-Agent": CRAWLERS[number % len(CRAWLERS)]}
        first = await raw(up, ("GET", "HEAD")[number % 2], link, agent)
        assert first.status == 303
        assert link.rpartition("/")[2] not in first.headers["Location"]
        cookie = first.headers["Set-Cookie"].partition(";")[0]
        shown = await raw(up, "GET", first.headers["Location"], {**agent, "Cookie": cookie})
        assert shown.status == 200
        if number < 6:  # some send the form, too, without the cookie
            url, fields = shown.form("/link/start")
            answer = await raw(up, "POST", url, agent, fields)
            assert answer.status == 403
    assert await states(up) == before
    browser = up.browser()
    assert (await up.sign_in(browser, link)).title == "Connect this chat to your account?"


# -- forms -----------------------------------------------------------------------------------------


async def sent(
    up: Signing,
    action: str = "/link/cancel",
    *,
    cookie: bool = True,
    form: bool = True,
    **headers: str | None,
) -> int:
    """The status after a form is sent, as a browser would but for what is said here."""
    browser = up.browser()
    page = await browser.open(await up.link_of(BEN))
    url, fields = page.form(action)
    jar = browser.cookies[up.base.removeprefix("http://")]
    said: dict[str, str | None] = {
        "Origin": up.base,
        "Sec-Fetch-Site": "same-origin",
        "Cookie": f"{COOKIE}={jar[COOKIE]}" if cookie else None,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    given = {name: value for name, value in said.items() if value is not None}
    return (await raw(up, "POST", url, given, fields if form else {"form": "x"})).status


async def test_a_form_of_ours_is_taken(up: Signing) -> None:
    assert await sent(up) == 303
    assert await sent(up, Origin="null") == 303  # what browsers send under no-referrer
    assert await sent(up, Sec_Fetch_Site=None) == 303  # an old browser that says where it is


async def test_without_the_cookie_it_is_not(up: Signing) -> None:
    assert await sent(up, cookie=False) == 403


async def test_without_its_token_it_is_not(up: Signing) -> None:
    assert await sent(up, form=False) == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1", "http://127.0.0.1:1"]
)
async def test_from_another_origin_it_is_not(up: Signing, origin: str) -> None:
    assert await sent(up, Origin=origin) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_from_another_site_it_is_not(up: Signing, site: str) -> None:
    assert await sent(up, Sec_Fetch_Site=site) == 403


async def test_from_nowhere_it_is_not(up: Signing) -> None:
    assert await sent(up, Origin=None, Sec_Fetch_Site=None) == 403
    assert await sent(up, Origin="null", Sec_Fetch_Site=None) == 403


async def test_each_of_these_controls_does_something(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("adapters.pages.site.check_origin", lambda *_: None)
        assert await sent(up, Origin="https://evil.example", Sec_Fetch_Site="cross-site") == 303
    with monkeypatch.context() as patch:
        patch.setattr("bot.sessions.Sessions.sent", lambda *_: "anything")
        patch.setattr("bot.sessions.Sessions.shows", lambda *_: True)
        assert await sent(up, form=False) == 303
        assert await sent(up, cookie=False) == 403  # the session itself is in the cookie


async def test_the_token_of_another_form_is_not_taken(up: Signing) -> None:
    browser = up.browser()
    asked = await up.sign_in(browser, await up.link_of(BEN))
    _, cancel = asked.form("/link/cancel")
    assert (await browser.send(asked, "/link/consent", cancel)).status == 403


async def test_the_token_of_another_browser_is_not_taken(up: Signing) -> None:
    link = await up.link_of(BEN)
    mine, theirs = up.browser(), up.browser()
    page, other = await mine.open(link), await theirs.open(link)
    assert (await mine.send(page, "/link/cancel", other.form("/link/cancel")[1])).status == 403


async def test_a_yes_to_another_name_is_no_yes(up: Signing) -> None:
    browser = up.browser()
    asked = await up.sign_in(browser, await up.link_of(BEN))
    ben = up.town.sandbox.world.people[BEN[0]]
    try:
        ben.name = "Ada"
        await up.town.say(BEN, "/whoami")
        await up.town.until(lambda: "Ada (@ben)" in up.town.from_bot(BEN)[-1].text)
        again = await browser.send(asked, "/link/consent")
        assert again.title == "Connect this chat to your account?"
        assert "Ada (@ben)" in again.text
    finally:
        ben.name = "Ben"
        await up.town.say(BEN, "/whoami")
        await up.town.until(lambda: "Ben (@ben)" in up.town.from_bot(BEN)[-1].text)
    again = await browser.open(f"{up.base}/link")
    assert (await browser.send(again, "/link/consent")).title == "Send these letters in your chat"


async def test_other_methods_are_not_known(up: Signing) -> None:
    for path in ("/link/start", "/link/consent", "/link/cancel", "/api/link"):
        assert (await raw(up, "GET", path, {})).status == 405
    for path in ("/link", "/oidc/callback"):
        assert (await raw(up, "POST", path, {})).status == 405
    assert (await raw(up, "HEAD", "/oidc/callback?state=x&code=y", {})).status == 405


# -- headers ---------------------------------------------------------------------------------------


async def walk(up: Signing) -> list[Page]:
    """Every page there is."""
    browser = up.browser()
    connected = await up.letters(browser, await up.link_of(BEN), "u-cleo")
    before = len(up.town.from_bot(BEN))
    await up.town.say(BEN, connected)
    await up.town.until(lambda: len(up.town.from_bot(BEN)) > before)
    await browser.open(f"{up.base}/link")
    await up.letters(browser, await up.link_of(BEN), "u-cleo")
    await browser.send(browser.seen[-1], "/link/cancel")
    await browser.open(f"{up.base}/link/{'x' * 43}")
    await up.browser().open(f"{up.base}/link")
    refused = up.browser()
    await refused.open(f"{up.base}/oidc/callback?state=x&code=y")
    await browser.open(f"{up.base}/link/style.css")
    denied = up.browser()
    page = await denied.send(await denied.open(await up.link_of(BEN)), "/link/start")
    await denied._go("POST", page.url.partition("?")[0], picked(page, ""))
    seen = [*browser.seen, *refused.seen, *denied.seen]
    return [each for each in seen if each.url.startswith(up.base)]


async def test_every_page_says_how_it_is_to_be_kept_and_framed(up: Signing) -> None:
    pages = await walk(up)
    titles = {each.title for each in pages if each.title}
    assert titles == {
        "Connect a chat", "Connect this chat to your account?", "Send these letters in your chat",
        "Connected", "Nothing was connected", "This link has ended",
        "That did not come from our page", "You were not signed in",
    }  # fmt: skip
    for each in pages:
        assert HEADERS.items() <= each.headers.items(), each.url
        policy = each.headers["Content-Security-Policy"]
        ours, last = (
            "default-src 'none'; style-src 'self'",
            "base-uri 'none'; frame-ancestors 'none'",
        )
        form = f"form-action 'self'( {re.escape(up.town.sandbox.issuer.url[:22])}[0-9]*)?"
        assert re.fullmatch(
            f"{ours}; {form}; {last}",
            policy,
        )
        for cookie in each.headers.getall("Set-Cookie", []):  # type: ignore[attr-defined]  # aiohttp's
            assert cookie.startswith(COOKIE)
            for part in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=1800"):
                assert part in cookie.split("; ")
            assert "Domain" not in cookie


async def test_pages_load_nothing_from_elsewhere_and_have_no_script(up: Signing) -> None:
    for each in await walk(up):
        assert "<script" not in each.text
        loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]*)"', each.text)
        assert [url for url in loaded if url != "/link/style.css"] == []


async def test_sentences_stand_apart(up: Signing) -> None:
    for each in await walk(up):
        assert re.findall(r"[a-z][.!?][A-Z]\w* ", each.text) == []


async def test_a_token_is_in_no_page(up: Signing) -> None:
    link = await up.link_of(BEN)
    browser = up.browser()
    await up.letters(browser, link)
    token = link.rpartition("/")[2]
    for each in browser.seen[1:]:
        assert token not in each.text
        assert token not in each.url
        assert token not in str(each.headers)


# -- what is sent to us ----------------------------------------------------------------------------


def quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
async def test_no_parameter_leads_away_or_into_a_page(up: Signing, value: str) -> None:
    browser = up.browser()
    page = await browser.open(await up.link_of(BEN))
    url, fields = page.form("/link/cancel")
    jar = browser.cookies[up.base.removeprefix("http://")]
    own = {"Origin": up.base, "Sec-Fetch-Site": "same-origin", "Cookie": f"{COOKIE}={jar[COOKIE]}"}
    said = quoted(value)
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    answers = [
        await raw(up, "GET", f"/link/{said}", {}),
        await raw(up, "GET", f"/link?next={said}&return_to={said}", own),
        await raw(up, "GET", f"/oidc/callback?state={said}&code={said}&iss={said}", own),
        await raw(up, "GET", f"/oidc/callback?state=x&error={said}&error_description={said}", own),
        await raw(up, "GET", "/link", {"Cookie": f"{COOKIE}={said}"}),
        await raw(up, "POST", url, own | typed, f"form={said}"),
        await raw(up, "POST", url, own | typed, f"form={fields['form']}&{said}={said}"),
        await raw(up, "POST", "/link/start", own | typed, f"form={said}&redirect_uri={said}"),
        await raw(up, "POST", "/api/link", {"Authorization": f"Bearer {said}"}, said),
        await raw(up, "POST", url, own | {"Content-Type": "text/plain"}, said),
    ]  # fmt: skip
    for each in answers:
        assert 200 <= each.status < 500, each.url
        assert each.headers.get("Location", up.base).startswith(up.base)
        assert "evil.example" not in each.text
        assert "alert(1)" not in each.text


async def test_what_people_are_called_stays_text(up: Signing) -> None:
    ben = up.town.sandbox.world.people[BEN[0]]
    try:
        ben.name = "<script>alert(1)</script>"
        page = await up.browser().open(await up.link_of(BEN))
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script" not in page.text
    finally:
        ben.name = "Ben"


async def test_what_a_request_says_of_its_host_is_not_believed(up: Signing) -> None:
    link = await up.link_of(BEN)
    lies = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp",
            "Forwarded": "host=evil.example"}  # fmt: skip
    first = await raw(up, "GET", link, lies)
    assert first.headers["Location"] == f"{up.base}/link"
    cookie = {"Cookie": first.headers["Set-Cookie"].partition(";")[0]}
    page = await raw(up, "GET", "/link", lies | cookie)
    assert "evil.example" not in page.text + str(page.headers)
    _, fields = page.form("/link/start")
    own = {"Origin": up.base, "Sec-Fetch-Site": "same-origin"}
    begun = await raw(up, "POST", f"{up.base}/link/start", lies | cookie | own, fields)
    assert quoted(f"{up.base}/oidc/callback") in begun.headers["Location"]
    assert "evil" not in begun.headers["Location"]


async def test_only_our_routes_are_there(up: Signing) -> None:
    for path in ("/link/", "/link/x/y", "/links", "/oidc", "/oidc/", "/api", "/api/link/x"):
        missing = await raw(up, "GET", path, {})
        assert missing.status == 404
        assert HEADERS.items() <= missing.headers.items()
        assert missing.headers["Content-Security-Policy"].startswith("default-src 'none'")
