"""What `POST /api/link` is answered with: the way for a user of the operator's app into a chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from core.codes import shown
from core.limits import APP_LINK, APP_LINK_ADDRESS
from core.ports import AppTokens, SignedIn
from core.store import Store
from core.work import Work

ENTRANCE_START = "l_"
"""How a deep link's payload begins that holds such a code (`product.md` 1.3)."""


class AppAsking:
    """`ask` is the one function that the route is given."""

    def __init__(
        self,
        *,
        store: Store,
        tokens: AppTokens,
        telegram: Callable[[], Awaitable[str]] | None,
        slack_command: str,
    ) -> None:
        """`telegram`: the address that opens the chat with the bot there, or nothing; None where
        there is no Telegram. `slack_command`: as typed, empty where there is no Slack."""
        self._store = store
        self._tokens = tokens
        self._telegram = telegram
        self._slack_command = slack_command

    async def ask(self, token: str, client: str) -> Mapping[str, str | datetime]:
        """A link for whoever the token names. Raises `core.errors.SignInError` for a token that
        cannot be believed, `RateLimited`."""
        await self._store.mutate(lambda work: work.limits.use(APP_LINK_ADDRESS, client))
        who = await self._tokens.verify(token)
        await self._store.mutate(lambda work: work.limits.use(APP_LINK, _key(who)))
        code, until = await self._store.mutate(lambda work: _issue(work, who))
        found: dict[str, str | datetime] = {"expires_at": until}
        if self._slack_command:
            found["slack"] = f"{self._slack_command} link {shown(code)}"
        if self._telegram and (chat := await self._telegram()):
            found["telegram"] = f"{chat}?start={ENTRANCE_START}{code}"
        return found


def _issue(work: Work, who: SignedIn) -> tuple[str, datetime]:
    return work.app_links.issue(who.issuer, who.subject, who.name)


def _key(who: SignedIn) -> str:
    """Whose allowance."""
    return f"{who.issuer} {who.subject}"
