"""What people did to connect chats, and what therefore may be connected: kept beside the service,
from nothing but their acts. `tests/core/linking_world.py` holds the service to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Node = tuple[str, int]
"""A chat's identity or a login, by its row: who can be in an account."""
TEN_MINUTES = timedelta(minutes=10)
A_DAY = timedelta(days=1)


@dataclass(eq=False)
class CodeTry:
    """A code that a chat showed."""

    code: str
    name: str
    source: int
    account: int
    until: datetime
    entered: int = 0
    """The identity in whose chat it was entered."""
    agreed: bool = False
    over: str = ""
    """Why nothing can come of it any more."""


@dataclass(eq=False)
class WebTry:
    """A link to sign in, that a chat showed."""

    token: str
    row: int
    name: str
    source: int
    until: datetime
    signed: str = ""
    """Who signed in."""
    session: str = ""
    letters: str = ""
    """As the page shows them, once they agreed there."""
    misses: int = 0
    over: str = ""


@dataclass(eq=False)
class AppTry:
    """A code that the operator's app gave to one of its users."""

    code: str
    name: str
    who: str
    until: datetime
    entered: int = 0
    over: str = ""


@dataclass(eq=False)
class Visit:
    """A browser with a link open."""

    web: WebTry
    session: str


@dataclass(eq=False)
class State:
    """A browser that was sent to the issuer."""

    secret: str
    session: str
    until: datetime
    spent: bool = False


@dataclass(eq=False)
class Joining:
    """One account that joined another; or a login that was added, which has no origin."""

    name: str
    origin: int
    into: int
    nodes: frozenset[Node]
    at: datetime
    before: Any
    """The whole picture before."""
    change: int
    """What had changed when it was made, and nothing else since."""
    tasks: set[str] = field(default_factory=set)
    moved_at: datetime | None = None
    undone: bool = False


@dataclass(eq=False)
class Asked:
    """Somebody new asked for a chat or a sign-in of their account to be disconnected."""

    asker: int
    node: Node
    at: datetime
    """When that is done."""
    kept: bool = False

    @property
    def turn(self) -> tuple[datetime, int, Node]:
        return self.at, self.asker, self.node


@dataclass(eq=False)
class Facts:
    """Everything that was done, and where everything has to be."""

    where: dict[Node, int] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    """Public id -> owner."""
    codes: list[CodeTry] = field(default_factory=list)
    webs: list[WebTry] = field(default_factory=list)
    apps: list[AppTry] = field(default_factory=list)
    joinings: list[Joining] = field(default_factory=list)
    merged: dict[int, int] = field(default_factory=dict)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    """Account and identity."""
    partings: list[Asked] = field(default_factory=list)
    changes: int = 0
    """How often anything changed that `before` shows."""

    def of(self, account: int) -> set[Node]:
        """Who is in an account."""
        return {node for node, there in self.where.items() if there == account}

    def chats(self, account: int) -> set[int]:
        return {row for kind, row in self.of(account) if kind == "identity"}

    def current(self, account: int) -> int:
        """What an account became when its tasks moved on."""
        while account in self.merged:
            account = self.merged[account]
        return account

    def join(self, name: str, origin: int, into: int, at: datetime, before: Any) -> None:
        """Everybody of an account goes to another; what they had open as others is over."""
        self.changes += 1
        came = self.of(origin)
        for node in came:
            self.where[node] = into
        self.end(each for each in self.codes if each.account == origin)
        for row in (row for kind, row in came if kind == "identity"):
            self.end(each for each in self.codes if row in (each.source, each.entered))
            self.end(each for each in self.webs if each.source == row)
            self.end(each for each in self.apps if each.entered == row)
        mine = self.chats(into)
        self.blocks -= {(each, row) for each in (origin, into) for row in mine}
        self.joinings.append(Joining(name, origin, into, frozenset(came), at, before, self.changes))

    def lead(self, name: str, login: Node, account: int, at: datetime) -> None:
        """A sign-in leads to an account from now on."""
        self.changes += 1
        self.where[login] = account
        added = Joining(name, 0, account, frozenset({login}), at, None, self.changes)
        self.joinings.append(added)

    def move(self, joining: Joining, at: datetime) -> None:
        """The tasks of the account that was left come along."""
        self._between(joining)
        into = self.current(joining.into)
        joining.tasks = {task for task, owner in self.tasks.items() if owner == joining.origin}
        joining.moved_at = at
        self.merged[joining.origin] = into
        self.tasks.update(dict.fromkeys(joining.tasks, into))

    def move_back(self, joining: Joining) -> None:
        """They go back, and before them what came along through the account that was left."""
        if joining.moved_at is None:
            return
        self._between(joining)
        for each in self.joinings:
            since = each.moved_at and each.moved_at > joining.moved_at
            if each.into == joining.origin and not each.undone and since:
                self.move_back(each)
        del self.merged[joining.origin]
        self.tasks.update(dict.fromkeys(joining.tasks, joining.origin))
        joining.moved_at, joining.tasks = None, set()

    def _between(self, joining: Joining) -> None:
        """Tasks come or go: to all other joinings, something came between."""
        alone = joining.change == self.changes
        self.changes += 1
        joining.change = self.changes if alone else joining.change

    def undo(self, joining: Joining) -> None:
        """All of it is taken back."""
        self.changes += 1
        joining.undone = True
        there = self.current(joining.into)
        for node in [node for node in joining.nodes if self.where.get(node) == there]:
            if joining.origin:
                self.where[node] = joining.origin
            else:
                del self.where[node]
            self.leave(node)
        if joining.origin:
            self.move_back(joining)

    def unlink(self, node: Node, by: int, now: datetime) -> None:
        """Somebody goes home; who has no home is gone. Where another chat says so, the tasks that
        came along with them within a day go back, too; and so does a sign-in, which has no home
        else."""
        self.changes += 1
        came = [each for each in self.joinings if node in each.nodes and not each.undone]
        moved = [each for each in came if each.moved_at and each.moved_at >= now - A_DAY]
        if node[0] == "identity":
            if moved and by != node[1]:
                self.move_back(moved[-1])
            home = next(self.homes(node), 0)
        else:
            theirs = [
                each
                for each in came
                if each.origin not in (0, self.where[node])
                and (each in moved or each.at >= now - A_DAY)
                and ("identity", by) not in each.nodes
            ]
            home = theirs[-1].origin if theirs else 0
            if theirs:
                self.move_back(theirs[-1])
        if home:
            self.where[node] = home
        else:
            del self.where[node]
            self.blocks = {each for each in self.blocks if each[1] != node[1]}
        self.leave(node)

    def newcomer(self, node: Node, now: datetime, *, to: Node | None = None) -> bool:
        """Whether somebody came to their account less than a day ago, where others were before: to
        anybody there who did not come along, or to that one."""
        return self.new_until(node, now, to=to) is not None

    def new_until(self, node: Node, now: datetime, *, to: Node | None = None) -> datetime | None:
        """When that ends; None where it did."""
        here = self.where.get(node)
        others = {to} if to else self.of(here or 0)
        came = [
            each.at
            for each in self.joinings
            if node in each.nodes
            and each.origin not in (0, here)
            and not each.undone
            and now - each.at <= A_DAY
            and others - each.nodes
        ]
        return max(came) + A_DAY if came else None

    def ask(self, asker: int, node: Node, now: datetime) -> bool:
        """Somebody new asks for somebody to be disconnected; whether that may be."""
        known = [each for each in self.partings if (each.asker, each.node) == (asker, node)]
        until = self.new_until(("identity", asker), now, to=node)
        if until is not None and not known:
            self.partings.append(Asked(asker, node, until))
        return until is not None and not any(each.kept for each in known)

    def asked(self, account: int, node: Node) -> list[Asked]:
        """Who of an account asked for that."""
        mine = self.chats(account)
        return [each for each in self.partings if each.node == node and each.asker in mine]

    def carry_out(self, now: datetime) -> int:
        """What was asked for is done when its time has come; how often."""
        done = 0
        for each in sorted(self.partings, key=lambda each: each.turn):
            if each in self.partings and each.at < now:
                self.partings.remove(each)
                if not each.kept:
                    self.unlink(each.node, each.asker, now)
                    done += 1
        return done

    def came_after(self, node: Node, link: Joining, now: datetime) -> bool:
        """Whether somebody came to their account less than a day ago, and after that linking."""
        later = self.joinings[self.joinings.index(link) + 1 :]
        return any(
            node in each.nodes
            and each.origin not in (0, self.where.get(node))
            and not each.undone
            and now - each.at <= A_DAY
            for each in later
        )

    def homes(self, node: Node) -> Iterator[int]:
        """Accounts that somebody came from and that did not become part of another: first of all
        their own."""
        for each in self.joinings:
            elsewhere = each.origin not in (0, self.where[node]) and each.origin not in self.merged
            if node in each.nodes and elsewhere and not each.undone:
                yield each.origin

    def leave(self, node: Node) -> None:
        """Whatever they had open is over."""
        kind, row = node
        self.partings = [
            each for each in self.partings if node not in (each.node, ("identity", each.asker))
        ]
        if kind == "identity":
            self.end(each for each in self.codes if row in (each.source, each.entered))
            self.end(each for each in self.webs if each.source == row)
            self.end(each for each in self.apps if each.entered == row)

    @staticmethod
    def end(tries: Iterable[CodeTry | WebTry | AppTry], why: str = "ended") -> None:
        for each in tries:
            each.over = each.over or why
