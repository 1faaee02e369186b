"""The operator's commands about one person, about what platforms list, and with files of inputs."""

from __future__ import annotations

import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import serve
from adapters.sandbox.polar_products import PRO_MONTHLY
from bot import accounts_operator, operator, replay_file, telegram_operator, verbs
from bot.app import service
from bot.cli import main
from bot.settings import Settings, SettingsError
from bot.turn import commands
from core import operating
from core.chat import Unread
from tests.databases import core_postgres, service_database
from tests.service_kit import (
    ADA,
    BEN,
    SADA,
    TELEGRAM_TOKEN,
    Town,
    new_sandbox,
    settings_for,
    town,
)

__all__ = ["core_postgres", "service_database"]  # fixtures


class _Nowhere:
    """Where the stand-ins are, for a command that asks none of them."""

    telegram_base_url = slack_base_url = polar_base_url = "http://127.0.0.1:9/api/"


def beside(tmp_path: Path, database: dict[str, str], **more: Any) -> Settings:
    """The settings of a command beside the service."""
    return settings_for(_Nowhere, tmp_path, **{**database, **more})


async def public_id(up: Town, ref: str) -> str:
    return (await up.service.store.query(lambda work: operating.who(work, ref)))[0].public_id


async def test_somebody_is_exported_and_forgotten_beside_the_service(
    tmp_path: Path,
    service_database: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = beside(tmp_path, service_database)
    out = tmp_path / "ada.zip"
    async with town(tmp_path, **service_database) as up:
        await up.asks(ADA, "Buy milk", "Buy milk")
        await up.asks(BEN, "Buy tea", "Buy tea")
        ada = await public_id(up, "telegram:1001")
        assert await accounts_operator.export_account(settings, "@ada", out) == 0
        kept = json.loads(zipfile.ZipFile(out).read("data.json"))
        assert [each["title"] for each in kept["task"]] == ["Buy milk"]
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        with pytest.raises(SettingsError, match="is there already"):
            await accounts_operator.export_account(settings, ada, out)
        await up.asks(ADA, "/security", "to whoever looks after me")
        monkeypatch.setattr("builtins.input", lambda question: "yes")
        assert await accounts_operator.delete_account(settings, ada) == 1
        assert "Nothing was deleted." in capsys.readouterr().out
        monkeypatch.setattr("builtins.input", lambda question: f" {ada} ")
        assert await accounts_operator.delete_account(settings, "telegram:1001") == 0
        said = capsys.readouterr().out
        assert "Ada: 1 chats, 1 tasks. This is for good." in said
        await up.sees(ADA, "nothing about you is left here")
        assert await accounts_operator.delete_account(settings, ada, sure=True) == 1
        assert f"Nobody is {ada}" in capsys.readouterr().out
        assert await up.service.store.query(lambda work: work.audit.broken()) is None
        await up.asks(BEN, "/list", "Buy tea")
        await up.asks(ADA, "Buy bread", "Buy bread")
        await up.asks(SADA, "/task add Buy jam", "Buy jam")
        assert await accounts_operator.export_account(settings, "@ada", tmp_path / "two.zip") == 1
        said = capsys.readouterr().out
        assert "Several people are called that" in said
        assert said.count("\n") == 3
        assert await accounts_operator.delete_account(settings, "telegram:1001", sure=True) == 1
        assert "Nothing was deleted: Too many" in capsys.readouterr().out


async def test_without_a_service_it_is_done_and_told_at_the_next_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = beside(tmp_path, {})
    sandbox = new_sandbox()
    async with serve(sandbox) as served:
        config = settings_for(served, tmp_path)
        async with service(config) as up:
            sandbox.slack.delivery.url = f"{up.here}/slack/events"
            await Town(sandbox, up).asks(ADA, "Buy milk", "Buy milk")
        assert await accounts_operator.delete_account(settings, "@ada", sure=True) == 0
        assert "the next" in capsys.readouterr().out
        async with service(config) as up:
            await Town(sandbox, up).sees(ADA, "nothing about you is left here")


async def test_the_menus_are_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox = new_sandbox()
    async with serve(sandbox) as served:
        settings = settings_for(served, tmp_path)
        assert await telegram_operator.set_commands(settings) == 0
        wrong = settings_for(served, tmp_path, telegram_bot_token=TELEGRAM_TOKEN[:-1] + "b")
        told = capsys.readouterr().out
        assert await telegram_operator.set_commands(wrong) == 1
        assert "does not know the token" in capsys.readouterr().out
    listed = {each["command"] for menu in sandbox.world.menu.values() for each in menu}
    assert {"add", "list", "settings"} <= listed
    assert len(sandbox.world.menu) == 6
    assert "de, groups: add, list, done, help" in told
    assert await telegram_operator.set_commands(settings_for(_Nowhere, tmp_path)) == 1
    assert "could not be asked" in capsys.readouterr().out
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN: needed"):
        await telegram_operator.set_commands(settings_for(_Nowhere, tmp_path, **_NO_TOKEN))


_NO_TOKEN: dict[str, Any] = {"telegram_bot_token": None}


def recorded_by(lines: list[Any], path: Path) -> Path:
    written = [each if isinstance(each, str) else json.dumps(each) for each in lines]
    path.write_text("\n".join(written) + "\n\n")
    return path


async def test_a_file_of_inputs_is_handled_once(
    tmp_path: Path, service_database: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = beside(tmp_path, service_database, billing=True)
    async with town(tmp_path, billing=True, **service_database) as up:
        up.sandbox.telegram.updates._next_id += 1000  # another test was in this database
        await up.asks(ADA, "/start", "Hello")
        now = int((await up.service.store.query(lambda work: work.now)).timestamp())
        person = {"id": 1001, "is_bot": False, "first_name": "Ada", "username": "ada"}
        chat = {"id": 1001, "type": "private", "first_name": "Ada"}
        typed = {"message_id": 9, "from": person, "chat": chat, "date": now, "text": "/add Milk"}
        old = {**typed, "date": now - 40 * 86_400, "text": "/add Of long ago"}
        command = {
            "command": "/task", "text": "add Jam", "user_id": "U0ADA", "user_name": "ada",
            "team_id": "T0ACME", "channel_id": "D0ADA", "channel_name": "directmessage",
            "trigger_id": "1.2.3",
        }  # fmt: skip
        lines = [
            {"update_id": 71, "message": typed},
            {"update": {"update_id": 72, "message": typed}, "me": {"id": 7, "username": "bot"}},
            command,
            {"webhook-id": "evt-1", "body": {"type": "galaxy.formed", "data": {}}},
            {"update_id": 73, "message": old},
            {"update_id": 74, "poll": {}},
            {"type": "order.paid", "data": {}},
            "[1]",
            "{",
        ]
        path = recorded_by(lines, tmp_path / "inputs.jsonl")
        assert await replay_file.replay_file(settings, path) == 1
        said = capsys.readouterr().out.splitlines()
        assert said[:6] == [
            "1  handled; the answer is on its way",
            "2  handled; the answer is on its way",
            "3  handled; the answer is on its way",
            "4  unknown: galaxy.formed",
            "5  is older than what we remember, so it may have been handled",
            "6  asks nothing of us",
        ]
        assert said[6].startswith("7  could not be read: a call of Polar without its id")
        assert said[7:9] == [
            "8  could not be read: no JSON object",
            "9  could not be read: no JSON object",
        ]
        await up.sees(ADA, "Milk")
        await up.sees(SADA, "Jam")
        path = recorded_by(lines[:4], tmp_path / "again.jsonl")
        assert await replay_file.replay_file(settings, path) == 0
        known = "was handled already, when the platform sent it once more"
        assert capsys.readouterr().out.splitlines()[:4] == [
            f"1  {known}", f"2  {known}", f"3  {known}", "4  known: galaxy.formed",
        ]  # fmt: skip
        # And the very update, and the very call of Polar, that the service itself handled.
        await up.asks(ADA, "Buy plums", "Buy plums")
        up.sandbox.polar.subscribe("nobody-here", PRO_MONTHLY)
        await up.sandbox.polar.settle()
        kept = (await up.service.store.query(lambda work: work.hooks.page(5)))[0]
        taken = [*up.sandbox.telegram._history.values(), {"webhook-id": kept.id, "body": kept.body}]
        path = recorded_by(taken, tmp_path / "taken.jsonl")
        assert await replay_file.replay_file(settings, path) == 0
        said = capsys.readouterr().out.splitlines()
        assert {each.partition("  ")[2] for each in said[:-2]} == {known}
        assert said[-2].endswith(f"known: {kept.type}")
        shown = await up.asks(ADA, "/list", "Open tasks")
        assert shown.text.count("Milk") == 2  # the second is of another bot, with its own keys
        assert shown.text.count("Buy plums") == 1


def breaks(work: Any, turn: Any, command: Any) -> Any:
    raise ZeroDivisionError("made for the test")


async def test_what_failed_can_be_taken_to_another_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a file, with which the developers see what happened, on a database of their own."""
    kept, elsewhere = tmp_path / "kept.jsonl", tmp_path / "elsewhere"
    elsewhere.mkdir()
    async with town(tmp_path) as up:
        with monkeypatch.context() as broken:
            bad = replace(commands.of(verbs.Stats()), handler=breaks)
            broken.setitem(commands._by_name, "stats", bad)
            broken.setitem(commands._by_kind, verbs.Stats, bad)
            await up.asks(ADA, "/stats", "Something broke")
        await up.service.store.mutate(
            lambda work: work.failures.keep(Unread("telegram:1:5", "telegram", _UNREAD), "broke")
        )
        assert await operator.failed(beside(tmp_path, {}), 10, out=kept) == 0
        assert await replay_file.replay_file(beside(tmp_path, {}), kept) == 0
        assert "1  was handled already" in capsys.readouterr().out
    async with town(elsewhere) as up:
        up.sandbox.telegram.updates._next_id += 1000  # what came there had other numbers
        await up.asks(ADA, "/start", "Hello")
        assert await replay_file.replay_file(beside(elsewhere, {}), kept) == 0
        said = capsys.readouterr().out
        assert said.count("handled; the answer is on its way") == 3  # and in the sum
        await up.sees(ADA, "overdue: 0")
        await up.sees(ADA, "Milk")


_UNREAD = json.dumps(
    {
        "update": {
            "update_id": 5,
            "message": {
                "message_id": 9, "text": "/add Milk", "date": 0,
                "from": {"id": 1001, "is_bot": False, "first_name": "Ada"},
                "chat": {"id": 1001, "type": "private"},
            },
        },
        "me": {"id": 1, "username": "fluxbot"},
    }
)  # fmt: skip


@pytest.mark.parametrize("said", [["manifest"], ["manifest", "slack"]])
def test_the_manifest_is_printed(
    said: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(said) == 0
    assert json.loads(capsys.readouterr().out)["features"]["bot_user"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["manifest", "telegram"], "manifest: telegram has none; `set-commands` sets its menus."),
        (["manifest", "discord"], "manifest: discord has none. It is `manifest slack`."),
        (["replay", "nowhere/at/all.jsonl"], "nowhere/at/all.jsonl: cannot be read"),
        (["export-account", "@ada"], "DATABASE_URL: has no tables yet"),
        (["delete-account", "@ada", "--yes"], "DATABASE_URL: has no tables yet"),
        (["set-commands"], "TELEGRAM_BOT_TOKEN: needed to set Telegram's menus"),
    ],
)
def test_what_cannot_be_is_one_line(
    said: list[str],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(said) == 2
    told = capsys.readouterr().err
    assert told.startswith(why)
    assert told.count("\n") == 1


def test_what_failed_is_handled_or_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Not silently one of both."""
    with pytest.raises(SystemExit) as ended:
        main(["failed", "--replay", "all", "--out", "kept.jsonl"])
    assert ended.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


def test_the_sandbox_has_two_names(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("sandbox", "emulator"):
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert "both platforms played" in capsys.readouterr().out
