"""The real service with nothing configured, and a browser on its sandbox page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import service
from bot.settings import Settings
from tests.adapters.chromium import Tab, chromium
from tests.tour.pictures import WIDTH
from tests.tour.tour import REST, Tour

PLACE = "Europe/Berlin"
"""Where the browser says it is, so that its clock is that of the story."""


@asynccontextmanager
async def played(folder: Path, pictures: Path | None, rest: float = REST) -> AsyncIterator[Tour]:
    """A tour of a fresh service, whose files are in a folder of its own. `rest`: seconds, see
    there."""
    settings = Settings(_env_file=None, database_url=f"sqlite:///{folder}/tour.db", port=0)  # type: ignore[call-arg]  # pydantic's own
    async with service(settings) as up, chromium(folder / "profile", "about:blank") as tab:
        await _like_a_newcomers(tab)
        await tab.call("Page.navigate", url=f"http://127.0.0.1:{up.port}/sandbox")
        await tab.until("document.querySelectorAll('.pane').length === 4")
        tour = Tour(tab, pictures, rest)
        await tour.begin()
        yield tour


async def _like_a_newcomers(tab: Tab) -> None:
    await tab.call("Emulation.setTimezoneOverride", timezoneId=PLACE)
    await tab.call("Emulation.setLocaleOverride", locale="en-GB")
    await tab.look(WIDTH, 720)
