"""The job that sends a chart, when something comes between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.pacing import NoPacer
from bot.charting import WEEKS, Charts
from bot.courier import Courier
from bot.metrics import Metrics
from core.errors import ChatGone, RetryLater, Unsendable
from core.ports import Payload
from core.store import Store
from tests.bot.talking import ADA, Talk, Trouble, talking


class OnlyWords(Trouble):
    """A chat that takes no pictures."""

    def _do(self, what, address, reply, edit=""):  # type: ignore[no-untyped-def]  # as the base has it
        self.error = Unsendable("missing_scope") if reply.picture else None
        return super()._do(what, address, reply, edit)


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as made:
        await made.says("add Buy milk")
        await made.says("done 1")
        yield made


def charts(store: Store, platform: Trouble) -> Charts:
    platforms = {"telegram": platform}
    metrics = Metrics()
    courier = Courier(store=store, platforms=platforms, pacer=NoPacer(), metrics=metrics)
    return Charts(store, courier)


async def wants(store: Store, *, account: int = 0) -> Payload:
    """The job, as somebody asks for it."""
    known, identity, _ = await store.mutate(lambda work: work.accounts.recognise(ADA))
    return {"chat": identity.chat_id, "identity": identity.id, "account": account or known.id}


async def test_it_has_as_many_bars_as_weeks_and_says_the_same(talk: Talk) -> None:
    await charts(talk.store, talk.platform).chart(await wants(talk.store))
    reply = talk.platform.last
    assert reply.text == f"What you completed in {WEEKS} weeks: 1."
    assert reply.picture
    assert [each.value for each in reply.picture.bars] == [0] * (WEEKS - 1) + [1]
    assert reply.picture.alt.endswith(f"{reply.picture.bars[-1].label}: 1.")


async def test_it_is_of_when_it_is_sent(talk: Talk) -> None:
    job = await wants(talk.store)
    await talk.says("reopen 1")
    await charts(talk.store, talk.platform).chart(job)
    assert talk.platform.last.text.endswith(": 0.")


async def test_a_chat_that_is_somebody_else_s_by_now_gets_nothing(talk: Talk) -> None:
    before = len(talk.platform.told)
    await charts(talk.store, talk.platform).chart(await wants(talk.store, account=999))
    assert len(talk.platform.told) == before


async def test_where_no_picture_may_be_sent_its_words_are(talk: Talk) -> None:
    platform = OnlyWords()
    await charts(talk.store, platform).chart(await wants(talk.store))
    assert [text.startswith("Tasks that you completed") for _, _, text in platform.told] == [True]


async def test_a_chat_that_is_gone_ends_it_and_a_busy_one_does_not(talk: Talk) -> None:
    job, drawn = await wants(talk.store), charts(talk.store, talk.platform)
    talk.platform.error = ChatGone("blocked")
    await drawn.chart(job)
    talk.platform.error = RetryLater(1.0)
    with pytest.raises(RetryLater):
        await drawn.chart(job)
