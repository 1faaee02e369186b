"""Workspaces install the app by themselves, over real sockets: each is written to by its own token
and no other, until it uninstalls; installing again restores what was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, create_engine, inspect, select, update
from yarl import URL

from adapters.sandbox.slack_oauth import end_event
from adapters.slack.install_pages import COOKIE, INSTALL, REDIRECT
from bot.app import service
from bot.settings import Settings
from core import schema
from core.addresses import Address
from core.events import Announced
from core.work import Work
from tests.databases import core_postgres
from tests.service_kit import SLACK_TOKEN
from tests.slack_town import ACME, ADA, CLIENT, CORP, DORA, GLOBEX, SADA, Street, street

EMIL, WANDA = ("sl-emil", "slack:D0EMIL"), ("sl-wanda", "slack:D0WANDA")


__all__ = ["core_postgres"]  # a fixture


@pytest.fixture(params=["sqlite", "postgresql"])
async def up(
    request: pytest.FixtureRequest, tmp_path: Path, unused_tcp_port: int
) -> AsyncIterator[Street]:
    changes = {}
    if request.param == "postgresql":
        changes["database_url"] = request.getfixturevalue("core_postgres").whole()
    async with street(tmp_path, unused_tcp_port, **changes) as made:
        yield made


async def test_two_workspaces_install_and_each_is_answered(up: Street) -> None:
    shown = await up.say(SADA, "/task add Buy milk")
    assert "no longer installed" in shown.text
    for team, name in ((ACME, "Acme"), (GLOBEX, "Globex")):
        async with up.browser() as browser:
            status, text = await browser.install(team)
        assert status == 200
        assert f"Fluxbot is installed in {name}" in text
    for person, words in ((SADA, "Buy milk"), (DORA, "Sell milk")):
        await up.asks(person, words, words)
        await up.say(person, f"/task add {words} twice")
        await up.sees(person, f"{words} twice")
    assert "Buy milk" not in " ".join(each.text for each in up.messages(DORA))
    assert "Sell milk" not in " ".join(each.text for each in up.messages(SADA))


async def test_forms_and_presses_work_in_a_second_workspace(up: Street) -> None:
    await up.install(GLOBEX)
    card = await up.asks(DORA, "Buy milk", "Buy milk")
    await up.press(DORA, card, "Done")
    await up.sees(DORA, "Done")
    await up.say(DORA, "/task add")
    await up.until(lambda: up.sandbox.world.views)
    name = next(iter(up.sandbox.world.views))
    await up.sandbox.submit(DORA[0], name, {"title": "From a form"})
    await up.sees(DORA, "From a form")


async def test_an_organisation_installs_for_all_its_workspaces(up: Street) -> None:
    await up.install(CORP)
    [row] = await up.installs()
    assert (row.team, row.enterprise, row.name) == ("", CORP, "Corp")
    channel = up.sandbox.world.add_chat("slack", "C0ALL", "all", [EMIL[0], WANDA[0]])
    channel.team, channel.enterprise = "T0EAST", CORP
    await up.say(EMIL, "/task add Shared", channel.id)
    card = await up.sees(EMIL, "Shared", channel.id)
    await up.press(WANDA, card, "Claim", channel.id)  # from another workspace of it
    await up.until(lambda: "wanda" in card.text)
    place = Address("slack", CORP, "C0ALL", private=False)
    chat = await up.service.store.query(lambda work: work.chats.get(place))
    assert chat.title == "all", "one chat, whichever workspace it is seen in"
    await up.asks(WANDA, "Own thing", "Own thing")


async def test_workspaces_of_an_organisation_reach_their_own_people(up: Street) -> None:
    for team in ("T0EAST", "T0WEST"):
        await up.install(team)
    for person in (EMIL, WANDA):
        await up.asks(person, f"Thing of {person[0]}", f"Thing of {person[0]}")
        await up.asks(person, "whoami", "You are")


async def test_a_guest_from_elsewhere_keeps_their_own_workspace(up: Street) -> None:
    await up.install(ACME)
    shared = up.sandbox.world.add_chat("slack", "C0SHARED", "shared", [SADA[0], DORA[0]])
    await up.say(SADA, "/task add Joint thing", shared.id)
    card = await up.sees(SADA, "Joint thing", shared.id)
    await up.press(DORA, card, "Claim", shared.id)
    await up.until(lambda: "dora" in card.text.lower())
    scopes = await up.service.store.query(
        lambda work: {work.accounts.identity(each)[1].scope for each in (1, 2)}  # type: ignore[index]  # both are there
    )
    assert scopes == {ACME, GLOBEX}
    assert not up.from_bot(DORA), "our token is not for people of another organisation"


Change = Callable[[URL], URL]
ODD: dict[str, Change] = {
    "no state": lambda back: back.without_query_params("state"),
    "another state": lambda back: back.update_query(state="x" * 43),
    "an odd state": lambda back: back.update_query(state="\0\u00e4"),
    "two states": lambda back: back.extend_query(state="x" * 43),
    "no code": lambda back: back.without_query_params("code"),
    "another code": lambda back: back.update_query(code="1.2"),
    "a code too long": lambda back: back.update_query(code="1" * 600),
    "two codes": lambda back: back.extend_query(code="1.2"),
    "nothing": lambda back: back.with_query(None),
}


@pytest.mark.parametrize("what", ODD)
async def test_a_way_back_that_is_odd_installs_nothing(up: Street, what: str) -> None:
    async with up.browser() as browser:
        back = await browser.agree(await browser.begin(), GLOBEX)
        status, text = await browser.get(ODD[what](back))
        assert status == 400
        assert "Nothing was installed" in text or "Not installed" in text
    assert not await up.installs()


async def test_only_the_browser_that_began_can_finish_and_once(up: Street) -> None:
    async with up.browser() as mine, up.browser() as theirs:
        back = await mine.agree(await mine.begin(), GLOBEX)
        await theirs.begin()  # it has a cookie, but another one
        assert (await theirs.get(back))[0] == 400
        assert not await up.installs(), "a link that somebody is lured to installs nothing"
        answers = await asyncio.gather(*(mine.get(back) for _ in range(5)))
        assert sorted(status for status, _ in answers) == [200, 400, 400, 400, 400]
        other = await mine.agree(await mine.begin(), ACME)
        another = await mine.agree(await mine.begin(), GLOBEX)
        assert [(await mine.get(each))[0] for each in (other, another)] == [200, 200], "two tabs"


async def test_somebody_says_no_at_slack(up: Street) -> None:
    async with up.browser() as browser:
        back = await browser.agree(await browser.begin(), "")
        status, text = await browser.get(back)
        assert status == 403
        assert "nothing was installed" in text
        assert (await browser.get(back))[0] == 400
    assert not await up.installs()


async def test_a_wrong_secret_of_ours_is_a_plain_page(up: Street) -> None:
    up.sandbox.slack.oauth.client = (CLIENT[0], "d" * 32)
    async with up.browser() as browser:
        assert (await browser.install(GLOBEX))[0] == 400
    assert not await up.installs()


async def test_the_pages_speak_the_browsers_language(up: Street) -> None:
    async with up.browser() as browser:
        browser.session.headers["Accept-Language"] = "de-DE,de;q=0.9"
        status, text = await browser.get("/slack/install")
        assert status == 200
        assert '<html lang="de">' in text
        assert "Fluxbot in deinem Slack-Workspace installieren" in text
        _, text = await browser.get("/slack/oauth_redirect?state=x")
        assert "Das hat nicht hier begonnen" in text


async def test_the_pages_are_hardened(up: Street) -> None:
    async with up.browser() as browser:
        for path in (INSTALL, REDIRECT, f"{REDIRECT}?state=%3Cb%3E&code=%3Cscript%3E"):
            async with browser.session.get(up.site.join(URL(path))) as answer:
                headers, text = answer.headers, await answer.text()
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "<b>" not in text
            assert "<script" not in text
            assert not answer.cookies, "a GET begins nothing"
        async with browser.session.post(up.site / INSTALL[1:], allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]
            assert answer.headers["Location"].startswith(up.sandbox.slack.base_url + "/oauth/v2/")
        for word in (f"{COOKIE}=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert word in cookie
        assert "Domain" not in cookie
        async with browser.session.head(up.site / REDIRECT[1:]) as answer:
            assert answer.status == 405, "HEAD must not do what GET does"


async def test_an_install_begins_here_and_not_too_often(up: Street) -> None:
    async with up.browser() as browser:
        for said, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
            async with browser.session.post(
                up.site / INSTALL[1:], headers={"Sec-Fetch-Site": said}, allow_redirects=False
            ) as answer:
                assert answer.status == status
        statuses = []
        for _ in range(40):
            async with browser.session.post(up.site / INSTALL[1:], allow_redirects=False) as answer:
                statuses.append(answer.status)
                wait = answer.headers.get("Retry-After", "0")
    assert statuses == [303] * 29 + [429] * 11
    assert 0 < int(wait) <= 900


async def test_the_name_of_a_workspace_is_only_shown(up: Street) -> None:
    up.sandbox.world.teams[GLOBEX] = "<img src=x> & \u202e"
    async with up.browser() as browser:
        back = await browser.agree(await browser.begin(), GLOBEX)
        async with browser.session.get(back) as answer:
            text = await answer.text()
    assert "&lt;img src=x&gt; &amp;" in text
    assert "\u202e" not in text


async def test_no_token_is_in_the_database_or_the_logs(
    up: Street, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await up.install(GLOBEX)
    await up.asks(DORA, "Buy milk", "Buy milk")
    await up.say(DORA, "/task add")
    [token] = up.sandbox.slack.oauth.tokens
    [row] = await up.installs()
    assert token not in f"{row!r} {row.token}"
    url = up.service.store.url.render_as_string(hide_password=False)
    for dump in (
        await asyncio.to_thread(rows, url),
        *([await asyncio.to_thread(everything, tmp_path)] if "sqlite" in url else []),
    ):
        assert row.token.encode() in dump, "the control: what is there is found"
        assert token.encode() not in dump
    assert token not in caplog.text


async def test_tokens_that_were_swapped_are_not_used(
    up: Street, caplog: pytest.LogCaptureFixture
) -> None:
    for team in (ACME, GLOBEX):
        await up.install(team)
    one, two = await up.installs()
    swapped = update(schema.slack_install)

    def swap(work: Work) -> None:
        for mine, theirs in ((one, two), (two, one)):
            work.run(swapped.where(schema.slack_install.c.id == mine.id).values(token=theirs.token))

    await up.service.store.mutate(swap)
    shown = await up.say(DORA, "/task list")
    assert shown.error, "Slack was not told that it was taken"
    assert "slack_install/token//T0GLOBEX does not open" in caplog.text
    assert "xoxb-" not in caplog.text
    async with up.browser() as browser:
        assert (await browser.install(GLOBEX))[0] == 200, "installing again mends it"
    await up.asks(DORA, "Buy milk", "Buy milk")


async def test_the_operators_own_workspace_goes_on_beside_the_others(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    async with street(tmp_path, unused_tcp_port, slack_bot_token=SLACK_TOKEN) as up:
        await up.asks(SADA, "Buy milk", "Buy milk")
        assert "no longer installed" in (await up.say(DORA, "/task list")).text
        await up.install(GLOBEX)
        await up.asks(DORA, "Sell milk", "Sell milk")
        await up.asks(SADA, "Buy more", "Buy more")
        up.sandbox.slack._bot_token = "xoxb-" + "9" * 32
        await up.say(SADA, "Buy even more")
        await up.asks(DORA, "Sell more", "Sell more")


async def a_second_ago(up: Street) -> None:
    """Whatever is installed was so before: Slack's events count seconds."""
    before = datetime.now(UTC) - timedelta(seconds=1.1)
    moved = update(schema.slack_install).values(installed_at=before)
    await up.service.store.mutate(lambda work: work.run(moved) and None)


async def test_uninstalled_nothing_is_sent_and_installed_again_all_is_as_before(up: Street) -> None:
    await up.install(GLOBEX)
    await up.asks(DORA, "Buy milk", "Buy milk")
    await a_second_ago(up)
    await up.uninstall(GLOBEX)
    [row] = await up.installs()
    assert row.revoked_at is not None
    assert row.token == ""
    before = len(up.messages(DORA))
    await announce(up, "A")
    assert len(up.messages(DORA)) == before
    await up.install(GLOBEX)
    await announce(up, "B")
    await up.sees(DORA, "news B")
    await up.asks(DORA, "list", "Buy milk")


async def test_late_and_repeated_news_do_not_end_a_new_install(up: Street) -> None:
    await up.install(GLOBEX)
    await up.asks(DORA, "Buy milk", "Buy milk")
    await a_second_ago(up)
    events = await up.uninstall(GLOBEX, quietly=True)
    for each in (*reversed(events), *events):
        up.sandbox.slack.delivery.event(each)
        await up.sandbox.settled()
    assert [each.revoked_at is None for each in await up.installs()] == [False]
    await up.install(GLOBEX)
    for each in events:
        up.sandbox.slack.delivery.event(each)
        await up.sandbox.settled()
    assert [each.revoked_at is None for each in await up.installs()] == [True]
    await up.asks(DORA, "list", "Buy milk")


async def test_a_token_of_a_person_is_not_ours(up: Street) -> None:
    await up.install(GLOBEX)
    await a_second_ago(up)
    [event, _] = up.sandbox.slack.oauth.uninstall("T0NOBODY", quietly=True)
    event["team_id"], event["event"]["tokens"] = GLOBEX, {"oauth": ["U0DORA"], "bot": []}
    up.sandbox.slack.delivery.event(event)
    await up.sandbox.settled()
    assert [each.revoked_at for each in await up.installs()] == [None]


async def test_a_refused_send_ends_that_install_and_no_other(up: Street) -> None:
    for team, person in ((ACME, SADA), (GLOBEX, DORA)):
        await up.install(team)
        await up.asks(person, "Buy milk", "Buy milk")
    await up.uninstall(GLOBEX, quietly=True)  # nothing was said of it
    await announce(up, "A")
    await up.sees(SADA, "news A")
    assert "news A" not in " ".join(each.text for each in up.messages(DORA))
    assert {each.team: each.why for each in await up.installs()} == {
        ACME: "",
        GLOBEX: "account_inactive",
    }
    async with up.browser() as browser:
        assert (await browser.get("/readyz"))[0] == 200, "the others are served"


async def test_whoever_has_another_chat_is_told_once(up: Street) -> None:
    await up.install(ACME)
    await up.asks(SADA, "Buy milk", "Buy milk")
    await up.asks(ADA, "hello", "Hello")
    await together(up)
    await a_second_ago(up)
    events = await up.uninstall(ACME)
    told = await up.sees(ADA, "Your Slack chat in Acme can't be reached any more")
    assert "Your tasks stay" in told.text
    for each in events:
        up.sandbox.slack.delivery.event(each)
    await up.sandbox.settled()
    await up.install(ACME)
    await up.asks(SADA, "whoami", "on Telegram")
    count = [each for each in up.from_bot(ADA) if "can't be reached" in each.text]
    assert len(count) == 1


def everything(folder: Path) -> bytes:
    """All bytes of all files."""
    return b"".join(each.read_bytes() for each in folder.iterdir() if each.is_file())


def rows(url: str) -> bytes:
    """Every row of every table, the engine's too."""
    engine = create_engine(url)
    found = b""
    with engine.connect() as connection:
        looking = inspect(connection)
        for schema_name in looking.get_schema_names():
            for name in looking.get_table_names(schema_name):
                table = Table(name, MetaData(), schema=schema_name, autoload_with=connection)
                found += repr(connection.execute(select(table)).all()).encode()
    engine.dispose()
    return found


async def announce(up: Street, word: str) -> None:
    """Tell everybody, and wait until nothing is to be sent any more."""
    event = Announced(word, f"news {word}")
    await up.service.store.mutate(lambda work: work.notices.announce(event))
    await idle(up)


async def idle(up: Street) -> None:
    """Until the jobs of the moment are done."""
    quiet = 0
    last = -1
    while quiet < 10:
        counts = sum(up.service.engine.counts().values())
        quiet = quiet + 1 if counts == last else 0
        last = counts
        await asyncio.sleep(0.05)


async def together(up: Street) -> None:
    """Ada's two chats are one account, however that came about."""
    moved = update(schema.identity).values(account_id=1)
    await up.service.store.mutate(lambda work: work.run(moved))


@pytest.mark.parametrize("ends", [False, True], ids=["control", "uninstalled"])
async def test_what_is_queued_is_not_sent_once_slack_has_said_so(up: Street, ends: bool) -> None:
    """The stand-in goes on taking the token: whatever is held back is held back by us."""
    await up.install(GLOBEX)
    await up.asks(DORA, "Buy milk", "Buy milk")
    await a_second_ago(up)
    for word in "ABCD":
        event = Announced(word, f"news {word}")
        await up.service.store.mutate(lambda work, event=event: work.notices.announce(event))
    await up.sees(DORA, "news A")
    if ends:
        news = end_event("app_uninstalled", GLOBEX)
        up.sandbox.deliver_event(news)
        await up.until(lambda: news["event_id"] in up.sandbox.slack.delivery.acknowledged)
    then = len(up.from_bot(DORA))
    if not ends:
        await up.until(lambda: len(up.from_bot(DORA)) - then >= 2)
        return
    await asyncio.sleep(3)  # one goes in a second
    assert len(up.from_bot(DORA)) - then <= 1, "at most what was on its way at that moment"


async def test_a_blocked_bot_is_told_elsewhere_and_back_by_writing(up: Street) -> None:
    await up.install(ACME)
    await up.asks(ADA, "hello", "Hello")
    await up.asks(SADA, "Buy milk", "Buy milk")
    await together(up)
    up.sandbox.block(ADA[0])
    told = await up.sees(SADA, "Your Telegram chat can't be reached any more")
    assert "Your tasks stay" in told.text
    before = len(up.from_bot(ADA))
    await announce(up, "A")
    await up.sees(SADA, "news A")
    assert len(up.from_bot(ADA)) == before
    up.sandbox.block(ADA[0], blocked=False)
    await up.asks(ADA, "/whoami", "on Slack")
    await announce(up, "B")
    await up.sees(ADA, "news B")


@pytest.mark.parametrize("closed", [False, True], ids=["control", "closed"])
async def test_who_is_gone_from_slack_is_told_nothing_there(up: Street, closed: bool) -> None:
    """The stand-in takes what is sent to them, as Slack does."""
    await up.install(ACME)
    await up.asks(ADA, "hello", "Hello")
    await up.asks(SADA, "Buy milk", "Buy milk")
    await together(up)
    person = up.sandbox.world.people[SADA[0]]
    user = {"id": person.user_id, "team_id": ACME, "deleted": closed}
    event = end_event("user_change", ACME)
    event["event"] = {"type": "user_change", "user": user}
    stranger = end_event("user_change", ACME)
    stranger["event"] = {"type": "user_change", "user": user | {"id": "U0NOBODY"}}
    for each in (event, stranger):
        up.sandbox.deliver_event(each)
    await up.sandbox.settled()
    if closed:
        await up.sees(ADA, "Your Slack chat can't be reached any more")
    before = len(up.from_bot(SADA))
    await announce(up, "A")
    await up.sees(ADA, "news A")
    assert len(up.from_bot(SADA)) - before == (0 if closed else 1)
    known = await up.service.store.query(
        lambda work: work.chats.find(Address("slack", ACME, "U0NOBODY", private=True))
    )
    assert known is None, "nothing is kept of people who never wrote"
    await up.asks(SADA, "whoami", "on Telegram")
    await announce(up, "B")
    await up.sees(SADA, "news B")


async def test_a_token_that_expires_is_not_taken(
    up: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Else it would end after half a day, as if the app were uninstalled."""
    grants = up.sandbox.slack.oauth.exchange

    async def rotating(*args: Any) -> dict[str, Any]:
        return await grants(*args) | {"expires_in": 43200, "refresh_token": "xoxe-1"}

    monkeypatch.setattr(up.sandbox.slack.oauth, "exchange", rotating)
    async with up.browser() as browser:
        status, _ = await browser.install(ACME)
    assert status == 400
    assert "token rotation" in caplog.text
    assert await up.installs() == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"access_token": "xoxb-1\r\nHost: x"}, 400),
        ({"access_token": ["xoxb-1"]}, 400),
        ({"team": {"id": "T" * 65, "name": "Acme"}}, 400),
        ({"team": [GLOBEX]}, 400),
        # The token of one workspace stands for no organisation.
        ({"team": None, "enterprise": {"id": "E1"}}, 400),
        ({"team": {"id": "T" * 65}, "enterprise": {"id": "E1"}}, 400),
        ({"scope": "chat:write\0", "app_id": "A" * 65, "bot_user_id": "U\n"}, 200),
        ({"team": {"id": GLOBEX, "name": "\0\u202e" * 200}}, 200),
    ],
)
async def test_an_odd_grant_is_a_page_and_no_defect(
    up: Street, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], status: int
) -> None:
    grants = up.sandbox.slack.oauth.exchange

    async def odd(*args: Any) -> dict[str, Any]:
        return await grants(*args) | changed

    monkeypatch.setattr(up.sandbox.slack.oauth, "exchange", odd)
    async with up.browser() as browser:
        assert (await browser.install(GLOBEX))[0] == status
    assert [each.team for each in await up.installs()] == [GLOBEX] * (status == 200)


async def test_with_nothing_configured_a_second_workspace_can_be_tried(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/a.db", port=0)  # type: ignore[call-arg]  # pydantic's own
    async with service(settings) as running:
        assert running.sandbox
        up = Street(running.sandbox, running, URL(f"http://127.0.0.1:{running.port}"))
        await up.asks(SADA, "Buy milk", "Buy milk")
        await up.install(GLOBEX)
        newcomer = next(each for each in up.sandbox.world.people.values() if each.team == GLOBEX)
        there = (newcomer.id, up.sandbox.world.private_chat(newcomer.id).id)
        await up.asks(there, "Sell milk", "Sell milk")
        await up.asks(SADA, "Buy more", "Buy more")
