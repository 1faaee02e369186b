"""What each command does. Importing this package fills the table in `bot.turn.commands`."""

from bot.commands import (
    account,
    adding,
    entering,
    fields,
    help,
    inbox,
    joined,
    linking,
    lists,
    privacy,
    record,
    removing,
    signing_in,
    tasks,
    unlinking,
)

__all__ = [
    "account",
    "adding",
    "entering",
    "fields",
    "help",
    "inbox",
    "joined",
    "linking",
    "lists",
    "privacy",
    "record",
    "removing",
    "signing_in",
    "tasks",
    "unlinking",
]
