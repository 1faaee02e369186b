"""Counts, what was done week by week, and a picture of it."""

from __future__ import annotations

import base64

import pytest

from adapters.sandbox import Message
from adapters.sandbox.files import PNG
from tests.service_kit import Town, labels
from tests.stories.cast import PLATFORMS, Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


def picture(message: Message) -> dict[str, str] | None:
    return next((each for each in message.blocks if each["kind"] == "picture"), None)


async def drawn(who: Somebody, text: str = "What you completed in 12 weeks") -> Message:
    """The picture that they are sent."""
    message = await who.hears(text)
    shown = picture(message)
    assert shown
    assert base64.b64decode(shown["png"]).startswith(PNG)
    return message


async def test_counts_and_weeks(ada: Somebody) -> None:
    for line in ("a", "b", "c", "d due 2020-01-01"):
        await ada.writes(line, "Added ")
    await ada.does("done 1", "Done by")
    await ada.does("done 2", "Done by")
    await ada.does("begin 3", "Started.")
    message = await ada.does("stats", "Your tasks")
    said = words(message)
    for name in ("total: 4", "completed: 2", "in progress: 1", "pending: 1", "overdue: 1"):
        assert name in said
    assert "streak: 1 day in a row" in said
    lines = said.splitlines()
    this = next(each for each in lines if "This week: 2 done" in each)
    assert "[##########]" in this or "[##########]" in lines[lines.index(this) + 1]
    assert "Last week: 0 done" in said
    assert said.index("This week") < said.index("Last week") < said.index("Week of")
    assert labels(message) == ["Open", "Overdue", "Chart"]


async def test_nothing_done_is_no_bars(ada: Somebody) -> None:
    await ada.writes("a", "Added ")
    message = await ada.does("stats", "total: 1")
    assert "This week" not in words(message)
    assert "Chart" not in labels(message)


async def test_a_chart_by_its_button_and_by_its_line(ada: Somebody) -> None:
    await ada.writes("a", "Added ")
    await ada.does("done 1", "Done by")
    counts = await ada.does("stats", "Your tasks")
    await ada.presses(counts, "Chart")
    first = await drawn(ada, "What you completed in 12 weeks: 1.")
    assert "Your tasks" in words(counts)  # the press replaced nothing
    await ada.does("stats chart", "One moment: I draw it.")
    before = {first.id}
    await ada.hears("What you completed", but=before)


async def test_whoever_does_not_see_it_reads_it(ada: Somebody) -> None:
    await ada.writes("a", "Added ")
    await ada.does("done 1", "Done by")
    await ada.does("stats chart", "One moment")
    message = await drawn(ada)
    shown = picture(message)
    assert shown
    alt = shown["alt"] if ada.platform == "slack" else words(message)  # Telegram has no alt text
    assert "Tasks that you completed, by the week that began on:" in alt
    assert alt.rstrip(".").endswith(": 1")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_asked_for_in_a_group_it_comes_in_private(town: Town, platform: str) -> None:
    ada, ben = newcomer(town, platform), newcomer(town, platform, "Ben")
    await ada.does("start", "Hello")
    room = group_of(town, ada, ben)
    await ada.says(ada.spelled("stats chart", group=True), room)
    assert (await drawn(ada)).chat == ada.chat
    assert not ben.seen(room)
