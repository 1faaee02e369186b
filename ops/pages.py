"""What mkdocs is told: the first page is the README, and pages that may be missing follow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MORE = {
    "promises.md": "What is promised, and what came of it",
    "soak.md": "What the longest runs found",
    "mutants.md": "What the tests notice",
}
"""Pages of what was found, which may not be there."""


def on_config(config: Any) -> Any:
    """Show those of `MORE` that are there."""
    there = [{title: name} for name, title in MORE.items() if (ROOT / "docs" / name).is_file()]
    config["nav"] += there
    return config


def on_files(files: Any, config: Any) -> Any:
    """Make the first page."""
    from mkdocs.structure.files import File  # noqa: PLC0415  # in the site's environment alone

    files.append(File.generated(config, "index.md", content=first_page()))
    return files


def first_page() -> str:
    """The README, with links as they are from inside docs/."""
    text = (ROOT / "README.md").read_text()
    return re.sub(r"\]\((?:\./)?docs/", "](", text)
