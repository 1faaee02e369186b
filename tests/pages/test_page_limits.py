"""How often one client may try, whichever chat or app it tries for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, select

from adapters.pacing import NoPacer
from core import schema
from core.limits import APP_LINK, APP_LINK_ADDRESS, SIGN_IN_ADDRESS, Limit
from core.store import StoreAway
from tests.pages_kit import Signing, signing
from tests.ports import free_port
from tests.service_kit import ADA, BEN

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Signing]:
    """Behind a proxy on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.sharing.LocalPacer", NoPacer)
        folder = tmp_path_factory.mktemp("limits")
        async with signing(folder, free_port(), trusted_proxies="127.0.0.1,10.0.0.0/8") as there:
            yield there


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Three steps of a sign-in per client."""
    limit = Limit("sign-in.address", 3, timedelta(minutes=15), "sign-ins")
    monkeypatch.setattr("bot.signing_in.SIGN_IN_ADDRESS", limit)
    return limit


async def starts(up: Signing, link: str, forwarded: str) -> tuple[int, str, str]:
    """Status, Retry-After and text of a start from behind the proxy."""
    browser = up.browser()
    page = await browser.open(link)
    headers = {"X-Forwarded-For": forwarded}
    begun = await browser.send(page, "/link/start", headers=headers, follow=False)
    return begun.status, begun.headers.get("Retry-After", ""), begun.text


@pytest.mark.usefixtures("few")
async def test_one_client_is_stopped_and_told_how_long(up: Signing) -> None:
    link = await up.link_of(ADA)
    for _ in range(3):
        assert (await starts(up, link, "203.0.113.7"))[0] == 303
    status, retry, text = await starts(up, link, "203.0.113.7")
    assert status == 429
    assert 0 < int(retry) <= 900
    assert "Try again in 1" in text
    assert "Your tasks still work" in text
    # hammering prolongs nothing, and others go on
    assert int((await starts(up, link, "203.0.113.7"))[1]) <= int(retry)
    assert (await starts(up, link, "203.0.113.8"))[0] == 303


@pytest.mark.usefixtures("few")
async def test_what_stands_before_the_client_in_the_header_is_not_believed(up: Signing) -> None:
    link = await up.link_of(ADA)
    for number in range(3):
        assert (await starts(up, link, f"198.51.100.{number}, 203.0.113.9, 10.1.1.1"))[0] == 303
    assert (await starts(up, link, "198.51.100.77, 203.0.113.9, 10.1.1.1"))[0] == 429


@pytest.mark.usefixtures("few")
async def test_a_network_of_ipv6_is_one_client(up: Signing) -> None:
    link = await up.link_of(ADA)
    for number in range(3):
        assert (await starts(up, link, f"2001:db8:1:2::{number:x}"))[0] == 303
    assert (await starts(up, link, "2001:db8:1:2:ffff::1"))[0] == 429
    assert (await starts(up, link, "2001:db8:1:3::1"))[0] == 303


@pytest.mark.usefixtures("few")
async def test_coming_back_and_agreeing_count_too(up: Signing) -> None:
    browser = up.browser()
    for _ in range(3):
        url = f"{up.base}/oidc/callback?state=x&code=y"
        page = await browser.open(await up.link_of(BEN))
        assert (await browser.open(url)).status == 410
    assert page.title == "Connect a chat"
    assert (await browser.open(f"{up.base}/oidc/callback?state=x&code=y")).status == 429


async def test_looking_takes_nothing_from_signing_in(up: Signing) -> None:
    link = await up.link_of(BEN)
    for _ in range(SIGN_IN_ADDRESS.times + 5):
        assert (await up.browser().open(link)).status == 200


async def test_looking_has_an_allowance_of_its_own(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link, good or not, and the page it leads to, are two looks."""
    limit = Limit("link.page.address", 4, timedelta(minutes=15), "pages from your network")
    monkeypatch.setattr("bot.signing_in.PAGE_ADDRESS", limit)

    async def look(path: str, client: str) -> tuple[int, str]:
        headers = {"X-Forwarded-For": client}
        async with up.client.get(f"{up.base}{path}", headers=headers) as answer:
            return answer.status, answer.headers.get("Retry-After", "")

    for number in range(4):
        assert (await look(f"/link/{str(number) * 43}", "203.0.113.20"))[0] == 410
    for path in ("/link", f"/link/{'x' * 43}"):
        status, retry = await look(path, "203.0.113.20")
        assert (status, 0 < int(retry) <= 900) == (429, True)
    assert (await look("/link", "203.0.113.21"))[0] == 410  # nobody else is stopped


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/link/start"), ("POST", "/link/consent"), ("POST", "/link/prove"),
        ("POST", "/link/cancel"), ("GET", "/oidc/callback"), ("GET", "/link/proved"),
    ],
)  # fmt: skip
async def test_what_is_refused_counts_too_and_takes_nothing_from_signing_in(
    up: Signing, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    """A form that is not ours, and an answer that no browser of ours waits for."""
    limit = Limit("link.page.address", 4, timedelta(minutes=15), "pages from your network")
    monkeypatch.setattr("bot.signing_in.PAGE_ADDRESS", limit)
    own = {"Origin": up.base, "Sec-Fetch-Site": "same-origin", "X-Forwarded-For": "203.0.113.30"}
    statuses = []
    for _ in range(5):
        async with up.client.request(
            method,
            f"{up.base}{path}",
            headers=own,
            data={"form": "x"} if method == "POST" else None,
        ) as answer:
            statuses.append(answer.status)
    assert statuses == [403] * 4 + [429]

    def names(work: Any) -> set[str]:
        return set(work.run(select(schema.rate.c.name)).scalars())

    assert await up.town.service.store.query(names) == {limit.name}


async def asks(up: Signing, token: str, forwarded: str = "203.0.113.1") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": forwarded}
    async with up.client.post(f"{up.base}/api/link", headers=headers) as answer:
        return answer.status, answer.headers.get("Retry-After", "")


async def test_one_user_of_the_app_gets_so_many_links(up: Signing) -> None:
    app = up.town.sandbox.app
    for number in range(APP_LINK.times):
        assert (await asks(up, app.token("u-ada"), f"203.0.113.{number}"))[0] == 200
    status, retry = await asks(up, app.token("u-ada"), "203.0.113.99")
    assert (status, 0 < int(retry) <= 900) == (429, True)
    assert (await asks(up, app.token("u-ben"), "203.0.113.99"))[0] == 200


async def test_one_address_tries_so_many_tokens(up: Signing) -> None:
    for _ in range(APP_LINK_ADDRESS.times):
        assert (await asks(up, "no.such.token", "203.0.113.200"))[0] == 401
    status, retry = await asks(up, up.town.sandbox.app.token("u-cleo"), "203.0.113.200")
    assert (status, 0 < int(retry) <= 60) == (429, True)
    assert (await asks(up, up.town.sandbox.app.token("u-cleo"), "203.0.113.201"))[0] == 200


async def test_without_the_counter_nobody_is_stopped(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.limits.Limits.use", lambda *_: None)
    for _ in range(APP_LINK_ADDRESS.times + 1):
        assert (await asks(up, "no.such.token", "203.0.113.250"))[0] == 401
    await up.town.service.store.mutate(lambda work: work.run(delete(schema.rate)) and None)


async def test_a_database_that_is_away_is_a_page_and_an_answer(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await up.link_of(ADA)

    async def away(*_: object) -> None:
        raise StoreAway

    monkeypatch.setattr(type(up.town.service.store), "query", away)
    page = await up.browser().open(link)
    assert (page.status, page.title, page.headers["Retry-After"]) == (503, "One moment", "5")
    monkeypatch.setattr(type(up.town.service.store), "mutate", away)
    assert await asks(up, "x") == (503, "5")
