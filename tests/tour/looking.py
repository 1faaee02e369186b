"""What the sandbox page shows, read from the page itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.adapters.chromium import Tab

READ = Path(__file__).with_suffix(".js").read_text("utf-8")


@dataclass(frozen=True)
class Shown:
    """One thing that a person sees."""

    person: str
    id: str
    """The same for the same message in two panes."""
    where: str
    """The name of the chat's tab."""
    text: str
    kind: Literal["message", "home", "form", "toast"]


async def look(tab: Tab) -> list[Shown]:
    found: list[dict[str, Any]] = await tab.js(READ)
    return [Shown(**each) for each in found]
