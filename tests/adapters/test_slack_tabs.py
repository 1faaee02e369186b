"""Two drawings of one person's Home tab that are on their way at once: the later one stays."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.sandbox.model import Json
from adapters.sandbox.slack import SlackSide
from adapters.sandbox.slack_home import views_publish
from adapters.sandbox.slack_methods import METHODS
from adapters.slack.platform import SlackPlatform
from adapters.slack.tabs import Tabs
from core.addresses import Address
from core.chat import Home, Reply
from core.errors import ChatGone
from tests.adapters.contract import SLACK, Desk, desk_for


@contextmanager
def slow_at_first(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Slack takes its time for the first drawing, and none for others."""
    waits = [0.3]

    async def publish(side: SlackSide, args: Json) -> Json:
        await asyncio.sleep(waits.pop() if waits else 0)
        return await views_publish(side, args)

    with monkeypatch.context() as patched:
        patched.setitem(METHODS, "views.publish", publish)
        yield


def tab(text: str) -> Home:
    return Home((Reply(text=text),), 1, 1)


async def both(desk: Desk) -> str:
    here = SLACK.private_address
    old = asyncio.create_task(desk.platform.show(here, tab("old")))
    await asyncio.sleep(0.1)
    await asyncio.gather(old, desk.platform.show(here, tab("new")))
    return str(desk.sandbox.world.homes[SLACK.me])


async def test_the_later_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_for(SLACK) as desk:
        with slow_at_first(monkeypatch):
            assert "new" in await both(desk)


async def test_without_turns_the_older_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(self: Tabs, api: object, user: str, home: Home) -> None:
        made = Tabs("/task")
        await show(made, api, user, home)  # type: ignore[arg-type]  # as it was given

    show = Tabs.show
    async with desk_for(SLACK) as desk:
        monkeypatch.setattr(Tabs, "show", at_once)
        with slow_at_first(monkeypatch):
            assert "old" in await both(desk)


async def test_of_somebody_whom_nobody_has_there_is_no_tab() -> None:
    async with desk_for(SLACK) as desk:
        stranger = Address("slack", "T0ACME", "U0NOBODY", private=True)
        with pytest.raises(ChatGone):
            await desk.platform.show(stranger, tab("new"))


async def test_nothing_is_kept_of_who_waits_no_more() -> None:
    async with desk_for(SLACK) as desk:
        assert isinstance(desk.platform, SlackPlatform)
        await desk.platform.show(SLACK.private_address, tab("new"))
        assert not desk.platform._tabs._turns
