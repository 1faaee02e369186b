"""The way into Slack from a page: which app it is, Slack is asked once, however often pages are
shown that nobody counts."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from adapters.slack import entrances
from adapters.slack.api import SlackApi
from adapters.slack.entrances import Entrances
from adapters.slack.installation import Installation
from adapters.slack.installs import Installed, Installs
from core.errors import Ambiguous, ChatGone, DeliveryError, RetryLater, Unsendable

ACME = Installation("T0ACME", "U0BOT", bot_id="B0BOT")
SAID = {"bot": {"app_id": "A0FLUX"}}
WAY = "https://slack.com/app_redirect?app=A0FLUX"


class Slack:
    """Says what it is told to; where that is nothing, nothing until `asked` is let go."""

    def __init__(self, *says: Exception | dict[str, Any] | None) -> None:
        self.says = list(says)
        self.asked = 0
        self.let_go = asyncio.Event()

    async def form(self, method: str, **_: str) -> dict[str, Any]:
        assert method == "bots.info"
        self.asked += 1
        said = self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        if said is None:
            await self.let_go.wait()
        return said or SAID


class Reaching:
    def __init__(self, *found: Installed) -> None:
        self.found = found

    async def reaching(self, scope: str) -> list[Installed]:
        return list(self.found)


def into(slack: Slack, *installs: Installation) -> Entrances:
    made = Entrances()
    found = (Installed(each, cast(SlackApi, slack)) for each in installs or (ACME,))
    made._installs = cast(Installs, Reaching(*found))
    return made


async def way(ways: Entrances, *, told: bool = False) -> str:
    try:
        return await ways.way_in("T0ACME", told=told)
    except DeliveryError:
        return ""


async def test_it_is_asked_once_and_names_the_workspace_to_who_may_know() -> None:
    slack = Slack(SAID)
    ways = into(slack)
    assert [await way(ways), await way(ways, told=True)] == [WAY, f"{WAY}&team=T0ACME"]
    assert slack.asked == 1


@pytest.mark.parametrize(
    "refused",
    [
        RetryLater(1.0, "ratelimited"),
        Ambiguous("request_timeout"),
        ChatGone("the app was uninstalled"),
        Unsendable("missing_scope"),
        {"bot": {}},
    ],
)
async def test_what_slack_does_not_say_it_is_not_asked_for_with_each_page(
    refused: Exception | dict[str, Any],
) -> None:
    slack = Slack(refused, SAID)
    ways = into(slack)
    assert [await way(ways) for _ in range(20)] == [""] * 20
    assert slack.asked == 1
    ways._asks_from = 0.0  # a minute later
    assert await way(ways) == WAY


async def test_the_control_without_a_rest_it_would_be() -> None:
    slack = Slack(*[RetryLater(1.0, "ratelimited")] * 3)
    ways = into(slack)
    for _ in range(3):
        ways._asks_from = 0.0
        await way(ways)
    assert slack.asked == 3


async def test_while_one_page_waits_for_slack_no_other_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(entrances, "PATIENCE", 0.2)
    slack = Slack(None, SAID)
    ways = into(slack)
    waiting = asyncio.create_task(way(ways))
    await asyncio.sleep(0)
    async with asyncio.timeout(0.1):
        assert [await way(ways) for _ in range(20)] == [""] * 20
    assert await waiting == ""
    assert slack.asked == 1


async def test_one_workspace_that_is_gone_hides_the_app_of_no_other() -> None:
    """An install says which app it is."""
    ways = into(Slack(ChatGone("the app was uninstalled")))
    assert await way(ways) == ""
    other = Installation("T0OTHER", "U0BOT", bot_id="B0BOT", app="A0FLUX")
    ways._installs = cast(Installs, Reaching(Installed(other, cast(SlackApi, Slack()))))
    assert await way(ways) == WAY
