"""What a page that has just opened must know, and the commands that a chat suggests."""

from __future__ import annotations

from dataclasses import asdict

from adapters.sandbox.model import SHORTCUTS, Json
from adapters.sandbox.world import World


def snapshot(world: World) -> Json:
    """Everything at once; events go on from here. Taken after the feed was opened, so that nothing
    falls between the two; what is told twice names the same ids."""
    return {
        "type": "snapshot",
        "people": [asdict(each) for each in world.people.values()],
        "chats": [asdict(each) for each in world.chats.values()],
        "messages": [m.display() for chat in world.chats for m in world.messages(chat)],
        "views": list(world.views.values()),
        "shortcuts": world.menu.get(SHORTCUTS, []),
        "homes": list(world.homes.values()),
        "panes": list(world.panes.values()),
    }


def menu(world: World, chat_id: str, person_id: str = "") -> list[Json]:
    """The commands that the bot set for a chat, the narrowest scope first, as Telegram resolves it,
    in the language of somebody's app where there are some.

    Slack has no menu; there the same commands follow `/task`. Raises LookupError."""
    chat = world.chats[chat_id]
    spoken = world.people[person_id].language if person_id in world.people else "en"
    wide = "all_private_chats" if chat.private or chat.platform == "slack" else "all_group_chats"
    for scope in (f"chat:{chat.platform_id}", wide, "default"):
        for language in (spoken, ""):
            if found := world.menu.get(f"{scope}/{language}"):
                return found
    return []
