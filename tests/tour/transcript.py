"""What happened, as Markdown: captions are given, everything else was on the page."""

from __future__ import annotations

import difflib
from pathlib import Path

from tests.tour.looking import Shown

NAMES = {
    "tg-ada": "Ada on Telegram",
    "tg-ben": "Ben on Telegram",
    "sl-ada": "Ada on Slack",
    "sl-cleo": "Cleo on Slack",
}
PRIVATE = "Fluxbot"
"""The tab of one's own chat with the bot."""
HEAD = """# The first five minutes

Somebody finds the bot, and sees what it does for them, first on Telegram, then on Slack.
`make tour` plays this in a browser on the sandbox page, over the real service with nothing
configured, and writes it down from what the page showed: buttons stand in brackets, what was
finished between tildes. Only the words that lead in are written by hand."""


class Transcript:
    """The text of the tour, in the order in which it is played."""

    def __init__(self) -> None:
        self._parts = [HEAD]
        self._actor = ""

    def chapter(self, title: str, caption: str) -> None:
        self._parts += [f"## {title}", caption]

    def act(self, person: str, what: str, *, end: str = ":") -> None:
        self._actor = person
        self._parts.append(f"**{NAMES[person]}** {what}{end}")

    def shown(self, what: Shown, before: str | None) -> None:
        """Something new, or something that was different `before`."""
        if lead := self._lead(what, changed=before is not None):
            self._parts.append(lead)
        text = what.text if what.kind != "home" or before is None else _news(before, what.text)
        self._parts.append(f"```text\n{text}\n```")

    def _lead(self, what: Shown, *, changed: bool) -> str:
        elsewhere = what.person != self._actor
        where = f" in {what.where}" if what.where not in ("", PRIVATE) else ""
        match what.kind:
            case "toast":
                said = "A line passes by"
            case "form":
                said = "A form is open" if not changed else "The form changes"
            case "home":
                said = "The tab changes; what is new" if changed else "The tab"
            case _:
                said = f"The message{where} changes" if changed else f"New{where}"
        if elsewhere:
            return f"{NAMES[what.person]}: {said[0].lower()}{said[1:]}:"
        return f"{said}:" if changed or what.kind in ("toast", "form") else ""

    def picture(self, path: str, alt: str) -> None:
        self._parts.append(f"![{alt}]({path})")

    def write(self, file: Path) -> None:
        file.write_text("\n\n".join(self._parts) + "\n", "utf-8")


def _news(before: str, now: str) -> str:
    """The lines that were not there before."""
    lines = difflib.ndiff(before.splitlines(), now.splitlines())
    return "\n".join(each[2:] for each in lines if each.startswith("+ "))
