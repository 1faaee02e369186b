"""What the operator can do beside a running service."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.oidc.slack import SCOPE
from adapters.sandbox import serve
from bot import operator, verbs
from bot.cli import main
from bot.manifest import manifest
from bot.reading import parse
from bot.settings import Settings
from bot.turn import commands
from core.ports import Job
from tests.service_kit import ADA, BEN, SADA, new_sandbox, settings_for, town


def settings_at(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/fluxbot.db")  # type: ignore[call-arg]  # pydantic's own


def breaks(work: Any, turn: Any, command: Any) -> Any:
    raise ZeroDivisionError("made for the test")


async def test_a_failed_message_is_handled_once_the_code_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_at(tmp_path)
    entry = commands.of(verbs.Stats())
    async with town(tmp_path) as up:
        with monkeypatch.context() as broken:
            bad = replace(entry, handler=breaks)
            broken.setitem(commands._by_name, "stats", bad)
            broken.setitem(commands._by_kind, verbs.Stats, bad)
            said = await up.asks(ADA, "/stats", "Something broke")
            reference = said.text.rpartition(" ")[2]
            assert await operator.failed(settings, 10, [reference]) == 1
            assert "failed again" in capsys.readouterr().out
        assert await operator.failed(settings, 10, ["all"]) == 0
        await up.sees(ADA, "overdue: 0")
        assert sum("Something broke" in each.text for each in up.from_bot(ADA)) == 1
        assert await operator.failed(settings, 10, [reference]) == 1
        assert "no such message waits" in capsys.readouterr().out
        assert await operator.failed(settings, 10) == 0
        assert capsys.readouterr().out == "0 messages could not be handled.\n"


async def test_an_announcement_is_told_once_to_everybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_at(tmp_path)
    async with town(tmp_path) as up:
        await up.asks(ADA, "Buy milk @somebody_else", "Buy milk")
        await up.asks(BEN, "Buy tea", "Buy tea")
        await up.asks(SADA, "Buy jam", "Buy jam")
        for told in ("3 people are told.\n", "0 people are told.\n"):
            assert await operator.announce(settings, "We move tonight.", "system") == 0
            assert capsys.readouterr().out == told
        for person in (ADA, BEN, SADA):
            await up.sees(person, "We move tonight.")
        await asyncio.sleep(0.5)
        for person in (ADA, BEN, SADA):
            assert sum("We move tonight." in each.text for each in up.from_bot(person)) == 1


async def test_every_dead_letter_is_run_again_page_by_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(operator, "PAGE", 2)
    settings = settings_at(tmp_path)
    async with town(tmp_path) as up:
        engine = up.service.engine
        for number in range(5):
            job = Job(f"j{number}", "unheard of")
            await up.service.store.mutate(lambda work, job=job: work.put(job))
        async with asyncio.timeout(20):
            while await engine.count_dead(10) < 5:  # noqa: ASYNC110  # another thread's work
                await asyncio.sleep(0.1)
        assert await operator.jobs(settings, ["all"]) == 0
        assert capsys.readouterr().out == "5 of 5 are run again.\n"


async def test_the_numbers_are_fed(tmp_path: Path) -> None:
    async with town(tmp_path) as up:
        await up.asks(ADA, "Buy milk", "Buy milk")
        await up.asks(ADA, "/link ABCD-EFGH-JKMN", "That code does not work")
        numbers = await scraped(up.service.port)
        async with asyncio.timeout(10):
            while numbers["fluxbot_dead_letters"] != 0:  # not a number before the first look
                await asyncio.sleep(0.1)
                numbers = await scraped(up.service.port)
    assert numbers['fluxbot_store_total{what="commits"}'] > 0
    assert numbers['fluxbot_jobs_total{outcome="dead"}'] == 0
    assert numbers["fluxbot_undelivered"] >= 0
    assert numbers["fluxbot_undelivered_age_seconds"] >= 0
    assert numbers['fluxbot_refusals_total{command="link",refusal="CodeRefused"}'] == 1


async def scraped(port: int) -> dict[str, float]:
    url = f"http://127.0.0.1:{port}/metrics"
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        lines = (await answer.text()).splitlines()
    parts = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in parts}


@pytest.mark.parametrize("command", [["jobs"], ["failed"], ["announce", "x"]])
def test_a_database_without_tables_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    assert main(command) == 2
    said = capsys.readouterr().err
    assert said == "DATABASE_URL: has no tables yet; `migrate` or `run` makes them\n"
    assert not (tmp_path / "new.db").exists()


async def test_the_manifest_says_what_the_settings_say(tmp_path: Path) -> None:
    here = json.loads(manifest(settings_at(tmp_path)))
    assert here["settings"]["socket_mode_enabled"] is True
    assert "url" not in here["features"]["slash_commands"][0]
    async with serve(new_sandbox()) as served:
        public = settings_for(served, tmp_path).model_copy(
            update={"public_url": "https://bot.example.org", "slack_command": "/todo"}
        )
    there = json.loads(manifest(public))
    (command,) = there["features"]["slash_commands"]
    assert command["command"] == "/todo"
    assert command["url"] == "https://bot.example.org/slack/events"
    assert command["usage_hint"].startswith("Buy milk")
    assert there["settings"]["socket_mode_enabled"] is False
    events = there["settings"]["event_subscriptions"]["bot_events"]
    assert {"app_uninstalled", "tokens_revoked"} < set(events)
    assert "redirect_urls" not in there["oauth_config"]
    assert there["settings"]["org_deploy_enabled"] is False
    many = json.loads(manifest(public.model_copy(update={"slack_client_id": "1234.5678"})))
    redirect = "https://bot.example.org/slack/oauth_redirect"
    assert many["oauth_config"]["redirect_urls"] == [redirect]
    assert "user" not in many["oauth_config"]["scopes"]
    web = {"slack_client_id": "1234.5678", "oidc_issuer": "https://login.example.org"}
    signing = json.loads(manifest(public.model_copy(update=web)))["oauth_config"]
    assert signing["redirect_urls"] == [
        redirect,
        redirect.replace("slack/oauth_redirect", "link/proved"),
    ]
    assert signing["scopes"]["user"] == SCOPE.split()
    assert many["settings"]["org_deploy_enabled"] is True


def test_the_manifest_offers_shortcuts_that_are_lines(tmp_path: Path) -> None:
    features = json.loads(manifest(settings_at(tmp_path)))["features"]
    found = {each["name"]: (each["type"], each["callback_id"]) for each in features["shortcuts"]}
    assert found == {
        "Turn into task": ("message", "capture-message"),
        "Remind me about this": ("message", "remind-about"),
        "New task": ("global", "add"),
        "My tasks": ("global", "list"),
    }
    for each in features["shortcuts"]:  # the limits of Slack's manifest
        assert len(each["name"]) <= 24
        assert len(each["description"]) <= 150
        assert parse(each["callback_id"])


def test_the_manifest_asks_for_no_more_than_is_switched_on(tmp_path: Path) -> None:
    def asked(**changes: object) -> tuple[set[str], set[str], list[str]]:
        public = {"public_url": "https://bot.example.org", **changes}
        made = json.loads(manifest(settings_at(tmp_path).model_copy(update=public)))
        return (
            set(made["oauth_config"]["scopes"]["bot"]),
            set(made["settings"]["event_subscriptions"]["bot_events"]),
            made["features"].get("unfurl_domains", []),
        )

    scopes, events, domains = asked()
    assert not any(each.startswith(("links:", "reactions:", "channels:")) for each in scopes)
    assert domains == []
    more, told, _ = asked(slack_reactions=True)
    assert more - scopes == {"reactions:read", "reactions:write"}
    assert told - events == {"reaction_added", "reaction_removed"}
    more, told, domains = asked(slack_unfurl=True)
    assert more - scopes == {"links:read", "links:write"}
    assert (told - events, domains) == ({"link_shared"}, ["bot.example.org"])
    more, with_details, _ = asked(slack_unfurl=True, slack_work_objects=True)
    assert more - scopes == {"links:read", "links:write"}
    assert with_details - told == {"entity_details_requested"}


def test_the_manifest_switches_work_objects_on_where_they_are_wanted(tmp_path: Path) -> None:
    for wanted in (False, True):
        changes = {"public_url": "https://bot.example.org", "slack_work_objects": wanted}
        made = json.loads(manifest(settings_at(tmp_path).model_copy(update=changes)))
        task = {"is_active": True, "entity_types": ["slack#/entities/task"]}
        assert made["features"].get("rich_previews") == (task if wanted else None)
