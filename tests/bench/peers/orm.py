"""The same work by SQLAlchemy's ORM and AsyncSession on aiosqlite, in its better form: one
connection, WAL, BEGIN IMMEDIATE (the default pool loses another half, `performance.md` 3b)."""

from __future__ import annotations

import time
from typing import Any

from common import QUOTA, fresh
from sqlalchemy import String, event, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Seen(Base):
    __tablename__ = "seen"
    key: Mapped[str] = mapped_column(String, primary_key=True)


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    external: Mapped[str] = mapped_column(String, unique=True)


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    title: Mapped[str] = mapped_column(String)
    status: Mapped[str] = mapped_column(String, default="open")
    created_at: Mapped[int]


class Answer(Base):
    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(String)
    text: Mapped[str] = mapped_column(String)
    due_at: Mapped[int]
    sent_at: Mapped[int | None]


class Tasks:
    def __init__(self, path: str) -> None:
        fresh(path)
        engine = create_async_engine(
            f"sqlite+aiosqlite:///{path}", pool_size=1, max_overflow=0, pool_timeout=120
        )

        @event.listens_for(engine.sync_engine, "connect")
        def set_up(connection: Any, _: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        self._session = async_sessionmaker(engine, expire_on_commit=False)

    async def add(self, key: str, user: str, chat: str, title: str) -> str | None:
        """The answer's text, committed; None for what was handled before."""
        now = int(time.time())
        async with self._session.begin() as session:
            if await session.get(Seen, key):
                return None
            session.add(Seen(key=key))
            found = await session.scalars(select(Account).where(Account.external == user))
            account = found.one_or_none()
            if account is None:
                account = Account(external=user)
                session.add(account)
                await session.flush()
            mine = select(Task.id).where(Task.account_id == account.id, Task.status == "open")
            counted = select(func.count()).select_from(mine.limit(QUOTA).subquery())
            if (await session.execute(counted)).scalar_one() >= QUOTA:
                return "You have too many open tasks."
            task = Task(account_id=account.id, title=title, created_at=now)
            session.add(task)
            await session.flush()
            text = f"Added #{task.id}: {title}"
            session.add(Answer(chat=chat, text=text, due_at=now))
        return text
