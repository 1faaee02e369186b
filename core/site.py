"""Where our own pages are, for what the conversation links to, and what the platforms tell us."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Site:
    """Set once, before the first message is taken."""

    sign_in: str = ""
    """The address that sign-in links begin with; empty where nobody can sign in on the web."""
    tasks: str = ""
    """The address that links to tasks begin with; empty where there is none."""
    slack_command: str = ""
    """The one command of Slack, as it is typed there; empty until it is known."""
    telegram: str = ""
    """The bot's name on Telegram; empty until it is known."""
    reactions: bool = False
    """Whether Slack tells us of reactions."""

    def task(self, public_id: str) -> str:
        """The address of a task; empty where there is none. It says nothing of the task, and
        whoever follows it sees only what they may see."""
        return f"{self.tasks}{public_id}" if self.tasks else ""

    def on_telegram(self, public_id: str) -> str:
        """The same, as a link that Telegram opens the task with."""
        return f"https://t.me/{self.telegram}?start=t_{public_id}" if self.telegram else ""

    def telegram_chat(self) -> str:
        """A link of Telegram's to the private chat with the bot."""
        return f"https://t.me/{self.telegram}?start=hello" if self.telegram else ""

    def into_group(self) -> str:
        """A link of Telegram's by which somebody chooses a group to add the bot to."""
        return f"https://t.me/{self.telegram}?startgroup=hello" if self.telegram else ""

    def to_group(self, public_id: str) -> str:
        """A link of Telegram's by which somebody chooses a group to show a task to."""
        return f"https://t.me/{self.telegram}?startgroup=t_{public_id}" if self.telegram else ""
