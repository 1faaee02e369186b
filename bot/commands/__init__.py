"""What each command does. Importing this package fills the table in `bot.turn.commands`."""

from bot.commands import account, fields, help, inbox, linking, lists, tasks

__all__ = ["account", "fields", "help", "inbox", "linking", "lists", "tasks"]
