"""A Slack form whose trigger has expired: the person reads so, and opens it by a button."""

from __future__ import annotations

import pytest

from tests.service_kit import Town
from tests.stories.cast import group_of, newcomer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("in_channel", [False, True])
async def test_a_form_that_came_too_late_is_opened_by_its_button(
    town: Town, monkeypatch: pytest.MonkeyPatch, in_channel: bool
) -> None:
    ada = newcomer(town, "slack")
    chat = group_of(town, ada) if in_channel else ""
    await ada.does("hello", "Hello")
    with monkeypatch.context() as late:
        late.setattr(town.sandbox.slack.views, "trigger_life", 0.0)
        said = await ada.does("add", "could not open the form in time", chat)
    await ada.presses(said, "Open the form")
    await ada.fills(title="Buy milk")
    await ada.hears("Buy milk", chat)
