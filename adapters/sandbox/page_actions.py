"""What the page does for the people on it."""

from __future__ import annotations

from typing import Protocol

from adapters.sandbox.model import Json, Shown
from adapters.sandbox.page_state import menu
from adapters.sandbox.page_telegram import on_telegram
from adapters.sandbox.world import World


class Actions(Protocol):
    """What people can do: `Sandbox`. Raise LookupError or ValueError for what cannot be done."""

    world: World

    async def say(
        self, person_id: str, chat_id: str, text: str, reply_to: str | None = None
    ) -> Shown | None: ...

    async def press(
        self, person_id: str, chat_id: str, message_id: str, press: Json
    ) -> Shown | None: ...

    async def submit(
        self, person_id: str, view_id: str, values: dict[str, str]
    ) -> Shown | None: ...

    async def close_view(self, person_id: str, view_id: str) -> Shown | None: ...

    async def shortcut(
        self, person_id: str, callback: str, chat_id: str = "", message_id: str = ""
    ) -> Shown | None: ...

    async def open_home(self, person_id: str, tab: str = "home") -> Shown | None: ...

    async def open_details(
        self, person_id: str, chat_id: str, message_id: str, url: str = ""
    ) -> Shown | None: ...

    async def press_details(self, person_id: str, action_id: str) -> Shown | None: ...

    async def close_details(self, person_id: str) -> Shown | None: ...

    def react(
        self, person_id: str, chat_id: str, message_id: str, name: str, *, on: bool = True
    ) -> Shown | None: ...


async def act(sandbox: Actions, action: Json) -> object:
    """Do it, and return what the page must know of it. Raises LookupError or ValueError for what
    cannot be done."""
    who = str(action.get("person"))
    done = await on_telegram(sandbox, who, str(action.get("chat")), action)
    if done is not None:
        return _shown(done) if isinstance(done, Shown) else done
    match action:
        case {"do": "menu", "chat": str(chat)}:
            return menu(sandbox.world, chat, who)
        case {"do": "say", "chat": str(chat), "text": str(text)}:
            shown = await sandbox.say(who, chat, text, action.get("reply_to"))
        case {"do": "press", "chat": str(chat), "message": str(message), "press": press}:
            shown = await sandbox.press(who, chat, message, press)
        case {"do": "submit", "view": str(view), "values": dict(values)}:
            shown = await sandbox.submit(who, view, values)
        case {"do": "close", "view": str(view)}:
            shown = await sandbox.close_view(who, view)
        case _:
            shown = await _on_slack(sandbox, who, action)
    return _shown(shown)


async def _on_slack(sandbox: Actions, who: str, action: Json) -> Shown | None:
    """What only Slack has."""
    match action:
        case {"do": "shortcut", "callback": str(line), "chat": str(chat), "message": str(message)}:
            return await sandbox.shortcut(who, line, chat, message)
        case {"do": "react", "chat": str(chat), "message": str(message), "name": str(name)}:
            return sandbox.react(who, chat, message, name, on=bool(action.get("on")))
        case {"do": "home", "tab": str(tab)}:
            return await sandbox.open_home(who, tab)
        case {"do": "details", "chat": str(chat), "message": str(message), "url": str(url)}:
            return await sandbox.open_details(who, chat, message, url)
        case {"do": "details_press", "action": str(action_id)}:
            return await sandbox.press_details(who, action_id)
        case {"do": "details_close"}:
            return await sandbox.close_details(who)
    raise ValueError("no such action")


def _shown(shown: Shown | None) -> Json | None:
    """The part of an answer that is not told to all pages as an event."""
    return {"error": shown.error, "errors": shown.errors} if shown else None
