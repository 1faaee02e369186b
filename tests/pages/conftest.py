"""One town with sign-in for each module; what is counted of a client or chat begins anew."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import delete

from adapters.pacing import NoPacer
from core import schema
from tests.pages_kit import Signing, signing
from tests.ports import free_port


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Signing]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.sharing.LocalPacer", NoPacer)
        async with signing(tmp_path_factory.mktemp("pages"), free_port()) as there:
            yield there


@pytest_asyncio.fixture(loop_scope="module")
async def up(service: Signing) -> Signing:
    """The town, with no allowance used up."""
    await service.town.service.store.mutate(lambda work: work.run(delete(schema.rate)) and None)
    return service
