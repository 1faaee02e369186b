"""The jobs of exports and of forgetting, when something comes between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.pacing import NoPacer
from bot.courier import Courier
from bot.metrics import Metrics
from bot.records import Records, forgotten, not_sent
from core.addresses import Address
from core.chat import Reply, Sent
from core.errors import ChatGone, GiveUp, RetryLater, Unsendable
from core.forgetting import forget
from core.ports import Payload
from core.store import Store, Tools, open_store
from tests.bot.talking import Trouble
from tests.core.people import Person, add, person
from tests.databases import sqlite_file
from tests.fakes import MemoryEngine, SettableClock


class Post(Trouble):
    """Takes files, unless it is told what to raise."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.refuses: Exception | None = None

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        if reply.document is not None:
            if self.refuses is not None:
                raise self.refuses
            self.files.append(reply.document.name)
        return await super().send(address, reply, edit=edit, reply_to=reply_to)


@dataclass
class Desk:
    store: Store
    clock: SettableClock
    engine: MemoryEngine
    post: Post
    records: Records

    async def forgets(self, who: Person) -> Payload:
        """The payload of the job that cleans up."""
        chats = await self.store.mutate(lambda work: forget(work, who.account))
        until = self.clock.now().isoformat()
        self.clock.advance(seconds=1)
        return {"chats": " ".join(map(str, chats)), "until": until, "chat": who.chat}

    async def address(self, chat: int) -> Address:
        return await self.store.query(lambda work: work.chats.by_id(chat).address)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    url = sqlite_file(tmp_path / "desk.db")
    clock = SettableClock()
    engine, post = MemoryEngine(url, clock), Post()
    store = open_store(url, Tools(clock, engine))
    platforms = {"telegram": post}
    courier = Courier(store=store, platforms=platforms, pacer=NoPacer(), metrics=Metrics())
    yield Desk(store, clock, engine, post, Records(store=store, courier=courier, engine=engine))
    await store.close()
    await engine.stop()


async def test_cleaning_up_may_run_twice(desk: Desk) -> None:
    ada = await person(desk.store, "Ada")
    payload = await desk.forgets(ada)
    for _ in range(2):
        await desk.records.forget(payload)
    assert (await desk.address(ada.chat)).chat == f"forgotten-{ada.chat}"
    # once they have an address
    assert [text for _, _, text in desk.post.told] == [forgotten().text]


async def test_whoever_blocked_us_is_forgotten_all_the_same(desk: Desk) -> None:
    ada = await person(desk.store, "Ada")
    payload = await desk.forgets(ada)
    desk.post.error = ChatGone("blocked")
    await desk.records.forget(payload)
    assert (await desk.address(ada.chat)).chat == f"forgotten-{ada.chat}"


async def test_who_is_to_be_told_later_keeps_their_address_until_then(desk: Desk) -> None:
    ada = await person(desk.store, "Ada")
    payload = await desk.forgets(ada)
    desk.post.error = RetryLater(1.0)
    with pytest.raises(RetryLater):
        await desk.records.forget(payload)
    assert (await desk.address(ada.chat)).chat == ada.sender.user_id
    desk.post.error = None
    await desk.records.forget(payload)
    assert (await desk.address(ada.chat)).chat == f"forgotten-{ada.chat}"


async def test_many_who_leave_at_once_cost_one_rewriting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr("core.sqlite.rewrite", written.append)
    people = [await person(desk.store, name) for name in ("Ada", "Ben", "Cleo")]
    payloads = [await desk.forgets(each) for each in people]
    for each in payloads:
        await desk.records.forget(each)
    assert len(written) == 1
    await desk.records.forget(await desk.forgets(await person(desk.store, "Dora")))
    assert len(written) == 2


def wants(who: Person, what: str = "csv") -> Payload:
    return {"identity": who.identity, "account": who.account, "what": what, "chat": who.chat}


async def test_a_large_file_goes_compressed(desk: Desk) -> None:
    ada = await person(desk.store, "Ada")
    for number in range(300):
        await add(desk.store, ada, f"Task {number}", description="x" * 4000)
    await desk.records.export(wants(ada))
    await desk.records.export(wants(ada, "all"))
    assert desk.post.files == [
        "fluxbot-tasks-2026-01-05.csv.zip",
        "fluxbot-everything-2026-01-05.zip",
    ]
    assert {text for _, _, text in desk.post.told} == {"Here it is. I keep no copy."}


async def test_what_the_platform_does_not_take_is_said(desk: Desk) -> None:
    ada = await person(desk.store, "Ada")
    desk.post.refuses = Unsendable("missing_scope")
    await desk.records.export(wants(ada))
    assert [text for _, _, text in desk.post.told] == [not_sent().text]


async def test_a_chat_that_left_the_account_gets_nothing(desk: Desk) -> None:
    ada, eve = await person(desk.store, "Ada"), await person(desk.store, "Eve")
    await desk.records.export({**wants(ada), "account": eve.account})
    await desk.forgets(ada)
    await desk.records.export(wants(ada))
    assert desk.post.files == []


async def test_nobody_to_send_it_to_ends_the_job(desk: Desk) -> None:
    ada = await person(desk.store, "Ada")
    desk.post.refuses = ChatGone("blocked")
    with pytest.raises(GiveUp):
        await desk.records.export(wants(ada))


async def test_a_card_that_is_gone_is_no_trouble(desk: Desk) -> None:
    ada = await person(desk.store, "Ada")
    payload: Payload = {"chat": ada.chat, "message": "7"}
    await desk.records.wipe(payload)
    assert desk.post.told == [(ada.sender.user_id, "7", "This task was deleted.")]
    desk.post.error = ChatGone("kicked")
    await desk.records.wipe(payload)
