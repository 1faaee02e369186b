"""The install in a real browser: the pages' own policy lets the form lead on to Slack, the cookie
comes back, and nothing is fetched from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.chromium import PROGRAM, chromium
from tests.slack_town import DORA, street

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
HEADING = "document.querySelector('h1')?.textContent.includes({!r})"


async def test_somebody_installs_with_a_browser(tmp_path: Path, unused_tcp_port: int) -> None:
    async with street(tmp_path, unused_tcp_port) as up:
        async with chromium(tmp_path / "profile", f"{up.site}/slack/install") as tab:
            await tab.until(HEADING.format("Install Fluxbot in your Slack workspace"))
            loaded = "performance.getEntriesByType('resource').length"
            assert await tab.js(loaded) == 0
            await tab.js("document.querySelector('button').click()")
            await tab.until(HEADING.format("Install Fluxbot?"))
            await tab.js("document.querySelector('button[value=T0GLOBEX]').click()")
            await tab.until(HEADING.format("Fluxbot is installed in Globex"))
            assert await tab.js("document.cookie") == ""
            await tab.js("location.reload()")
            await tab.until(HEADING.format("This did not begin here"))
        await up.asks(DORA, "Buy milk", "Buy milk")
