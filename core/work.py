"""The services of one transaction."""

# long: it names every service once

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ARRAY, BigInteger, Connection, any_, bindparam, select, update

from core import schema
from core.accounts import Accounts
from core.ahead import Ahead
from core.answers import Answers
from core.app_links import AppLinks
from core.assigning import Assigning
from core.audit import Audit
from core.billing import Billing
from core.billing_steps import BillingSteps
from core.cards import Cards
from core.chats import Chat, Chats
from core.checkouts import Checkouts
from core.customers import Customers
from core.desk import Desk
from core.digests import Digests
from core.drafts import Drafts
from core.entitlements import Entitlements
from core.failures import Failures
from core.gathering import ChatJob, Withdrawal, gathered, left
from core.group_digests import GroupDigests
from core.group_presets import GroupPresets
from core.habits import Habits
from core.held import Held
from core.homes import Homes
from core.hooks import Hooks
from core.ids import Ids
from core.inbox import Inbox
from core.installs import Installs
from core.invitations import Invitations
from core.limits import Limits
from core.linking import Linking
from core.lists import Lists
from core.notes import Notes
from core.notices import Notices
from core.own_workspace import OwnWorkspace
from core.ports import Job, Jobs, Payload, Which
from core.previews import Previews
from core.products import Products
from core.profile import Profile
from core.prompts import Prompts
from core.questions import Questions
from core.quiet import Quiet
from core.reconciling import Reconciliation
from core.recurring import Recurring
from core.reminders import Reminders
from core.rows import Rows
from core.sales import Sales
from core.search import Search
from core.signup import Signup
from core.site import Site
from core.sources import Sources
from core.sql import Statement
from core.tasks import Tasks
from core.transaction import Transaction
from core.web_links import WebLinks
from core.wishes import Wishes

_NEXT_IN_CHAT = (
    update(schema.chat)
    .where(schema.chat.c.id == bindparam("chat_id"))
    .values(out_seq=schema.chat.c.out_seq + 1)
    .returning(schema.chat.c.out_seq, schema.chat.c.platform)
)
_LOCK_ACCOUNTS = (
    select(schema.account.c.id)
    .where(schema.account.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))  # of PostgreSQL
    .order_by(schema.account.c.id)
    # NO KEY: who only refers to the account (a notice, a number) need not wait.
    .with_for_update(key_share=True)
)


S = TypeVar("S")
Mark = tuple[int, int, int]
"""How many chat jobs and withdrawals there are, and the change."""


def _partition(platform: str, chat: int) -> str:
    """Of the jobs that send to a chat."""
    return f"{platform}:{chat}"


class Service(Generic[S]):
    """An attribute of `Work`, made when it is first asked for. `functools.cached_property` does the
    same, and takes a lock that eight services a message need not wait for."""

    def __init__(self, kind: Callable[[Work], S]) -> None:
        self._kind = kind

    def __set_name__(self, owner: type[Work], name: str) -> None:
        self._name = name

    def __get__(self, work: Work, owner: type[Work]) -> S:
        made = self._kind(work)
        work.__dict__[self._name] = made  # found there from now on
        return made


class Work:
    """One open transaction: its time, its services, and the jobs that follow from it.

    Made anew for each attempt. Services are made when they are first asked for."""

    accounts = Service(Accounts)
    ahead = Service(Ahead)
    answers = Service(Answers)
    assigning = Service(Assigning)
    audit = Service(Audit)
    tasks = Service(Tasks)
    notices = Service(Notices)
    linking = Service(Linking)
    limits = Service(Limits)
    installs = Service(Installs)
    inbox = Service(Inbox)
    failures = Service(Failures)
    cards = Service(Cards)
    app_links = Service(AppLinks)
    invitations = Service(Invitations)
    wishes = Service(Wishes)
    web_links = Service(WebLinks)
    prompts = Service(Prompts)
    chats = Service(Chats)
    previews = Service(Previews)
    habits = Service(Habits)
    profile = Service(Profile)
    lists = Service(Lists)
    notes = Service(Notes)
    search = Service(Search)
    questions = Service(Questions)
    reminders = Service(Reminders)
    held = Service(Held)
    quiet = Service(Quiet)
    digests = Service(Digests)
    group_digests = Service(GroupDigests)
    group_presets = Service(GroupPresets)
    recurring = Service(Recurring)
    billing = Service(Billing)
    entitlements = Service(Entitlements)
    drafts = Service(Drafts)
    sources = Service(Sources)
    homes = Service(Homes)
    hooks = Service(Hooks)
    customers = Service(Customers)
    products = Service(Products)
    checkouts = Service(Checkouts)
    steps = Service(BillingSteps)
    reconciliation = Service(Reconciliation)

    def __init__(
        self,
        connection: Connection,
        *,
        now: datetime,
        ids: Ids,
        jobs: Jobs,
        process: str = "local",
        signup: Signup = Signup.OPEN,
        site: Site | None = None,
        own: OwnWorkspace | None = None,
        sales: Sales | None = None,
        desk: Desk | None = None,
    ) -> None:
        self.connection = connection
        self._transaction = Transaction(connection)
        self.now = now
        self.ids = ids
        self.process = process
        self.signup = signup
        self.site = site or Site()
        self.own = own or OwnWorkspace()
        self.sales = sales or Sales()
        self.desk = desk or Desk()
        self._jobs = jobs
        self._chat_jobs: list[ChatJob] = []
        self._withdrawals: list[Withdrawal] = []
        self._savepoints = 0
        self.change = 0
        """The id of the change that this transaction made, for an Undo button; 0 for none."""

    def run(self, statement: Statement, values: Mapping[str, Any] | None = None) -> Rows:
        """Execute a statement of this transaction."""
        return self._transaction.run(statement, values)

    def tell(self, statement: Statement, values: Mapping[str, Any] | None = None) -> None:
        """Execute one whose rows nobody asks for, as locks are: PostgreSQL hears of it along with
        what it is asked next."""
        self._transaction.run(statement, values, heard=False)

    def flush(self) -> None:
        """See `Transaction.flush`: for whoever goes on after an error of what was said before."""
        self._transaction.flush()

    @property
    def shared(self) -> bool:
        """Whether other transactions may write at the same time."""
        return self.connection.dialect.name != "sqlite"

    def see_one_state(self) -> None:
        """To be called first: all that this transaction reads is of one moment. On SQLite it is so
        by itself."""
        if self.shared:
            self._transaction.run_raw("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def lock_accounts(self, *ids: int) -> None:
        """Hold these accounts' rows before anything is asked next, in the order that every
        transaction takes them: accounts, then tasks, then chats by id. SQLite has one writer and
        needs no row locks."""
        if self.shared:
            self.tell(_LOCK_ACCOUNTS, {"ids": sorted(ids)})

    def put(self, job: Job) -> None:
        """A job that follows from this transaction and belongs to no chat."""
        self._transaction.beside()
        self._jobs.put(self.connection, job)

    def put_in_chat(
        self, chat: int, *, name: str, id: str, payload: Payload, gather: bool = False
    ) -> None:
        """A job that sends to a chat, behind what was put for that chat before. The chat's row
        stands in the payload as `chat`. `gather`: several of one transaction may become one."""
        job = Job(id=id, name=name, payload={**payload, "chat": chat})
        self._chat_jobs.append(ChatJob(chat, job, gather))

    def is_sending_to(self, chat: Chat) -> bool:
        """Whether a job that sends to the chat is under way, in whichever process."""
        platform = chat.address.platform
        return self._jobs.is_at(self.connection, platform, _partition(platform, chat.id))

    def withdraw(self, queue: str, partition: str, which: Which, beginning: str = "") -> None:
        """See `core.ports.Jobs.withdraw`."""
        self._transaction.beside()
        self._jobs.withdraw(self.connection, queue, partition, which, beginning)

    def withdraw_in_chat(self, chat: int, which: Which, beginning: str = "") -> None:
        """Of what waits to be sent to a chat, what this transaction had to say there until now
        included, withdraw what `which` picks. It is asked at the end. `beginning`: of their ids."""
        self._withdrawals.append(Withdrawal(chat, len(self._chat_jobs), which, beginning))

    def finish(self) -> None:
        """Write what is written at the end, of what this transaction did."""
        if "homes" in self.__dict__:
            self.homes.mark()
        if "group_presets" in self.__dict__:
            self.group_presets.mark()
        if self._chat_jobs or self._withdrawals:
            self.put_jobs()

    def end(self) -> None:
        """To be called when it is over, whatever came of it: nothing works any more.

        Its services, which it holds and which hold it, are let go, so that all of it is freed at
        once. Measured: left to the garbage collector they were more than half of what lay about for
        it, 78 blocks of memory for each message."""
        self.__dict__.clear()

    def put_jobs(self) -> None:
        """Number the chat jobs and write them: at the end, with the chats locked in the order of
        their ids, since two transactions that tell the same two chats must not wait crosswise."""
        jobs = left(self._chat_jobs, self._withdrawals) if self._withdrawals else self._chat_jobs
        steps: list[Withdrawal | ChatJob] = [*self._withdrawals, *gathered(jobs)]
        for each in sorted(steps, key=lambda each: each.chat):
            row = self.run(_NEXT_IN_CHAT, {"chat_id": each.chat}).one()
            partition = _partition(row.platform, each.chat)
            if isinstance(each, Withdrawal):
                self.withdraw(row.platform, partition, each.which, each.beginning)
                continue
            job = replace(each.job, queue=row.platform, partition=partition, priority=row.out_seq)
            self._jobs.put(self.connection, job)
        self._chat_jobs.clear()
        self._withdrawals.clear()

    def savepoint(self) -> Savepoint:
        """What is done inside is taken back if it raises; what was done before stays.

        Raw SQL on the driver's connection: SQLAlchemy's own savepoint costs two to three times a
        whole transaction of ours (`house.md` section 4). One that begins where the one around it
        began, with nothing written between, is that one."""
        self._savepoints += 1
        return Savepoint(self, self._transaction, f"s{self._savepoints}")

    def mark(self) -> Mark:
        """What there is to take back beside rows."""
        return len(self._chat_jobs), len(self._withdrawals), self.change

    def take_back(self, mark: Mark) -> None:
        """What came after is wanted no more."""
        jobs, withdrawals, self.change = mark
        del self._chat_jobs[jobs:]
        del self._withdrawals[withdrawals:]


class Savepoint:
    """A block of a transaction. Two stand around each message: a generator in its place
    (`contextmanager`) costs as much as what the database does for it."""

    __slots__ = ("_mark", "_name", "_own", "_transaction", "_work")

    def __init__(self, work: Work, transaction: Transaction, name: str) -> None:
        self._work, self._transaction, self._name = work, transaction, name

    def __enter__(self) -> None:
        self._mark = self._work.mark()
        around = self._transaction.unwritten
        self._own = not around
        if around:
            self._name = around
            return
        self._transaction.run_raw(f"SAVEPOINT {self._name}")
        self._transaction.unwritten = self._name

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            if self._work.connection.invalidated:
                return  # cut off: there is nothing to roll back, and the store runs it all again
            self._work.take_back(self._mark)
            self._transaction.take_back(self._name)
        if self._own:
            self._transaction.unwritten = ""
            if not self._work.shared:  # PostgreSQL's are over with the commit
                self._transaction.run_raw(f"RELEASE SAVEPOINT {self._name}")
