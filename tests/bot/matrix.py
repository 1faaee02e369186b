"""Everybody who may try a command on what is somebody else's, and what comes of it (`promises.md`
B9): the world for `tests/bot/test_authorisation_matrix.py`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.answers import Handled
from bot.dispatch import dispatch
from core import joining, partings, unlinking
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply
from core.forgetting import forget
from core.identity import Identity
from core.link import Item
from core.ports import SignedIn
from core.rights import Actor
from core.sales import Sales
from core.signup import Signup
from core.site import Site
from core.task import Draft
from core.work import Work
from tests.fake_polar import MemoryPolar, product
from tests.memory import Memory

MARK = "Owner's words"
PRO, TEAMS = product("prod-pro", "Pro", 900), product("prod-teams", "Teams", 2900)
AT_THE_DOOR = ("To save tasks I need to know", "If you use me in another chat already")
"""How what is said begins to those who are not in."""
_keys = itertools.count(1)


@dataclass(frozen=True)
class Role:
    """Somebody, in a chat."""

    name: str
    sender: Sender
    address: Address
    task: str = "private"
    """Which of the owner's tasks they try."""


def _alone(name: str, platform: str, scope: str, user: str) -> Role:
    who = Sender(platform, scope, user, name)
    return Role(name, who, Address(platform, scope, user, private=True))


GROUP = Address("telegram", "", "-100", private=False, title="Flat")
CHANNEL = Address("slack", "T1", "C1", private=False, title="general")
OWNER = _alone("owner", "telegram", "", "1")
RELINKED = _alone("relinked", "slack", "T1", "U1")
ASSIGNEE = _alone("assignee", "telegram", "", "2")
MEMBER = replace(_alone("same group", "telegram", "", "3"), address=GROUP, task="group's")
MEMBER_AT = replace(MEMBER, name="same group, private task", task="private")
GUEST = replace(
    _alone("Slack Connect guest", "slack", "T2", "U3"), address=CHANNEL, task="channel's"
)
GUEST_AT = replace(GUEST, name="Slack Connect guest, private task", task="private")
OTHER = _alone("other workspace", "slack", "T2", "U1")
UNLINKED = _alone("unlinked", "slack", "T1", "U4")
FORGOTTEN = _alone("forgotten", "telegram", "", "5")
OUTSIDE = _alone("outside", "telegram", "", "6")
PARTNER = _alone("partner", "telegram", "", "7")
ROLES = (
    OWNER, RELINKED, ASSIGNEE, MEMBER, MEMBER_AT, GUEST, GUEST_AT, OTHER, UNLINKED, FORGOTTEN,
    OUTSIDE,
)  # fmt: skip
THEIRS = (
    ("task", "owner_id = :owner"),
    ("concern", "account_id = :owner"),
    ("reminder", "account_id = :owner"),
    ("notice", "account_id = :owner"),
    ("digest", "account_id = :owner"),
    ("identity", "account_id = :owner"),
    ("parting", "identity_id IN (SELECT id FROM identity WHERE account_id = :owner)"),
    ("preview_habit", "identity_id IN (SELECT id FROM identity WHERE account_id = :owner)"),
    ("preview_place", "identity_id IN (SELECT id FROM identity WHERE account_id = :owner)"),
    ("login", "account_id = :owner"),
    ("account", "id = :owner"),
    ("link", "account_id = :owner"),
    ("link_attempt", "account_id = :owner"),
    ("link_block", "account_id = :owner"),
    ("app_link", "subject = 'owner'"),
    ("web_link", "identity_id IN (SELECT id FROM identity WHERE account_id = :owner)"),
    ("change", "account_id = :owner"),
    ("audit", "account_id = :owner"),
    ("subscription", "account_id = :owner"),
    ("billing_step", "account_id = :owner"),
)
"""Where the owner has rows."""


class Matrix:
    """The owner with everything that a command can name, and everybody else."""

    def __init__(self) -> None:
        sales = Sales(on=True, plans={PRO.id: "pro", TEAMS.id: "teams"})
        self.memory = Memory(site=Site("https://bot.example.org/link"), sales=sales)
        self.names: dict[str, str] = {}
        self.tasks: dict[str, str] = {}
        self.owner = self._account(OWNER)
        self.memory.run(self._tasks_and_people)
        self.memory.run(self._linkings)
        self.memory.run(self._attempts)
        self.memory.run(self._payments)
        self.memory.clock.advance(minutes=1)
        self.memory.signup = Signup.INVITE

    def _account(self, role: Role) -> int:
        return self.memory.run(lambda work: work.accounts.recognise(role.sender)[0].id)

    def _tasks_and_people(self, work: Work) -> None:
        known = [each for each in (*ROLES, PARTNER) if each is not OUTSIDE]
        whom = {each.name: _identity(work, each) for each in known}
        for name, address, assignee in (
            ("private", OWNER.address, ASSIGNEE),
            ("group's", GROUP, None),
            ("channel's", CHANNEL, None),
            ("forgotten's", OWNER.address, FORGOTTEN),
        ):
            actor = _actor(work, OWNER, address)
            given = whom[assignee.name].account_id if assignee else None
            made = work.tasks.add(actor, Draft(f"{MARK} {name}", assignee=given))
            self.tasks[name] = made.public_id
            work.change = 0
        work.tasks.add(_actor(work, ASSIGNEE, ASSIGNEE.address), Draft("Mine", assignee=self.owner))
        forget(work, whom[FORGOTTEN.name].account_id)

    def _linkings(self, work: Work) -> None:
        """Two chats that joined the owner and left; one came again, with tasks that are apart."""
        for role in (RELINKED, UNLINKED):
            work.tasks.add(_actor(work, role, role.address), Draft("Of before"))
            joining.join(work, _identity(work, role), self.owner, joining.Way.CODE)
            unlinking.unlink(work, self.owner, _identity(work, role).id)
        again = joining.join(work, _identity(work, RELINKED), self.owner, joining.Way.CODE)
        said = ("https://id.example.org", "owner", MARK)
        joining.add_login(work, self.owner, *said)
        asked = _identity(work, OWNER).id
        self.names |= {
            "asked": str(asked),
            "link": again.link,
            "identity": str(_identity(work, RELINKED).id),
            "login": str(joining.logins(work, self.owner)[0].id),
            "notice": str(work.notices.page(self.owner, most=1)[0].id),
        }
        partings.ask(work, _identity(work, RELINKED), Item.IDENTITY, asked)

    def _attempts(self, work: Work) -> None:
        issued = work.linking.issue(_identity(work, OWNER))
        work.linking.redeem(_identity(work, PARTNER), issued.code)
        work.linking.agree(_identity(work, PARTNER), issued.attempt)
        code, _ = work.app_links.issue("https://app.example.org", "owner", MARK)
        asked = work.app_links.redeem(_identity(work, OWNER), code)
        assert asked is not None
        self._sign_in(work)
        work.change = 0
        work.tasks.add(_actor(work, OWNER, OWNER.address), Draft(f"{MARK} last"))
        self.names |= {
            "attempt": issued.attempt,
            "app": asked.public_id,
            "change": str(work.change),
        }

    def _payments(self, work: Work) -> None:
        """The owner pays for a plan."""
        work.products.sync([PRO, TEAMS])
        polar = MemoryPolar(self.memory.clock, PRO, TEAMS)
        work.billing.apply(polar.sell(work.accounts.get(self.owner).public_id, PRO.id))

    @staticmethod
    def joins_the_partner(work: Work, *, moved: bool) -> None:
        """The owner goes on to another account, perhaps with the tasks."""
        there = _identity(work, PARTNER).account_id
        done = joining.join(work, _identity(work, OWNER), there, joining.Way.CODE)
        if moved:
            joining.move(work, _identity(work, OWNER), done.link)

    @staticmethod
    def _sign_in(work: Work) -> None:
        """On the web, up to the letters."""
        _, name = work.web_links.start(_identity(work, OWNER))
        found = work.web_links.find(name)
        assert found is not None
        work.web_links.signed_in(found.id, SignedIn("https://id.example.org", "new", MARK), "s")
        work.web_links.consent(found.id, "s", "BCDFGHJK")

    def line(self, template: str, role: Role) -> str:
        at = int(self.memory.clock.at.timestamp()) // 60
        return template.format(task=self.tasks[role.task], at=at, **self.names)

    def say(self, role: Role, line: str) -> Handled:
        """Say it; what somebody pressed and what they typed is the same."""
        inbound = Inbound(
            f"k{next(_keys)}", Kind.COMMAND, role.sender, role.address, line, message="7"
        )
        return self.memory.run(lambda work: dispatch(work, inbound, lambda *_: True))

    def theirs(self) -> Any:
        """All that the owner has, as rows."""
        mine = {"owner": self.owner}
        return [
            self.memory.driver.execute(
                f"SELECT * FROM {table} WHERE {where}",  # noqa: S608  # our own text
                mine,
            ).fetchall()
            for table, where in THEIRS
        ]

    def verdict(self, role: Role, line: str) -> str:
        """What comes of it, in one word."""
        with self.memory.aside():
            before = self.theirs()
            handled = self.say(role, line)
            touched = self.theirs() != before
        assert handled.defect == "", line
        if handled.refused[1]:
            assert not touched
            assert MARK not in repr(handled.reply)
            return WHY.get(handled.refused[1], handled.refused[1])
        if handled.reply.text.startswith(AT_THE_DOOR):
            return "door" if not touched else "door and touched"
        if touched:
            return "does"
        return "sees" if MARK in repr(handled.reply) else "self"

    def twin(self, role: Role, line: str) -> tuple[tuple[Reply, int], tuple[Reply, int]]:
        """The answer and the number of statements: with what the line names, and without it."""
        with self.memory.aside():
            there = self._counted(role, line)
        with self.memory.aside(), self._without():
            return there, self._counted(role, line)

    def _counted(self, role: Role, line: str) -> tuple[Reply, int]:
        said: list[str] = []
        self.memory.driver.set_trace_callback(said.append)
        try:
            handled = self.say(role, line)
        finally:
            self.memory.driver.set_trace_callback(None)
        return handled.reply, len(said)

    @contextmanager
    def _without(self) -> Iterator[None]:
        """Whatever the owner has goes by other names."""
        driver = self.memory.driver
        for table in ("task", "link", "link_attempt", "app_link"):
            driver.execute(
                f"UPDATE {table} SET public_id = 'x' || substr(public_id, 2, 6) || id"  # noqa: S608  # our own text
            )
        driver.execute("PRAGMA defer_foreign_keys=ON")
        for table in ("identity", "login", "notice", "change"):
            driver.execute(f"UPDATE {table} SET id = id + 5000")  # noqa: S608  # our own text
        for table, column in (
            ("link_attempt", "source_id"), ("link_attempt", "target_id"),
            ("app_link", "identity_id"), ("web_link", "identity_id"), ("change_task", "change_id"),
            ("question", "identity_id"), ("wish", "identity_id"), ("parting", "identity_id"),
            ("parting", "row_id"),
        ):  # fmt: skip
            driver.execute(f"UPDATE {table} SET {column} = {column} + 5000")  # noqa: S608  # our own text
        yield


WHY = {
    "NotAllowed": "denied",
    "WrongPlace": "place",
    "NoSuchTask": "gone",
    "NoSuchNotice": "gone",
    "LinkRefused": "gone",
    "NothingToUndo": "gone",
    "BillingRefused": "gone",
}
"""What a refusal comes to: whatever is `gone` must be told from what is not there by nobody."""


def _identity(work: Work, role: Role) -> Identity:
    return work.accounts.recognise(role.sender)[1]


def _actor(work: Work, role: Role, address: Address) -> Actor:
    account, identity, _ = work.accounts.recognise(role.sender)
    chat = work.chats.heard_from(address)
    return Actor(account.id, account.name, identity.id, chat.id, address.private)
