"""What the small world is made of: people, chats, messages, and what an action showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
BOT = "bot"
"""The author of what our own service sends."""
SHORTCUTS = "shortcuts"
TEAM = "T0ACME"
"""The Slack workspace that the demo's people are in."""


@dataclass
class Person:
    id: str
    """Unique over platforms: `tg-ada`."""
    platform: str
    name: str
    user_id: str
    """The platform's id, `1001` or `U0ADA`."""
    handle: str
    language: str = "en"
    timezone: str = "Europe/Berlin"
    team: str = TEAM
    """On Slack, the workspace they are in; its enterprise, if it has one."""
    enterprise: str = ""


@dataclass
class Chat:
    id: str
    """`telegram:1001`, `slack:C0GENERAL`."""
    platform: str
    platform_id: str
    title: str
    members: list[str]
    """Person ids."""
    private: bool
    with_bot: bool = True
    bot_rules: bool = False
    """On Telegram, whether the bot is an administrator who may delete messages."""
    forum: bool = False
    topics: dict[str, str] = field(default_factory=dict)
    """Of a forum on Telegram: the name of each by its `message_thread_id`, beside General."""
    team: str = TEAM
    """On Slack, the workspace that the bot is asked in; its enterprise, if it has one."""
    enterprise: str = ""
    external: bool = False
    """On Slack, whether it is shared with another organisation."""


@dataclass
class Message:
    id: str
    chat: str
    author: str
    """A person id, or `BOT`."""
    author_name: str
    blocks: list[Json]
    """Drawn for people, equal for both platforms; see `display`."""
    sent: Json
    """As the platform's API holds it: Telegram's message object, Slack's message."""
    time: float
    """Unix seconds."""
    ephemeral_for: str | None = None
    """The only person who sees it."""
    edited: int = 0
    """How often it was edited."""
    silent: bool = False
    reply_to: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """On Slack, who put which there: person ids, or `BOT`, by the reaction's name."""

    @property
    def text(self) -> str:
        """The words without the buttons, one line per block."""
        return "\n".join(filter(None, map(_plain, self.blocks)))

    @property
    def buttons(self) -> list[list[Json]]:
        """Rows of `{"label", "press", "url", "style"}`; what is chosen in a menu has its name, too,
        as `menu`."""
        rows: list[list[Json]] = []
        for block in self.blocks:
            rows += block.get("rows", [])
            if "button" in block:
                rows.append([block["button"]])
        return rows

    def press(self, label: str) -> Json:
        """What `Sandbox.press` takes for the button of this label. Raises LookupError."""
        for button in (each for row in self.buttons for each in row):
            if button["label"] == label and button["press"] is not None:
                return dict(button["press"])
        labels = [each["label"] for row in self.buttons for each in row]
        raise LookupError(f"no button {label!r} among {labels}")

    def display(self) -> Json:
        """All a page needs, ready for JSON.

        `blocks` holds `{"kind": "text", "runs"}`, `{"kind": "context", "text"}`,
        `{"kind": "file", "file", "name", "size"}`, `{"kind": "picture", "png", "alt"}`,
        `{"kind": "buttons", "rows"}`, `{"kind": "row", "runs", "button"}`, `{"kind": "divider"}`,
        `{"kind": "entity", "url", "title", "tag", "fields", "text", "runs"}`;
        a run is `{"text"}` with `bold`, `strike`, `italic`, `code`, `mention` true or `link` a URL.
        """
        return {
            "id": self.id,
            "chat": self.chat,
            "author": self.author,
            "author_name": self.author_name,
            "from_bot": self.author == BOT,
            "text": self.text,
            "blocks": self.blocks,
            "buttons": self.buttons,
            "ephemeral": self.ephemeral_for is not None,
            "ephemeral_for": self.ephemeral_for,
            "silent": self.silent,
            "reply_to": self.reply_to,
            "topic": str(self.sent.get("message_thread_id", "")),
            "reactions": self.reactions,
            "edited": self.edited,
            "time": self.time,
        }


def _plain(block: Json) -> str:
    if block["kind"] == "context":
        return str(block["text"])
    return "".join(run["text"] for run in block.get("runs", ()))


@dataclass(frozen=True)
class Shown:
    """What the platform showed to the person who did something."""

    id: str = ""
    """The update, event or trigger id; given as `again`, the same request is delivered again."""
    text: str = ""
    """A toast, or the text of an ephemeral answer."""
    error: str = ""
    """The platform's own complaint, when the service did not answer as it should."""
    message: Message | None = None
    """The person's own message, or the answer to a slash command."""
    errors: dict[str, str] = field(default_factory=dict)
    """On the fields of a form that stays open: block id -> sentence."""
    view: str = ""
    """The view left open after a submission."""
    url: str = ""
    """Where a link button leads."""
