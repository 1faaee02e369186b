"""docs/scale.md says what is computed, and what is computed agrees with what runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters import pace_table, rates
from bot.jobs import KEEP_FINISHED
from core.inbox import KEEP_KEYS
from tests.databases import PostgresServer, core_postgres
from tests.scale import figures as f
from tests.scale.__main__ import DOCUMENT, hour, written
from tests.scale.measure import weigh
from tests.scale.plan import SIZES, Plan, limits

__all__ = ["core_postgres"]  # a fixture
BENCH = Path(__file__).parents[1] / "bench" / "bench.json"


def test_the_document_has_the_tables_as_they_are_computed() -> None:
    said = DOCUMENT.read_text()
    assert said == written(said), "run python -m tests.scale, and read what it changed"


def test_the_figures_are_those_of_the_program() -> None:
    burst, seconds = rates.LIMITS["telegram"].token or (0.0, 1.0)
    assert pytest.approx(burst / seconds / rates.SAFETY) == f.TELEGRAM
    assert pace_table.SHARE == f.SHARE
    assert KEEP_KEYS.days == f.KEYS_FOR
    assert KEEP_FINISHED.days == f.JOBS_FOR
    assert json.loads(BENCH.read_text())["engine"]["jobs_per_second"] >= f.JOBS


def test_the_plan_stays_below_each_limit() -> None:
    for people in SIZES:
        plan = Plan(people)
        assert plan.cell.people <= min(each.people for each in limits())
        assert plan.connections < f.DATABASE_CONNECTIONS
        lost_one = plan.workers - 1, plan.webs - 1
        assert plan.cell.jobs < lost_one[0] * f.JOBS
        assert plan.cell.messages < lost_one[1] * f.HANDLED


def test_a_cell_gets_through_its_busiest_hour_because_answers_go_first() -> None:
    """The control is the hour without that."""
    played, control = (hour(2, 6, answers_first=each) for each in (True, False))
    assert played.answers_at(0.99) < 0.5
    assert control.answers_at(0.99) > 10
    assert played.last_told < 600
    assert played.sent <= f.TELEGRAM * f.SHARE + 0.1


@pytest.mark.faults
@pytest.mark.promise("scale", on="PostgreSQL")
def test_people_cost_what_the_document_says(
    core_postgres: PostgresServer, record_property: Callable[[str, object], None]
) -> None:
    weighed = asyncio.run(weigh(core_postgres.migrated()))
    found = {
        **{f"bytes of a {kind}": (size, said) for kind, size, said in _sizes(weighed.bytes)},
        "jobs of a message": (weighed.jobs_per_message, f.JOBS_PER_MESSAGE),
        "rows of a message": (weighed.rows_per_message, f.ROWS_PER_MESSAGE),
        "log of a message": (weighed.log_per_message, f.LOG_PER_MESSAGE),
    }
    for name, (measured, _) in found.items():
        record_property(name, measured)
    far = {name: both for name, both in found.items() if not 0.6 < both[0] / both[1] < 1.4}
    assert far == {}


def _sizes(measured: dict[str, float]) -> list[tuple[str, float, float]]:
    said = {"person": f.PERSON, "task": f.TASK, "message": f.MESSAGE, "job": f.JOB}
    return [(kind, measured[kind], said[kind]) for kind in said]
