"""One town for each module of stories; each story brings its own people."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.pacing import NoPacer
from tests.databases import core_postgres, service_database
from tests.service_kit import Town
from tests.service_kit import town as a_town
from tests.stories.cast import PLATFORMS, Somebody, newcomer

__all__ = ["core_postgres", "service_database"]  # fixtures


class SharedNoPacer(NoPacer):
    """Of the shared pacer's shape."""

    def __init__(self, url: str, process: str) -> None:
        """Keeps no row."""

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(scope="module")
def sqlite_alone() -> dict[str, str]:
    """For a module that takes it as its `service_database`."""
    return {}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    service_database: dict[str, str],
) -> AsyncIterator[Town]:
    """As the module's `TOWN` says, where it has one: options of `tests.service_kit.town`."""
    options = {**service_database, **getattr(request.module, "TOWN", {})}
    # The pace is kept elsewhere; here nobody waits for it, and the stand-ins allow it.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.sharing.LocalPacer", NoPacer)
        patch.setattr("bot.sharing.RowPacer", SharedNoPacer)
        patch.setattr("bot.app.NOTICE", 0.0)  # nor does a balancer stand before it
        async with a_town(tmp_path_factory.mktemp("town"), **options) as there:
            there.sandbox.limit(False)
            yield there


@pytest.fixture(params=PLATFORMS)
def ada(town: Town, request: pytest.FixtureRequest) -> Somebody:
    """Somebody new, once on each platform."""
    return newcomer(town, request.param, "Ada")


@pytest.fixture
def ben(town: Town, ada: Somebody) -> Somebody:
    """Somebody else on the same platform."""
    return newcomer(town, ada.platform, "Ben")
