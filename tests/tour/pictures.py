"""Pictures of one person's pane, small enough for a repository."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from pathlib import Path

from PIL import Image

from tests.adapters.chromium import Tab

WIDTH = 1700
"""Of the window; each of the four panes is a quarter of it."""
COLOURS = 128
"""Of a picture, which is text on a few grounds."""
PLACE = """(person) => {
  if (!person) return { x: 0, y: 0, width: innerWidth, height: innerHeight, scale: 1 };
  const pane = document.querySelector(`[data-person="${person}"]`);
  const log = pane.querySelector(".log:not([hidden])");
  if (!log.classList.contains("home")) log.scrollTop = log.scrollHeight;
  const { x, y, width, bottom } = pane.getBoundingClientRect();
  const form = pane.querySelector("dialog[open]")?.getBoundingClientRect();
  const top = Math.min(y, (form?.top ?? y + 8) - 8);
  return { x, y: top, width, height: bottom - top, scale: 1.5 };
}"""
"""Where the pane is, with the form over it; its newest messages are in view. Without a person, the
whole page."""


async def take(tab: Tab, file: Path, person: str, *, height: int, dark: bool) -> None:
    """In a window of that height, once no passing line covers anything."""
    await tab.until("!document.querySelector('.toast')")
    await tab.look(WIDTH, height)
    colours = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    still = {"name": "prefers-reduced-motion", "value": "reduce"}  # else what is new glows
    await tab.call("Emulation.setEmulatedMedia", features=[colours, still])
    clip = await tab.js(f"({PLACE})({json.dumps(person)})")
    shot = await tab.call("Page.captureScreenshot", format="png", clip=clip)
    await asyncio.to_thread(_keep, base64.b64decode(shot["data"]), file)


def _keep(shot: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(shot)) as image:
        image.convert("RGB").quantize(COLOURS).save(file, optimize=True)
