"""Who may set how much a group is told is asked before the command is done, and only then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from bot import ruling
from bot.courier import Courier
from core.addresses import Address, Sender
from core.chat import Inbound, Kind
from core.errors import ChatGone
from tests.bot.talking import GROUP, Trouble, talking

ADA = Sender("telegram", "", "1001", "Ada")
ROOM = Address("telegram", "", "-100", False)
LINES = ["preset all", "group-preset fewer", "GROUP-PRESET quiet"]


def says(line: str, where: Address = ROOM) -> Inbound:
    return Inbound("1", Kind.COMMAND, ADA, where, line)


class Asked:
    """A courier to a platform that says who rules: an answer, or what goes wrong."""

    def __init__(self, answer: bool | Exception | None) -> None:
        self._answer = answer
        self.asked: list[str] = []

    async def ask(self, name: str, call: Callable[[Any], Awaitable[bool]]) -> bool:
        return await call(self)

    async def rules(self, address: Address, user_id: str) -> bool:
        self.asked.append(f"{address.chat} {user_id}")
        if isinstance(self._answer, Exception):
            raise self._answer
        if self._answer is None:
            await asyncio.sleep(60)
        return bool(self._answer)


async def ruled(courier: object, inbound: Inbound) -> bool | None:
    return (await ruling.ruled(cast(Courier, courier), inbound)).rules


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("answer", [True, False])
async def test_the_platform_says_who_rules(line: str, answer: bool) -> None:
    courier = Asked(answer)
    assert await ruled(courier, says(line)) is answer
    assert courier.asked == ["-100 1001"]


@pytest.mark.parametrize("line", ["preset", "done 3", "digest on 9:00", "settings", "milk", ""])
async def test_nobody_is_asked_where_it_does_not_matter(line: str) -> None:
    courier = Asked(True)
    assert await ruled(courier, says(line)) is None
    assert await ruled(courier, says("preset all", Address("telegram", "", "1", True))) is None
    assert courier.asked == []


async def test_where_a_group_has_no_administrators_anybody_may() -> None:
    class Flat:
        async def ask(self, name: str, call: Callable[[Any], Awaitable[bool]]) -> bool:
            return await call(object())

    assert await ruled(Flat(), says("preset all")) is True


async def test_what_cannot_be_found_out_is_no_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruling, "WITHIN", 0.01)
    assert await ruled(Asked(ChatGone("kicked")), says("preset all")) is None
    assert await ruled(Asked(None), says("preset all")) is None


@pytest.mark.parametrize("line", ["preset all", "preset"])
async def test_what_nobody_foresaw_in_the_answer_is_kept_for_the_operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """The platform is told that its message arrived: else it would send it for ever."""

    async def rules(platform: Trouble, address: Address, user_id: str) -> bool:
        raise KeyError("status")

    monkeypatch.setattr(Trouble, "rules", rules, raising=False)
    async with talking(tmp_path) as talk:
        await talk.says(line, GROUP)
        kept = await talk.store.query(lambda work: work.failures.page())
        assert len(kept) == (line != "preset")
