"""No link, no letters, no code of an issuer and no session where anybody else reads them, nor in a
log or in the database (`promises.md` T4, T8, B11): a whole sign-in at DEBUG, with things that go
wrong, then a search of all that it left behind."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.pacing import NoPacer
from adapters.sandbox import issuer as stand_in
from bot import logs
from tests.pages_kit import COOKIE, Signing, picked, signing, url_of
from tests.ports import free_port
from tests.proof_kit import TELEGRAM, agreed, of, sent_back, there
from tests.service_kit import ADA, FLAT, GENERAL, SADA

PROOFS = ((TELEGRAM.his, "That is somebody else's chat"), (TELEGRAM.her, "Connected"))
"""Who is signed in there, and what comes of it."""


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
        patch.setattr(
            "adapters.oidc.provider.Provider.finish", breaking(f"cannot finish {back} from {link}")
        )
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
    found |= await proof(up, monkeypatch)
    return {**found, "letters": letters, "bare letters": letters.replace("-", ""), "state": state,
            "code": code, "cookie": session, "client secret": up.town.sandbox.issuer.client_secret,
            "app key": up.town.sandbox.app.key}  # fmt: skip


def breaking(text: str) -> Any:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError(text)

    return broken


def of_proof(way: str, title: str) -> dict[str, str]:
    return {f"{name} of a proof: {title}": of(way)[name] for name in ("state", "code")}


async def proof(up: Signing, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The errand to Telegram: broken on its way, for somebody else, and for whose chat it is."""
    browser, verifiers = up.browser(), []
    fits = stand_in._fits

    def fitting(granted: Any, form: dict[str, str]) -> bool:
        verifiers.append(form["code_verifier"])
        return fits(granted, form)

    shown = await agreed(up, browser, await up.link_of(ADA))
    way = await sent_back(browser, await there(browser, shown), TELEGRAM.her)
    with monkeypatch.context() as patch:
        patch.setattr("adapters.oidc.provider.Provider.finish", breaking(f"cannot finish {way}"))
        assert (await browser.open(way)).status == 500
    found = {"proof letters": shown.letters, **of_proof(way, "broken")}
    with monkeypatch.context() as patch:
        patch.setattr(stand_in, "_fits", fitting)
        for user, title in PROOFS:
            asked = await there(browser, shown)
            way = await sent_back(browser, asked, user)
            found |= {**of_proof(way, title), f"nonce: {title}": of(asked.url)["nonce"]}
            assert (await browser.open(way)).title == title
    assert len(verifiers) == len(PROOFS)
    secret = up.town.sandbox.proving["telegram"].client_secret
    return found | {f"verifier {n}": v for n, v in enumerate(verifiers)} | {"login secret": secret}


def files(folder: Path) -> dict[str, str]:
    found = [each for each in folder.iterdir() if each.is_file()]
    return {each.name: each.read_bytes().decode("latin-1") for each in found}


async def left_by(
    tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> set[tuple[str, str]]:
    """Which secret was found where."""
    monkeypatch.setattr("bot.sharing.LocalPacer", NoPacer)
    async with signing(tmp_path, free_port(), proof=True) as up:
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
    assert {("code of a proof: broken", "log"), ("state of a proof: broken", "log")} <= found
