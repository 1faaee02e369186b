"""The doctor names each fault, says how to mend it, and finds nothing where nothing is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import time
from collections import namedtuple
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from adapters.polar.webhook import PATH as POLAR_PATH
from adapters.sandbox import Sandbox, serve
from adapters.slack.webhook import PATH as SLACK_PATH
from adapters.telegram.webhook import PATH as TELEGRAM_PATH
from bot import logs
from bot.app import service
from bot.doctor import Finding, State, doctor, examine, site, telegram
from bot.doctor.asking import Patient
from bot.manifest import scopes_of
from bot.settings import Settings
from core import migrations
from tests.databases import core_postgres, database, sqlite_file
from tests.ports import free_port
from tests.service_kit import new_sandbox, settings_for

__all__ = ["core_postgres", "database"]
HOOK_SECRET = "w" * 40
Found = dict[str, Finding]


async def found(settings: Settings, now: Callable[[], float] = time.time) -> Found:
    return {each.check: each async for each in examine(settings, now)}


def wrong(findings: Found) -> set[str]:
    return {name for name, each in findings.items() if each.state is State.WRONG}


@asynccontextmanager
async def played(tmp_path: Path, **changes: Any) -> AsyncIterator[tuple[Sandbox, Settings]]:
    """The platforms, and settings for them; no service runs."""
    sandbox = new_sandbox()
    async with serve(sandbox) as served:
        settings = settings_for(served, tmp_path, billing=True, **({"port": 1} | changes))
        sandbox.slack.scopes = ",".join(scopes_of(settings))
        yield sandbox, settings


async def test_a_running_service_that_is_set_up_well_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    async with (
        played(
            tmp_path,
            port=port,
            telegram_mode="webhook",
            telegram_webhook_secret=HOOK_SECRET,
            public_url=f"http://127.0.0.1:{port}",
            secret_key="k" * 32,
        ) as (sandbox, here),
        service(here) as up,
    ):
        async with asyncio.timeout(5):
            while not sandbox.telegram.webhook or up.problems:  # noqa: ASYNC110  # another's state
                await asyncio.sleep(0.02)
        findings = await found(here)
        assert {each.check for each in findings.values() if each.state is State.OK} == {
            *("telegram token", "telegram privacy mode", "telegram webhook"),
            *("slack token", "slack scopes", "polar token", "polar products"),
            *("database", "database schema", "database writable", "database journal"),
            *("database pages", "database disk", "service", "public url", "clock"),
            *("telegram self-test", "slack self-test", "polar self-test"),
        }
        assert len(findings) == 19
        assert await doctor(here) == 0
        assert "ok     slack self-test: a signed call is taken" in capsys.readouterr().out
        other = {
            "telegram_webhook_secret": "x" * 40,
            "slack_signing_secret": "6" * 32,
            "polar_webhook_secret": "whsec_" + "eHh4" * 8,
        }
        stale = here.model_copy(update=secrets(other))
        assert wrong(await found(stale)) == {
            "telegram self-test", "slack self-test", "polar self-test"
        }  # fmt: skip
        # what the self-tests sent is neither a message nor for the operator
        assert await up.store.query(lambda work: work.failures.page()) == []
        assert await up.store.query(lambda work: work.hooks.page()) == []


@pytest.mark.parametrize(
    ("fault", "check", "says", "fix"),
    [
        ({"telegram_bot_token": "1:" + "b" * 35}, "telegram token", "not know", "@BotFather"),
        ({"slack_bot_token": "xoxb-wrong-1"}, "slack token", "invalid_auth", "OAuth"),
        ({"slack_reactions": True}, "slack scopes", "reactions:read", "manifest"),
        ({"polar_access_token": "polar_oat_" + "x" * 24}, "polar token", "accept", "POLAR_SERVER"),
        ({"polar_products": "pro:" + "0" * 8 + "-0000-4000-8000-" + "0" * 12}, "polar products",
         "pro:00000000", "POLAR_PRODUCTS"),
    ],
)  # fmt: skip
async def test_each_fault_of_the_settings_is_named_with_what_mends_it(
    tmp_path: Path, fault: dict[str, Any], check: str, says: str, fix: str
) -> None:
    async with played(tmp_path) as (_, settings):
        assert wrong(await found(settings)) == set()
        bad = settings.model_copy(update=secrets(fault))
        findings = await found(bad)
        assert wrong(findings) == {check}
        assert says in findings[check].says
        assert fix in findings[check].fix
        shown = logs.clean("".join(each.line for each in findings.values()))
        assert not any(str(each) in shown for name, each in fault.items() if "token" in name)


def secrets(values: dict[str, Any]) -> dict[str, Any]:
    hidden = ("token", "secret")
    return {
        name: SecretStr(each) if name.endswith(hidden) else each for name, each in values.items()
    }


async def test_faults_at_telegram(tmp_path: Path) -> None:
    async with played(tmp_path) as (sandbox, settings):
        sandbox.telegram.group_privacy = False
        findings = await found(settings)
        assert findings["telegram privacy mode"].state is State.NOTE
        assert "/setprivacy" in findings["telegram privacy mode"].fix
        await sandbox.telegram.set_webhook({"url": "https://other.example/secret-path"})
        findings = await found(settings)
        assert wrong(findings) == {"telegram webhook"}
        assert "other.example" in findings["telegram webhook"].says
        assert "secret-path" not in findings["telegram webhook"].line
        called = settings.model_copy(
            update={"telegram_mode": "webhook", "public_url": "http://127.0.0.1:1"}
        )
        await sandbox.telegram.set_webhook({"url": ""})
        assert "nobody" in (await found(called))["telegram webhook"].says
        await sandbox.telegram.set_webhook({"url": f"http://127.0.0.1:1{TELEGRAM_PATH}"})
        sandbox.telegram.webhook.error = (int(time.time()), "Wrong response: 502")  # type: ignore[union-attr]  # just set
        assert "502" in (await found(called))["telegram webhook"].says


async def test_socket_mode_needs_an_app_token_that_slack_takes(tmp_path: Path) -> None:
    async with played(tmp_path, slack_app_token="xapp-1-wrong") as (_, settings):
        assert wrong(await found(settings)) == {"slack socket mode"}


async def test_platforms_that_cannot_be_reached(tmp_path: Path) -> None:
    nowhere = {
        "telegram_base_url": "http://127.0.0.1:1",
        "slack_base_url": "http://127.0.0.1:1/api/",
        "polar_server_url": "http://127.0.0.1:1",
    }
    async with played(tmp_path, **nowhere) as (_, settings):
        findings = await found(settings)
        assert wrong(findings) == {"telegram token", "slack token", "polar token"}
        assert findings["clock"].state is State.NOTE


@pytest.mark.parametrize("ahead", [120.0, -120.0])
async def test_a_clock_that_is_wrong(tmp_path: Path, ahead: float) -> None:
    async with played(tmp_path) as (_, settings):
        findings = await found(settings, lambda: time.time() + ahead)
        assert wrong(findings) == {"clock"}
        way = "ahead of" if ahead > 0 else "behind"
        assert way in findings["clock"].says


async def test_faults_of_a_sqlite_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bot.db"
    settings = Settings(_env_file=None, database_url=f"sqlite:///{file}", port=1)  # type: ignore[call-arg]  # pydantic's own
    assert (await found(settings))["database"].state is State.NOTE
    assert not os.path.exists(file)  # noqa: ASYNC240  # looked for, and not made
    sqlite_file(file)
    assert wrong(await found(settings)) == set()

    usage = namedtuple("usage", "total used free")  # as shutil's
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 4096))
        assert wrong(await found(settings)) == {"database disk"}
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        assert wrong(await found(settings)) == {"database journal"}
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        assert wrong(await found(settings)) == {"database schema"}
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        assert (await found(settings))["database schema"].state is State.NOTE
        monkeypatch.setattr("bot.doctor.database.PATIENCE", 0.1)
        connection.execute("BEGIN IMMEDIATE")
        assert wrong(await found(settings)) == {"database writable"}
    file.write_bytes(b"no database" * 1000)
    assert wrong(await found(settings)) == {"database"}


def run_processes(url: str, many: int) -> None:
    """As far as their leases say."""
    engine = create_engine(url)
    with engine.begin() as connection:
        lease = "INSERT INTO lease SELECT n::text, now() + interval '1 minute' FROM"
        connection.execute(text("DELETE FROM lease"))
        connection.execute(text(f"{lease} generate_series(1, {many}) AS n"))
    engine.dispose()


async def test_a_postgresql_is_asked_the_time_and_may_be_away(postgres_url: str) -> None:
    values = {"database_url": postgres_url, "secret_key": "k" * 32, "port": 1}
    settings = Settings(_env_file=None, **values)  # type: ignore[call-arg, arg-type]  # pydantic's own
    findings = await found(settings, lambda: time.time() - 90)
    assert wrong(findings) == {"clock"}
    assert "the database" in findings["clock"].says
    assert "room for 4 more" in findings["database connections"].says
    assert " for 0 processes, which open " in findings["database connections"].says
    run_processes(postgres_url, 1)
    [says] = [(await found(settings))["database connections"].says]
    assert " for 1 process, which opens " in says
    assert "each" not in says
    run_processes(postgres_url, 5)
    assert wrong(await found(settings)) == {"database connections"}
    away = settings.model_copy(update={"database_url": "postgresql+psycopg://a:b@127.0.0.1:1/x"})
    findings = await found(away)
    assert wrong(findings) == {"database"}


@pytest.fixture
def postgres_url(core_postgres: Any) -> Any:
    url = core_postgres.migrated()
    assert migrations.current(url) == migrations.HEAD
    yield url
    core_postgres.drop(url)


async def test_somebody_else_answers_where_the_service_should(tmp_path: Path) -> None:
    site_of_another = web.Application()
    runner = web.AppRunner(site_of_another)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        async with played(tmp_path, port=port) as (_, settings):
            assert wrong(await found(settings)) == {"service"}
            away = {"public_url": "http://127.0.0.1:1", "secret_key": "k" * 32}
            bad = settings.model_copy(update=away)
            assert (await found(bad))["public url"].state is State.NOTE
    finally:
        await runner.cleanup()


async def test_for_a_program_it_is_json_without_a_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with played(tmp_path, slack_bot_token="xoxb-" + "2" * 30) as (_, settings):
        assert await doctor(settings, as_json=True) == 1
    said = capsys.readouterr().out
    by_name = {each["check"]: each for each in json.loads(said)}
    assert by_name["slack token"]["state"] == "wrong"
    assert set(by_name["clock"]) == {"check", "state", "says", "fix"}
    assert not any(each in said for each in settings.secrets())


def test_its_paths_are_those_of_the_adapters() -> None:
    assert (telegram.PATH, site.SLACK_PATH, site.POLAR_PATH) == (
        TELEGRAM_PATH,
        SLACK_PATH,
        POLAR_PATH,
    )


async def test_an_answer_in_pieces_is_read_whole() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for piece in (b'{"ok": true, ', b'"team": "Flat"}'):
            await response.write(piece)
            await asyncio.sleep(0.05)
        return response

    site_of_pieces = web.Application()
    site_of_pieces.router.add_get("/", answer)
    runner = web.AppRunner(site_of_pieces)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with aiohttp.ClientSession() as session:
            patient = Patient(Settings(_env_file=None), session, time.time)  # type: ignore[call-arg]  # pydantic's own
            found = await patient.ask("GET", f"http://127.0.0.1:{runner.addresses[0][1]}/")
    finally:
        await runner.cleanup()
    assert found.body == {"ok": True, "team": "Flat"}


async def test_a_service_that_takes_whatever_comes_is_found_out(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="ok")

    trusting = web.Application()
    trusting.router.add_route("*", "/{any:.*}", answer)
    runner = web.AppRunner(trusting)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with played(tmp_path, port=runner.addresses[0][1]) as (_, settings):
            findings = await found(settings)
            assert wrong(findings) == {"slack self-test", "polar self-test"}
            assert findings["slack self-test"].says == "a forged call is taken"
    finally:
        await runner.cleanup()
