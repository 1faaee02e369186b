"""The services of one transaction."""

# long: it names every service once

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from core import schema
from core.accounts import Accounts
from core.app_links import AppLinks
from core.audit import Audit
from core.cards import Cards
from core.chats import Chats
from core.failures import Failures
from core.ids import Ids
from core.inbox import Inbox
from core.installs import Installs
from core.invitations import Invitations
from core.limits import Limits
from core.linking import Linking
from core.lists import Lists
from core.notices import Notices
from core.own_workspace import OwnWorkspace
from core.ports import Job, Jobs, Payload
from core.profile import Profile
from core.prompts import Prompts
from core.questions import Questions
from core.rows import Rows
from core.signup import Signup
from core.site import Site
from core.sql import Statement, Transaction
from core.tasks import Tasks
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
    .where(schema.account.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(schema.account.c.id)
    # NO KEY: who only refers to the account (a notice, a number) need not wait.
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class _ChatJob:
    chat: int
    job: Job


class Work:
    """One open transaction: its time, its services, and the jobs that follow from it.

    Made anew for each attempt. Services are made when they are first asked for."""

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
    ) -> None:
        self.connection = connection
        self._transaction = Transaction(connection)
        self.now = now
        self.ids = ids
        self.process = process
        self.signup = signup
        self.site = site or Site()
        self.own = own or OwnWorkspace()
        self._jobs = jobs
        self._chat_jobs: list[_ChatJob] = []
        self._savepoints = 0
        self.change = 0
        """The id of the change that this transaction made, for an Undo button; 0 for none."""

    def run(self, statement: Statement, values: Mapping[str, Any] | None = None) -> Rows:
        """Execute a statement of this transaction."""
        return self._transaction.run(statement, values)

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
        """Hold these accounts' rows, in the order that every transaction takes them: accounts,
        then tasks, then chats by id. SQLite has one writer and needs no row locks."""
        if self.shared:
            self.run(_LOCK_ACCOUNTS, {"ids": sorted(ids)})

    def put(self, job: Job) -> None:
        """A job that follows from this transaction and belongs to no chat."""
        self._jobs.put(self.connection, job)

    def put_in_chat(self, chat: int, *, name: str, id: str, payload: Payload) -> None:
        """A job that sends to a chat, behind what was put for that chat before. The chat's row
        stands in the payload as `chat`."""
        job = Job(id=id, name=name, payload={**payload, "chat": chat})
        self._chat_jobs.append(_ChatJob(chat, job))

    def put_jobs(self) -> None:
        """Number the chat jobs and write them: at the end, with the chats locked in the order of
        their ids, since two transactions that tell the same two chats must not wait crosswise."""
        for waiting in sorted(self._chat_jobs, key=lambda each: each.chat):
            row = self.run(_NEXT_IN_CHAT, {"chat_id": waiting.chat}).one()
            self._jobs.put(
                self.connection,
                replace(
                    waiting.job,
                    queue=row.platform,
                    partition=f"{row.platform}:{waiting.chat}",
                    priority=row.out_seq,
                ),
            )
        self._chat_jobs.clear()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is taken back if it raises; what was done before stays.

        Raw SQL on the driver's connection: SQLAlchemy's own savepoint costs two to three times a
        whole transaction of ours (`house.md` section 4)."""
        self._savepoints += 1
        name = f"s{self._savepoints}"
        jobs, change = len(self._chat_jobs), self.change
        self._transaction.run_raw(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            del self._chat_jobs[jobs:]
            self.change = change
            self._transaction.run_raw(f"ROLLBACK TO SAVEPOINT {name}")
            self._transaction.run_raw(f"RELEASE SAVEPOINT {name}")
            raise
        self._transaction.run_raw(f"RELEASE SAVEPOINT {name}")

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self)

    @cached_property
    def linking(self) -> Linking:
        return Linking(self)

    @cached_property
    def limits(self) -> Limits:
        return Limits(self)

    @cached_property
    def installs(self) -> Installs:
        return Installs(self)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self)

    @cached_property
    def failures(self) -> Failures:
        return Failures(self)

    @cached_property
    def cards(self) -> Cards:
        return Cards(self)

    @cached_property
    def app_links(self) -> AppLinks:
        return AppLinks(self)

    @cached_property
    def invitations(self) -> Invitations:
        return Invitations(self)

    @cached_property
    def wishes(self) -> Wishes:
        return Wishes(self)

    @cached_property
    def web_links(self) -> WebLinks:
        return WebLinks(self)

    @cached_property
    def prompts(self) -> Prompts:
        return Prompts(self)

    @cached_property
    def chats(self) -> Chats:
        return Chats(self)

    @cached_property
    def profile(self) -> Profile:
        return Profile(self)

    @cached_property
    def lists(self) -> Lists:
        return Lists(self)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self)
