"""`fluxbot audit verify` names the first row that does not hold."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot import auditing
from bot.settings import Settings
from tests.databases import core_postgres, service_database
from tests.service_kit import ADA, Town, town

__all__ = ["core_postgres", "service_database"]  # fixtures

KEY = "k" * 32


def exported(up: Town, times: int) -> bool:
    return sum("Here it is" in each.text for each in up.from_bot(ADA)) == times


async def test_it_counts_what_holds_and_names_what_does_not(
    service_database: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = {"secret_key": KEY} | service_database
    settings = Settings(_env_file=None, **database)  # type: ignore[call-arg, arg-type]  # pydantic's own
    async with town(tmp_path, **database) as up:
        for count in range(3):
            assert await auditing.verify(settings) == 0  # beside the running service
            assert f"All {count} rows hold." in capsys.readouterr().out
            await up.say(ADA, "/export json")
            await up.until(partial(exported, up, count + 1))
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET kind = 'linked' WHERE id = 2"))
    engine.dispose()
    assert await auditing.verify(settings) == 1
    assert "Row 2 is broken" in capsys.readouterr().out
