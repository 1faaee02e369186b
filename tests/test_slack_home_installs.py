"""The Home tab where workspaces install the app by themselves: drawn by the token of whoever has
the person, and by no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.service_kit import Person
from tests.slack_town import ACME, CORP, DORA, SADA, Street, street

EMIL, WANDA = ("sl-emil", "slack:D0EMIL"), ("sl-wanda", "slack:D0WANDA")


@pytest.fixture
async def up(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Street]:
    async with street(tmp_path, unused_tcp_port) as made:
        yield made


def tab(up: Street, person: Person) -> str:
    return str(up.sandbox.world.homes.get(person[0], ""))


async def seen(up: Street, person: Person, words: str) -> None:
    await up.until(lambda: words in tab(up, person))


@pytest.mark.parametrize("installed", [(CORP,), ("T0EAST", "T0WEST"), ("T0WEST", "T0EAST")])
async def test_everybody_of_an_organisation_has_a_tab_that_follows(
    up: Street, installed: tuple[str, ...]
) -> None:
    for team in installed:
        await up.install(team)
    for person in (EMIL, WANDA):
        await up.sandbox.open_home(person[0])
        await seen(up, person, "Welcome")
        await up.asks(person, f"Thing of {person[0]}", f"Thing of {person[0]}")
        await seen(up, person, f"Thing of {person[0]}")
    assert "Thing of sl-wanda" not in tab(up, EMIL)


async def test_an_app_that_is_not_there_draws_nothing(up: Street) -> None:
    await up.install(ACME)
    await up.sandbox.open_home(SADA[0])
    await seen(up, SADA, "Welcome")
    await up.sandbox.open_home(DORA[0])
    await up.sandbox.settled()
    assert tab(up, DORA) == ""
