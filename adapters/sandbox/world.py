"""The state of a small world of two platforms, and a feed of what happens in it. No HTTP."""

from __future__ import annotations

from adapters.sandbox.feed import Feed
from adapters.sandbox.files import Files
from adapters.sandbox.model import BOT, TEAM, Chat, Json, Message, Person, Shown

__all__ = ["BOT", "Chat", "Feed", "Json", "Message", "Person", "Shown", "World"]

MESSAGES_KEPT = 500
"""Newest messages of each chat; a page shows no more, and a demo may run for weeks."""


class World:
    """People, chats, messages and open views. Empty when made; see `demo` and `crowd`."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.chats: dict[str, Chat] = {}
        self.views: dict[str, Json] = {}
        """Open Slack views as drawn for people, by id."""
        self.homes: dict[str, Json] = {}
        """Slack's Home tabs as drawn for people, by person."""
        self.panes: dict[str, Json] = {}
        """Slack's panes with details as drawn for people, by person."""
        self.menu: dict[str, list[Json]] = {}
        """Telegram commands by `scope[:chat][:user]/language`, as `setMyCommands` left them; under
        `SHORTCUTS` the Slack app's own, `{"name", "kind", "line"}`, as its manifest has them."""
        self.teams = {TEAM: "Acme", "T0GLOBEX": "Globex"}
        """Slack's workspaces and organisations by id; the bot is in those that installed it."""
        self.started: set[str] = set()
        """Telegram people who wrote to the bot in private."""
        self.blocked: set[str] = set()
        self.files = Files()
        self.links: dict[str, str] = {}
        """Where the pages of other stand-ins are, by name."""
        self.feeds: set[Feed] = set()
        self.keeps_all = False
        """For who judges a run at its end: no message is forgotten."""
        self._messages: dict[str, dict[str, Message]] = {}
        self._by_user: dict[tuple[str, str], Person] = {}
        self._by_handle: dict[tuple[str, str], Person] = {}
        self._private: dict[str, Chat] = {}
        self._channels: dict[tuple[str, str], Chat] = {}

    @classmethod
    def demo(cls) -> World:
        """Ada and Ben with a group on Telegram; Ada and Cleo with a channel on Slack."""
        world = cls()
        ada, ben = (
            world.telegram_person("ada", "Ada", 1001),
            world.telegram_person("ben", "Ben", 1002),
        )
        flat = world.add_chat("telegram", "-100200300", "Flat 4", [ada.id, ben.id])
        flat.forum, flat.topics = True, {"2": "Kitchen", "3": "Garden"}
        slack_ada, cleo = world.slack_person("ada", "Ada"), world.slack_person("cleo", "Cleo")
        world.add_chat("slack", "C0GENERAL", "general", [slack_ada.id, cleo.id])
        return world

    @classmethod
    def crowd(cls, telegram: int = 0, slack: int = 0) -> World:
        """That many people, each in a private chat with the bot: `tg-p1`, `sl-p1` and so on."""
        world = cls()
        for number in range(1, telegram + 1):
            world.telegram_person(f"p{number}", f"Person {number}", 10_000 + number)
        for number in range(1, slack + 1):
            world.slack_person(f"p{number}", f"Person {number}")
        return world

    def telegram_person(self, handle: str, name: str, user_id: int, language: str = "en") -> Person:
        person = Person(f"tg-{handle}", "telegram", name, str(user_id), handle, language)
        self._know(person)
        self.add_chat("telegram", str(user_id), name, [person.id], private=True)
        return person

    def slack_person(
        self, handle: str, name: str, team: str = TEAM, enterprise: str = "", language: str = "en"
    ) -> Person:
        person = Person(
            f"sl-{handle}", "slack", name, f"U0{handle.upper()}", handle,
            language, team=team, enterprise=enterprise,
        )  # fmt: skip
        self._know(person)
        chat = self.add_chat("slack", f"D0{handle.upper()}", name, [person.id], private=True)
        chat.team, chat.enterprise = team, enterprise
        return person

    def add_chat(
        self,
        platform: str,
        platform_id: str,
        title: str,
        members: list[str],
        *,
        private: bool = False,
    ) -> Chat:
        chat = Chat(f"{platform}:{platform_id}", platform, platform_id, title, members, private)
        self.chats[chat.id] = chat
        if private:
            self._private[members[0]] = chat
        else:
            self._channels[platform, title.lower()] = chat
        return chat

    def _know(self, person: Person) -> None:
        self.people[person.id] = person
        self._by_user[person.platform, person.user_id] = person
        self._by_handle[person.platform, person.handle] = person

    def person_of(self, platform: str, user_id: str) -> Person | None:
        """The person whose platform id this is."""
        return self._by_user.get((platform, user_id))

    def mentioned(self, platform: str, name: str) -> Person | Chat | None:
        """Whom or what `@handle` or `#title` means."""
        if name.startswith("@"):
            return self._by_handle.get((platform, name[1:]))
        return self._channels.get((platform, name[1:]))

    def private_chat(self, person: str) -> Chat:
        """A person's chat with the bot."""
        return self._private[person]

    def messages(self, chat: str, viewer: str | None = None) -> list[Message]:
        """A chat's messages, oldest first; with a viewer, without what only others see."""
        found = self._messages.get(chat, {}).values()
        return [each for each in found if not viewer or each.ephemeral_for in (None, viewer)]

    def message(self, chat: str, message: str) -> Message | None:
        return self._messages.get(chat, {}).get(message)

    def post(self, message: Message) -> Message:
        kept = self._messages.setdefault(message.chat, {})
        kept[message.id] = message
        if len(kept) > MESSAGES_KEPT and not self.keeps_all:
            del kept[next(iter(kept))]
        self.emit("message", chat=message.chat, message=message.display())
        return message

    def edit(self, message: Message, blocks: list[Json], sent: Json) -> None:
        message.blocks, message.sent = blocks, sent
        message.edited += 1
        self.emit("edit", chat=message.chat, message=message.display())

    def delete(self, message: Message) -> None:
        if self._messages.get(message.chat, {}).pop(message.id, None):
            self.emit("delete", chat=message.chat, message=message.display())

    def emit(self, kind: str, **event: object) -> None:
        """Tell the feeds: message, edit, delete, toast, view, view_closed, home, pane, pane_closed
        or typing."""
        for feed in tuple(self.feeds):
            feed.push({"type": kind, **event})

    def feed(self) -> Feed:
        """What happens from now on: `async with world.feed() as events: async for event ...`."""
        return Feed(self)
