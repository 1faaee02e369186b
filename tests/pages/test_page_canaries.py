"""No link, no letters, no code of an issuer and no session where anybody else reads them, nor in a
log or in the database (`promises.md` T4, T8, B11): a whole sign-in at DEBUG, with things that go
wrong, then a search of all that it left behind."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.pacing import NoPacer
from bot import logs
from tests.pages.conftest import free_port
from tests.pages_kit import COOKIE, Signing, picked, signing, url_of
from tests.service_kit import ADA, FLAT, GENERAL, SADA


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Where the log goes; logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.setup("text", stream)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


async def in_groups(up: Signing) -> set[str]:
    """Links asked for where others read: on Telegram in private, on Slack for one pair of eyes."""
    await up.town.asks(ADA, "/help", "help")
    await up.town.say(ADA, "/link@fluxbot", FLAT)
    shown = await up.town.sees(ADA, "Send me this code")
    await up.town.press(ADA, shown, "Sign in on the web")
    private = await up.town.sees(ADA, "Connect this chat on the web")
    await up.town.say(SADA, "/task link", GENERAL)
    asked = await up.town.sees(SADA, "Send me this code", GENERAL)
    await up.town.press(SADA, asked, "Sign in on the web", GENERAL)
    ephemeral = await up.town.sees(SADA, "Connect this chat on the web", GENERAL)
    assert ephemeral.ephemeral_for == SADA[0]
    return {url_of(private), url_of(ephemeral)}


async def story(up: Signing, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A sign-in with trouble on its way: what must be found nowhere, by name."""
    links = await in_groups(up)
    link = await up.link_of(ADA)
    browser = up.browser()
    picking = await browser.send(await browser.open(link), "/link/start")
    state = picked(picking, "")["state"]
    picked_page = await browser._go(
        "POST", picking.url.partition("?")[0], picked(picking, "u-ada"), follow=False
    )
    back = picked_page.headers["Location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    with monkeypatch.context() as patch:

        async def broken(*_: object, **__: object) -> None:
            raise RuntimeError(f"cannot finish {back} from {link}")

        patch.setattr("adapters.oidc.provider.Provider.finish", broken)
        assert (await up.browser().open(back)).status == 403
        broke = await browser.open(back)
        assert broke.status == 500
        assert code not in broke.text
    browser = up.browser()
    letters = await up.letters(browser, link)
    await up.town.say(ADA, f"/link@fluxbot {letters}", FLAT)
    await up.town.sees(ADA, "they are void")
    found = {
        f"link {number}": each.rpartition("/")[2] for number, each in enumerate(links | {link})
    }
    host = up.base.removeprefix("http://")
    session = browser.cookies[host][COOKIE]
    return {**found, "letters": letters, "bare letters": letters.replace("-", ""), "state": state,
            "code": code, "cookie": session, "client secret": up.town.sandbox.issuer.client_secret,
            "app key": up.town.sandbox.app.key}  # fmt: skip


def files(folder: Path) -> dict[str, str]:
    found = [each for each in folder.iterdir() if each.is_file()]
    return {each.name: each.read_bytes().decode("latin-1") for each in found}


async def left_by(
    tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> set[tuple[str, str]]:
    """Which secret was found where."""
    monkeypatch.setattr("bot.sharing.LocalPacer", NoPacer)
    async with signing(tmp_path, free_port()) as up:
        secrets = await story(up, monkeypatch)
        world = up.town.sandbox.world
        shared = [
            f"{each.display()}"
            for chat in world.chats.values()
            if len(chat.members) > 1
            for each in world.messages(chat.id)
            if each.ephemeral_for is None and each.author == "bot"
        ]
        async with up.client.get(f"{up.base}/metrics") as answer:
            places = {"metrics": await answer.text(), "groups": "\n".join(shared)}
        places |= files(tmp_path)  # while it is open, with what is in its log only
    places["log"] = log.getvalue()
    assert "cannot finish" in places["log"]
    return {(name, place) for name, secret in secrets.items() for place, text in places.items()
            if secret in text}  # fmt: skip


async def test_nothing_is_left_where_others_read(
    tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await left_by(tmp_path, log, monkeypatch) == set()


async def test_without_redaction_they_are_found(
    tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.logs.clean", lambda text: text)
    monkeypatch.setattr("bot.answers.kept", lambda reply: reply)
    found = await left_by(tmp_path, log, monkeypatch)
    assert {place for name, place in found if name.startswith("link")} >= {"log", "fluxbot.db-wal"}
