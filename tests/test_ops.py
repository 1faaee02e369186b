"""What `ops/` names is there: metrics, settings, paths, commands. No container is built here."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot.cli import _parser
from bot.serving import SHUTDOWN_GRACE
from bot.settings import NAMES, load
from tests.service_kit import town

ROOT = Path(__file__).parents[1]
OPS = ROOT / "ops"
UNITS = ("_seconds", "_bytes")
NAME = re.compile(r"\b(?:fluxbot|process)_[a-z0-9_]+")
LABELS = {
    *("platform", "kind", "outcome", "command", "refusal", "route", "status", "what", "way"),
    *("le", "job", "instance"),
}
"""Each has few values, none of which anybody outside can make up."""
SHOWN_BY_PROMETHEUS = ("_created", "_count", "_sum")


def expressions() -> list[str]:
    """All that the board and the rules ask."""
    rules = yaml.safe_load((OPS / "alerts.yml").read_text())["groups"]
    asked = [rule["expr"] for group in rules for rule in group["rules"]]
    board = json.loads((OPS / "grafana.json").read_text())
    return asked + [target["expr"] for panel in board["panels"] for target in panel["targets"]]


async def scrape(home: Path) -> str:
    """What a service with all its parts shows."""
    async with town(home, billing=True) as up:
        url = f"{up.service.here}/metrics"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return await answer.text()


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> str:
    return asyncio.run(scrape(tmp_path_factory.mktemp("ops")))


def test_each_metric_that_is_asked_for_exists_and_each_that_exists_is_asked_for(
    scraped: str,
) -> None:
    kinds = dict(re.findall(r"(?m)^# TYPE (\S+) (\S+)$", scraped))
    there = {name for name in kinds if not name.endswith(SHOWN_BY_PROMETHEUS)}
    there |= {f"{name}_bucket" for name, kind in kinds.items() if kind == "histogram"}
    asked = {name for each in expressions() for name in NAME.findall(each)}
    assert "fluxbot_inbound_seconds_bucket" in asked
    assert asked <= there, asked - there
    ours = {name for name in there if name.startswith("fluxbot_")} - {"fluxbot_inbound_seconds"}
    assert ours <= asked, ours - asked


def test_names_follow_the_conventions_and_labels_are_bounded(scraped: str) -> None:
    kinds = dict(re.findall(r"(?m)^# TYPE (\S+) (\S+)$", scraped))
    counters = {name for name, kind in kinds.items() if kind == "counter"}
    assert all(name.endswith("_total") for name in counters)
    others = set(kinds) - counters
    assert not any(name.endswith("_total") for name in others)
    assert not any(unit in name and not name.removesuffix("_total").endswith(unit)
                   for name in kinds for unit in UNITS if "_created" not in name)  # fmt: skip
    assert set(re.findall(r'[{,]([a-z_]+)="', scraped)) <= LABELS
    for each in expressions():
        selected = re.findall(r"[{,]\s*([a-z_]+)=", each)
        grouped = [name for part in re.findall(r"by \(([^)]*)\)", each) for name in part.split(",")]
        assert {name.strip() for name in selected + grouped} <= LABELS, each


def test_each_rule_says_how_bad_it_is_and_what_it_is_about() -> None:
    (group,) = yaml.safe_load((OPS / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
    named = re.findall(r"fluxbot ([a-z]+)", (OPS / "alerts.yml").read_text())
    assert set(named) <= commands()


def test_each_rule_is_tried_where_all_is_well_and_where_it_is_not() -> None:
    """By Prometheus itself: `make alerts`."""
    (group,) = yaml.safe_load((OPS / "alerts.yml").read_text())["groups"]
    tried = yaml.safe_load((ROOT / "tests" / "alerts_fire.yml").read_text())["tests"]
    cases = [case for each in tried for case in each["alert_rule_test"]]
    silent = {case["alertname"] for case in cases if not case.get("exp_alerts")}
    told = {case["alertname"] for case in cases if case.get("exp_alerts")}
    assert silent == told == {rule["alert"] for rule in group["rules"]}


def commands() -> set[str]:
    """Of the command line; argparse has no other way to ask."""
    return set(_parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody() -> None:
    text = (OPS / "Dockerfile").read_text().replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if re.match("[A-Z]+ ", line)]
    last = max(number for number, (word, _) in enumerate(steps) if word == "FROM")
    build, final = steps[:last], steps[last:]
    sent = (OPS / "Dockerfile.dockerignore").read_text().splitlines()
    for source in [rest.split()[0] for word, rest in build if word == "COPY"]:
        assert (ROOT / source).exists()
        assert f"!{source}" in sent
    said = dict(final)
    assert int(said["USER"]) > 0
    assert "requirements.lock" in text
    assert "--require-hashes" in text
    assert "/healthz" in said["HEALTHCHECK"]
    assert json.loads(said["ENTRYPOINT"]) == ["/venv/bin/python", "-m", "bot"]
    variables = {pair.partition("=")[0] for pair in said["ENV"].split()}
    ours = {name for name in variables if not name.startswith("PYTHON")}
    assert ours <= set(NAMES)


def test_settings_of_the_image_are_good(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (OPS / "Dockerfile").read_text().replace("\\\n", " ")
    (line,) = re.findall(r"(?m)^ENV (.*)$", text)
    for name, _, value in (pair.partition("=") for pair in line.split()):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    settings = load()
    assert settings.sqlite_file == Path("/data/fluxbot.db")


def test_containers_may_do_no_more_than_they_need() -> None:
    compose: dict[str, Any] = yaml.safe_load((OPS / "compose.yaml").read_text())
    bot, db = compose["services"]["bot"], compose["services"]["db"]
    assert (OPS / bot["build"]["context"] / bot["build"]["dockerfile"]).is_file()
    assert bot["read_only"]
    assert bot["environment"] == {"HOST": "0.0.0.0", "PORT": 8080}  # noqa: S104  # the container's
    assert bot["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
    assert float(bot["stop_grace_period"].removesuffix("s")) > SHUTDOWN_GRACE
    assert db["profiles"] == ["postgres"]
    used = {each.partition(":")[0] for each in [*bot["volumes"], *db["volumes"]]}
    assert used == set(compose["volumes"])


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = (OPS / "fluxbot.service").read_text()
    assert "DynamicUser=yes" in text
    grace = re.findall(r"(?m)^TimeoutStopSec=(\d+)$", text)
    assert float(grace[0]) > SHUTDOWN_GRACE
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("there is no systemd-analyze here")
    unit = tmp_path / "fluxbot.service"
    here = text.replace("/opt/fluxbot/.venv/bin/python", shutil.which("python3") or "")
    unit.write_text(here.replace("/opt/fluxbot", str(tmp_path)))
    checked = subprocess.run([tool, "verify", unit], capture_output=True, text=True, check=False)  # noqa: S603  # its own path
    assert (checked.returncode, checked.stderr) == (0, "")
    judged = subprocess.run(  # noqa: S603  # its own path
        [tool, "security", "--offline=yes", "--threshold=20", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout


def test_the_site_has_every_page_and_the_readme_first() -> None:
    from ops import pages

    listed = re.findall(r"(?m)^  - .*: (\S+\.md)$", (OPS / "mkdocs.yml").read_text())
    there = {each.name for each in (ROOT / "docs").glob("*.md")}
    assert there - set(pages.MORE) == set(listed) - {"index.md"}
    first = pages.first_page()
    assert "](docs/" not in first
    linked = {each.partition("#")[0] for each in re.findall(r"\]\(([^):]+)\)", first)}
    assert all((ROOT / "docs" / each).exists() for each in linked if each)


def test_the_operators_guide_names_what_is_there() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text()
    (group,) = yaml.safe_load((OPS / "alerts.yml").read_text())["groups"]
    alerts = {rule["alert"].removeprefix("Fluxbot") for rule in group["rules"]}
    rows = re.findall(r"(?m)^\| ([A-Z][A-Za-z, ]+) \|", guide)
    named = {each for row in rows for each in row.split(", ")} - {"Alert"}
    assert named == alerts - {"NumbersMissing"}  # whose summary says it all
    assert set(re.findall(r"fluxbot ([a-z][a-z-]+)", guide)) <= commands()
