"""No secret and no link code where others read it (`promises.md` B11, T4), nothing private in a
group (T22): stories with everything that goes wrong, then a search of all that was left behind."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from bot import logs, verbs
from bot.turn import commands
from tests.hostile_kit import SECRET_KEY, TELEGRAM, WEBHOOK_SECRET, House, house
from tests.service_kit import ADA, BEN, CLEO, FLAT, GENERAL, SADA

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
PRIVATE = ("Chemotherapy", "Divorce lawyer", "Surprise party")
"""Titles of tasks that were made in private chats."""


@dataclass
class Left:
    """What a story left behind, by where it was found."""

    secrets: dict[str, str]
    codes: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)
    shared: list[str] = field(default_factory=list)
    """Every message that more than one person can read."""

    def found(self) -> set[tuple[str, str]]:
        """Which canary is where."""
        canaries = {**self.secrets, **{f"code {each}": each for each in self.codes}}
        canaries |= {f"bare {each}": each.replace("-", "") for each in self.codes}
        return {
            (name, place)
            for name, canary in canaries.items()
            for place, text in self.places.items()
            if canary in text
        }


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Where the log goes; logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def broken(work: Any, turn: Any, command: Any) -> Any:
    raise RuntimeError(f"cannot handle {command!r} of {turn!r}")


async def story(up: House, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Two people, four chats, codes well used, misused and lost. Returns the codes."""
    town = up.town
    for person, title in zip((ADA, SADA, BEN), PRIVATE, strict=True):
        command = "/task add" if person is SADA else "/add"
        await town.asks(person, f"{command} {title}", title)
    await town.say(CLEO, "/task add Water the plants", GENERAL)
    await town.sees(CLEO, "Water the plants", GENERAL)
    await town.say(ADA, "/list", FLAT)
    await town.say(SADA, "/task list", GENERAL)
    await town.say(ADA, "/link", FLAT)  # the code comes in private
    await town.sees(ADA, "works once")
    await town.say(SADA, "/task link", GENERAL)
    await town.until(lambda: codes_in(up, SADA, GENERAL))
    spoiled = (await town.asks(BEN, "/link", "works once")).text
    codes = codes_shown(up)  # the message says something else once they are used or void
    await town.say(BEN, f"/link {CODE.findall(spoiled)[0]}", FLAT)
    await town.sees(BEN, "void")
    await town.say(ADA, "/link")
    code = (await town.until(lambda: codes_in(up, ADA, ADA[1])[1:]))[-1]
    entry = commands.find("link")
    assert entry is not None
    with monkeypatch.context() as patch:
        patch.setitem(commands._by_kind, verbs.Link, replace(entry, handler=broken))
        await town.asks(SADA, f"/task link {code}", "Something broke")
        await town.say(SADA, f"/task link {code.replace('-', ' ').lower()}")
    await town.asks(CLEO, "/task link AAAA-BBBB-CCCC", "does not work")
    await town.asks(SADA, f"/task link {code}", "Connect to the account")
    return codes | {code} | codes_shown(up)


async def trouble(up: House) -> None:
    """Strangers at the door, then tokens that the platforms no longer know."""
    secret = up.signing_secret
    odd = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET + "x", "X-Slack-Signature": secret}
    odd |= {"Authorization": f"Bearer {SECRET_KEY}", "Referer": f"http://x/?k={WEBHOOK_SECRET}"}
    for path in (TELEGRAM, "/slack/events", f"/nowhere?token={WEBHOOK_SECRET}", "/metrics"):
        await up.post(path, f'{{"token": "{secret}"}}'.encode(), odd)
    side = up.town.sandbox
    side.telegram.token = "1:" + "z" * 35
    side.slack._bot_token = "xoxb-revoked"
    await side.say(ADA[0], ADA[1], "/help")
    await side.say(CLEO[0], CLEO[1], "/task help")
    await side.settled()


def everything(up: House) -> list[str]:
    world = up.town.sandbox.world
    return [each.text for chat in world.chats for each in world.messages(chat)]


def codes_shown(up: House) -> set[str]:
    return {each for message in everything(up) for each in CODE.findall(message)}


def codes_in(up: House, person: tuple[str, str], chat: str) -> list[str]:
    return [code for each in up.town.from_bot(person, chat) for code in CODE.findall(each.text)]


def files(folder: Path) -> dict[str, str]:
    return {each.name: each.read_bytes().decode("latin-1") for each in folder.iterdir()}


async def left_by(
    tmp_path: Path, port: int, log: io.StringIO, form: Literal["text", "json"], patch: Any
) -> Left:
    logs.setup(form, log)
    logging.getLogger().setLevel(logging.DEBUG)
    async with house(tmp_path, port) as up:
        side = up.town.sandbox
        left = Left(
            {
                "Telegram token": side.telegram.token,
                "Telegram secret": WEBHOOK_SECRET,
                "Slack token": side.slack._bot_token,
                "signing secret": up.signing_secret,
                "secret key": SECRET_KEY,
            }
        )
        left.codes = await story(up, patch)
        assert len(left.codes) >= 4
        await trouble(up)
        for path in ("/metrics", "/readyz", "/healthz", "/sandbox", "/sandbox/page.js"):
            async with up.client.get(up.url(path)) as answer:
                left.places[path] = await answer.text()
        world = side.world
        left.shared = [
            each.text
            for chat in world.chats.values()
            if len(chat.members) > 1
            for each in world.messages(chat.id)
            if each.ephemeral_for is None and each.author == "bot"
        ]
        left.places |= files(tmp_path)  # while it is open, with what is in its log only
    left.places["log"] = log.getvalue()
    return left


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_secret_and_no_code_is_left_anywhere(
    tmp_path: Path,
    unused_tcp_port: int,
    log: io.StringIO,
    form: Literal["text", "json"],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = await left_by(tmp_path, unused_tcp_port, log, form, monkeypatch)
    assert left.found() == set()
    assert "cannot handle" in left.places["log"]  # the story did go wrong, and the log says so
    shared = "\n".join(left.shared)
    assert "Water the plants" in shared
    assert not CODE.findall(shared)
    assert [title for title in PRIVATE if title in shared] == []


async def test_without_redaction_the_canaries_are_found(
    tmp_path: Path, unused_tcp_port: int, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.logs.clean", lambda text: text)
    monkeypatch.setattr("bot.answers.kept", lambda reply: reply)
    left = await left_by(tmp_path, unused_tcp_port, log, "text", monkeypatch)
    places = {place for name, place in left.found() if name.startswith("code")}
    assert "log" in places
    assert {each for each in places if each.startswith("fluxbot.db")}
