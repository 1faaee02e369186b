"""One message as a handler sees it, and the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from bot.grammar import Command
from bot.guards import Guard
from bot.language import _
from core.chat import Audience, Inbound, Kind, Reply
from core.chats import Chat
from core.identity import UNNAMED, Account, Identity
from core.rights import Actor
from core.task import Task

if TYPE_CHECKING:
    from core.work import Work


@dataclass(frozen=True, slots=True)
class Turn:
    """Who says what, where and when."""

    account: Account
    identity: Identity
    chat: Chat
    inbound: Inbound
    now: datetime
    first: bool
    """Whether this is the first that we hear from them."""
    asked: bool
    """Whether a question of ours may wait for their answer."""

    @property
    def outside(self) -> bool:
        """Whether they wait at the door: sign-up is not open, and nobody let them in yet."""
        return not (self.account.joined or self.first)

    @property
    def private(self) -> bool:
        return self.inbound.address.private

    @property
    def pressed(self) -> bool:
        on = self.inbound.message or self.inbound.pane
        return self.inbound.kind in {Kind.PRESS, Kind.FORM} and bool(on)

    @property
    def hello(self) -> str:
        """A greeting, by name where we know it."""
        name = self.account.name
        return _("Hello") if name == UNNAMED else _("Hello {name}", name=name)

    @property
    def actor(self) -> Actor:
        who, there = self.account, self.chat.id
        return Actor(
            who.id, who.name, self.identity.id, there, self.private, replaces=self.inbound.message
        )

    @property
    def today(self) -> date:
        """The date where the person is."""
        return self.now.astimezone(self.account.zone).date()

    def belongs_here(self, task: Task) -> bool:
        """Whether the task is this group's own."""
        return not self.private and task.chat == self.chat.id

    def audience(self, task: Task) -> Audience:
        """Who may read this task's card here."""
        return Audience.HERE if self.private or self.belongs_here(task) else Audience.PRIVATE


class Where(StrEnum):
    ANYWHERE = "anywhere"
    PRIVATE = "private"
    DESK = "desk"  # there, and for those alone who look after the service (`bot/desk.py`)


class Scope(StrEnum):
    """Which of Telegram's menus lists the command."""

    PRIVATE = "private"
    GROUPS = "groups"
    ADMINS = "admins"


C = TypeVar("C", bound=Command)
Handler = Callable[["Work", Turn, C], Reply]
AnyHandler = Callable[["Work", Turn, Any], Reply]


@dataclass(frozen=True, slots=True)
class Entry:
    """A command in the table."""

    kind: type[Command]
    handler: AnyHandler
    aliases: tuple[str, ...]
    usage: str
    where: Where
    menu: frozenset[Scope]
    guards: Callable[[Any], tuple[Guard, ...]]
    """The limits that a command of this kind must pass, by what it says."""
    hidden: bool
    outside: bool
    """Whether those who wait at the door may use it, too."""

    @property
    def name(self) -> str:
        return self.kind.name

    def limited(self, command: Command) -> bool:
        """Whether this command of the kind has limits to pass, or a place to be said in."""
        return bool(self.guards(command)) or self.where is not Where.ANYWHERE

    @property
    def example(self) -> str:
        """A line of it, as it may be typed."""
        return f"{self.name} {_(self.usage)}".strip()

    @property
    def summary(self) -> str:
        return _((self.kind.__doc__ or "").strip().splitlines()[0])


MENU_ORDER = (
    "add", "list", "find", "done", "undo", "inbox", "stats", "digest", "settings", "link", "plan",
    "help",
)  # fmt: skip
"""What people use most comes first."""


class Commands:
    """The table: every way to name a command leads to one entry."""

    def __init__(self) -> None:
        self._by_name: dict[str, Entry] = {}
        self._by_kind: dict[type[Command], Entry] = {}

    def on(
        self,
        kind: type[C],
        *,
        aliases: tuple[str, ...] = (),
        usage: str = "",
        where: Where = Where.ANYWHERE,
        menu: frozenset[Scope] = frozenset(),
        guards: Callable[[C], tuple[Guard, ...]] = lambda _: (),
        hidden: bool = False,
        outside: bool = False,
    ) -> Callable[[Handler[C]], Handler[C]]:
        """Register a handler. Raises `ValueError` when a name is taken."""

        def register(handler: Handler[C]) -> Handler[C]:
            entry = Entry(kind, handler, aliases, usage, where, menu, guards, hidden, outside)
            for name in (kind.name, *aliases):
                if name in self._by_name:
                    raise ValueError(f"two commands are named {name!r}")
                self._by_name[name] = entry
            self._by_kind[kind] = entry
            return handler

        return register

    def find(self, name: str) -> Entry | None:
        """The command of a name. Telegram's have no hyphen: `forget_me` is `forget-me`."""
        return self._by_name.get(name.lower().replace("_", "-"))

    def of(self, command: Command) -> Entry:
        return self._by_kind[type(command)]

    def like(self, name: str) -> Entry | None:
        """The command that was perhaps meant: first one whose letters are only in disorder."""
        shown = [each for each, entry in self._by_name.items() if not entry.hidden]
        mixed = [each for each in shown if sorted(each) == sorted(name.lower())]
        close = mixed or get_close_matches(name.lower(), shown, n=1, cutoff=0.7)
        return self._by_name[close[0]] if close else None

    def menu(self, scope: Scope) -> list[Entry]:
        """What a menu lists, most used first."""
        listed = [each for each in self if scope in each.menu]
        return sorted(listed, key=lambda each: MENU_ORDER.index(each.name))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._by_kind.values())


commands = Commands()

EVERYWHERE = frozenset(Scope)
IN_PRIVATE = frozenset({Scope.PRIVATE})
