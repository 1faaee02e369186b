"""What each command does. Importing this package fills the table in `bot.turn.commands`."""

from bot.commands import account, adding, fields, help, inbox, linking, lists, removing, tasks

__all__ = [
    "account",
    "adding",
    "fields",
    "help",
    "inbox",
    "linking",
    "lists",
    "removing",
    "tasks",
]
