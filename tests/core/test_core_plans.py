"""What is asked all the time is answered from an index, however much there is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from core import schema
from core.addresses import Address
from core.arrival import arrival
from core.chat import Inbound, Kind
from core.lists import Filter
from core.prepared import Prepared
from core.rows import Rows
from core.task import Ref
from core.under_way import is_answering
from core.work import Work
from tests.core.people import Person, person
from tests.databases import Database

MANY = 10_000
OPEN_EVERY = 100
TABLES = "|".join(schema.metadata.tables)
QUESTIONS: dict[str, tuple[str, Callable[[Work, Person], Any]]] = {
    "open list": ("ix_concern_open", lambda w, who: w.lists.page(who.account, Filter())),
    "whole list": (
        "concern_2",
        lambda w, who: w.lists.page(who.account, Filter(open=None), skip=50),
    ),
    "by number": ("concern_1", lambda w, who: w.tasks.get(who.actor, Ref(number=MANY // 2))),
    "by public id": ("task_1", lambda w, who: w.tasks.get(who.actor, Ref(public_id="7"))),
    "message key": ("message_key_1", lambda w, who: w.inbox.seen("k5000")),
    "message": ("uq_identity_user", lambda w, who: arrival(w, _message(who))),
    "on its way": (
        "ix_message_key_chat_id_received_at (chat_id=? AND received_at>?)",
        lambda w, who: is_answering(w, w.chats.by_id(who.chat)),
    ),
    "what it replies to": (
        "ix_card_chat_id_message (chat_id=? AND message=?)",
        lambda w, who: w.cards.shown_by(who.chat, "m5000"),
    ),
    "undelivered": ("ix_message_key_undelivered", lambda w, who: w.inbox.overdue(w.now)),
    "who writes": ("uq_identity_user", lambda w, who: w.accounts.recognise(who.sender)),
    "whose chat": ("ix_identity_chat_id", lambda w, who: w.accounts.of_chat(who.chat)),
    "notices": ("ix_notice_account", lambda w, who: w.notices.page(who.account)),
    "unread": ("ix_notice_unread", lambda w, who: w.notices.unread(who.account)),
}


def _message(who: Person) -> Inbound:
    home = Address(who.sender.platform, who.sender.scope, who.sender.user_id, private=True)
    return Inbound("k5000", Kind.TEXT, who.sender, home, "x")


def fill(work: Work, who: Person) -> None:
    """Ten thousand of everything, most of it long done."""
    base = {"owner_id": who.account, "chat_id": who.chat, "priority": "low", "title": "x"}
    times = {"created_at": work.now, "updated_at": work.now}
    tasks, concerns, keys, people, notices, cards = [], [], [], [], [], []
    for n in range(1, MANY + 1):
        is_open = n % OPEN_EVERY == 0
        status = "pending" if is_open else "completed"
        tasks.append({"id": n, "public_id": f"{n}", "status": status} | base | times)
        concerns.append({"account_id": who.account, "number": n, "task_id": n, "open": is_open})
        shown = {"message": f"m{n}", "address": "{}", "revision": 1}
        cards.append({"task_id": n, "chat_id": who.chat} | shown)
        at = work.now - timedelta(minutes=n)
        keys.append(
            {
                "key": f"k{n}",
                "chat_id": who.chat,
                "received_at": at,
                "delivered_at": None if is_open else at,
                "address": "{}",
            }
        )
        people.append(
            {
                "account_id": who.account,
                "chat_id": who.chat,
                "platform": "telegram",
                "scope": "",
                "user_id": f"u{n}",
                "name": "x",
                "linked_at": at,
            }
        )
        notices.append(
            {
                "account_id": who.account,
                "type": "info",
                "kind": "Welcome",
                "facts": '{"account":1}',
                "read": not is_open,
                "created_at": at,
                "once": f"{n}",
            }
        )
    tables = ("task", "concern", "message_key", "identity", "notice", "card")
    every = (tasks, concerns, keys, people, notices, cards)
    for table, rows in zip(map(schema.metadata.tables.__getitem__, tables), every, strict=True):
        work.connection.execute(insert(table), rows)


@contextmanager
def statements() -> Iterator[list[tuple[str, list[Any]]]]:
    """The statements made ready that run inside, as the driver gets them."""
    seen: list[tuple[str, list[Any]]] = []
    run = Prepared.run

    def noted(
        made: Prepared, driver: sqlite3.Connection, given: Mapping[str, Any], *, heard: bool = True
    ) -> Rows:
        values = [{**made.defaults, **given}[name] for name in made.names]
        for place, process in made.binds:
            values[place] = process(values[place])
        seen.append((made.sql, values))
        return run(made, driver, given, heard=heard)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Prepared, "run", noted)
        yield seen


def plans(work: Work, who: Person) -> dict[str, list[str]]:
    found = {}
    for name, (_, ask) in QUESTIONS.items():
        with statements() as seen:
            ask(work, who)
        found[name] = [
            row.detail
            for statement, values in seen
            for row in work.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", tuple(values)
            )
        ]
    return found


async def test_every_common_question_uses_its_index(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    await store.mutate(lambda work: fill(work, ada))
    for name, plan in (await store.query(lambda work: plans(work, ada))).items():
        assert any(QUESTIONS[name][0] in line for line in plan), (name, plan)
        assert not [line for line in plan if "TEMP B-TREE" in line], (name, plan)
        scanned = [line for line in plan if re.match(f"SCAN ({TABLES})", line)]
        # Through an index that holds just what is wanted, or not at all.
        assert all(QUESTIONS[name][0] in line for line in scanned), (name, plan)


async def test_a_missing_index_would_be_seen(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    await store.mutate(lambda work: fill(work, ada))
    lost = ("ix_concern_open", "ix_message_key_undelivered")
    for name in (*lost, "ix_message_key_chat_id_received_at", "ix_card_chat_id_message"):
        await store.mutate(
            lambda work, n=name: work.connection.exec_driver_sql(f"DROP INDEX {n}") and None
        )
    found = await store.query(lambda work: plans(work, ada))
    for name in ("open list", "undelivered", "on its way", "what it replies to"):
        assert not [line for line in found[name] if QUESTIONS[name][0] in line]


@pytest.mark.parametrize("wanted", [True, None])
async def test_a_page_is_right_in_the_midst_of_many(sqlite: Database, wanted: bool | None) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    await store.mutate(lambda work: fill(work, ada))
    which = Filter(open=wanted)
    page = await store.query(lambda work: work.lists.page(ada.account, which, skip=2, most=2))
    step = OPEN_EVERY if wanted else 1
    assert [task.number for task in page.tasks] == [MANY - 2 * step, MANY - 3 * step]
    assert page.total == (MANY // OPEN_EVERY if wanted else 1001)
