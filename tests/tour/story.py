"""The whole tour, in its order."""

from __future__ import annotations

from tests.tour import on_slack, on_telegram, together
from tests.tour.player import Player
from tests.tour.tour import Tour


async def story(tour: Tour) -> None:
    ada, ben = Player(tour, "tg-ada"), Player(tour, "tg-ben")
    on_slack_ada, cleo = Player(tour, "sl-ada"), Player(tour, "sl-cleo")
    await on_telegram.first_task(tour, ada)
    await on_telegram.lists(tour, ada)
    await on_telegram.one_task(tour, ada)
    await on_telegram.numbers(tour, ada)
    await on_slack.connect(tour, ada, on_slack_ada)
    await on_slack.forms(tour, on_slack_ada, cleo)
    await together.together(tour, ada, ben, cleo)
    await on_slack.home(tour, on_slack_ada)
    await tour.whole("sandbox")
    await on_telegram.german(tour, ada)
