"""Home tabs on their way to Slack: those of one person one after the other, so that what was sent
last is what is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from weakref import WeakValueDictionary

from adapters.slack.api import SlackApi
from adapters.slack.home import view
from core.chat import Home
from core.errors import ChatGone, DeliveryError, Unsendable
from core.installs import UNINSTALLED


class Tabs:
    """Publishes them. `command` is how the slash command is spelled."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show(self, api: SlackApi, user: str, home: Home) -> None:
        """In place of what the tab shows, in the workspace of this token."""
        turn = self._turns.setdefault(user, asyncio.Lock())  # gone with the last who waits for it
        async with turn:
            await api.call("views.publish", user_id=user, view=view(home, self._command))

    async def show_on_all(self, apis: Sequence[SlackApi], user: str, home: Home) -> None:
        """The same in every workspace that may have them: each has a tab of its own. Raises what
        the last one said where none has them."""
        shown = False
        refused: DeliveryError = ChatGone(UNINSTALLED)
        for api in apis:
            try:
                await self.show(api, user, home)
            except (ChatGone, Unsendable) as error:  # somebody of another workspace, it seems
                refused = error
            else:
                shown = True
        if not shown:
            raise refused
