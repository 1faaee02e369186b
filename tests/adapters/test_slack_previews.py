"""Below a link stands a Work Object, or blocks where Slack takes none."""

from __future__ import annotations

import pytest

from adapters.slack.installs import Installed
from adapters.slack.previews import PLAIN_FOR, Previews
from core.chat import Entity
from tests.adapters.slack_failure import Failure
from tests.adapters.slack_kit import MILK, URL, US, Wired, wired


class Seconds:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


async def shown(slack: Wired, made: Previews, entity: Entity | None = MILK) -> bool:
    by = Installed(US, slack.platform._api)  # the adapter's own, for one call
    return await made.show(by, "C0HOME/1.2", URL, [{"type": "divider"}], entity)


def ways(slack: Wired) -> list[str]:
    calls = slack.slack.called("chat.unfurl")
    return ["object" if "metadata" in each else "blocks" for each in calls]


async def test_where_slack_takes_none_blocks_are_shown_and_for_a_while_none_is_tried() -> None:
    clock = Seconds()
    async with wired() as slack:
        made = Previews(objects=True, clock=clock)
        slack.slack.fail("chat.unfurl", Failure("error_processing_metadata"))
        for after in (0.0, PLAIN_FOR - 1, PLAIN_FOR):
            clock.at = after
            assert await shown(slack, made)
        assert ways(slack) == ["blocks", "blocks", "object"]


async def test_a_warning_of_what_slack_ignores_counts_as_a_refusal() -> None:
    async with wired() as slack:
        slack.slack.warning = "missing_charset,invalid_metadata_format"
        assert await shown(slack, Previews(objects=True))
        assert ways(slack) == ["object", "blocks"]


@pytest.mark.parametrize("refusal", ["cannot_find_message", "cannot_find_channel"])
async def test_where_the_message_is_gone_it_is_no_matter_of_objects(refusal: str) -> None:
    async with wired() as slack:
        made = Previews(objects=True)
        slack.slack.fail("chat.unfurl", Failure(refusal))
        assert not await shown(slack, made)
        assert await shown(slack, made)
        assert ways(slack) == ["object"]


@pytest.mark.parametrize(("on", "entity"), [(False, MILK), (True, None)])
async def test_without_the_feature_or_a_task_there_are_blocks(
    on: bool, entity: Entity | None
) -> None:
    async with wired() as slack:
        assert await shown(slack, Previews(objects=on), entity)
        assert ways(slack) == ["blocks"]


async def test_what_blocks_cannot_show_either_is_not_remembered() -> None:
    async with wired() as slack:
        made = Previews(objects=True)
        slack.slack.fail("chat.unfurl", Failure("no_permission"), 2)
        assert not await shown(slack, made)
        assert await shown(slack, made)
        assert ways(slack) == ["object"]
