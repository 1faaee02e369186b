"""The bench of the contract suite, once for each platform."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.contract import SLACK, TELEGRAM, Desk, desk_for


@pytest.fixture(params=[TELEGRAM, SLACK], ids=lambda place: place.name)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with desk_for(request.param) as made:
        yield made


@pytest.fixture
async def slack() -> AsyncIterator[Desk]:
    async with desk_for(SLACK) as made:
        yield made
