"""The whole service with nothing configured, and its own page in a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import service
from bot.settings import Settings
from tests.adapters.chromium import Tab, chromium


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Tab]:
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/page.db", port=0)  # type: ignore[call-arg]  # pydantic's own
    async with (
        service(settings) as up,
        chromium(tmp_path / "profile", f"http://127.0.0.1:{up.port}/sandbox") as tab,
    ):
        await tab.until("document.querySelectorAll('.pane').length === 4")
        yield tab
