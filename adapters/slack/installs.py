"""Whose token serves which workspace: one fixed token, or those of the workspaces that installed
the app by themselves."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import aiohttp

from adapters.slack.api import SlackApi
from adapters.slack.ended import ended
from adapters.slack.installation import Installation, whose
from core.errors import ChatGone
from core.installs import UNINSTALLED, Granted, Install, Opened
from core.own_workspace import OwnWorkspace

log = logging.getLogger(__name__)

KEPT = 256
"""Clients kept ready: making one takes about 0.1 ms."""
UNKNOWN = Installation(team="", bot_user="")


class Book(Protocol):
    """Keeps who installed the app (`bot.installs.InstallBook`)."""

    async def find(self, team: str, enterprise: str) -> Opened | None: ...

    async def reaching(self, scope: str) -> Sequence[Opened]: ...

    async def begin(self, state_hash: str, session_hash: str, client: str) -> None: ...

    async def claim(self, state_hash: str, session_hash: str, client: str) -> bool: ...

    async def save(self, granted: Granted) -> None: ...

    async def refused(self, install: Install, why: str) -> None: ...

    async def ended(self, team: str, enterprise: str, why: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Installed:
    """A workspace or organisation that has the app, and how to call it."""

    us: Installation
    api: SlackApi
    by: str = ""
    """What `Installs.named` finds it by; empty for a fixed token. No secret."""


class Installs(Protocol):
    """Who has the app. All raise `DeliveryError` where Slack has to be asked and can't be."""

    async def of(self, payload: dict[str, Any]) -> Installed | None:
        """Whom a request is for; None where the app is not installed (any more)."""

    async def named(self, by: str) -> Installed | None:
        """The one of this name, if the app is still installed there."""

    async def reaching(self, scope: str) -> Sequence[Installed]:
        """Those who can write to a chat of this scope, best first."""

    async def ended(self, payload: dict[str, Any]) -> None:
        """What an event says of the app's being uninstalled."""

    async def start(self) -> None:
        """Learn what has to be asked. Raises `TokenRevoked` for a fixed token that is unknown."""


class OneToken(Installs):
    """The operator's own workspace, by the token from the settings."""

    def __init__(self, api: SlackApi, own: OwnWorkspace | None = None) -> None:
        """`own` is told whose token it is."""
        self._api = api
        self._own = own or OwnWorkspace()
        self._installed: Installed | None = None

    async def one(self) -> Installed:
        """Asks once."""
        if self._installed is None:
            us = await self._api.identify()
            self._own.team, self._own.enterprise = us.team, us.enterprise
            self._own.name = us.workspace
            self._installed = Installed(us, self._api)
        return self._installed

    async def of(self, payload: dict[str, Any]) -> Installed | None:
        return await self.one()

    async def named(self, by: str) -> Installed | None:
        return await self.one()

    async def reaching(self, scope: str) -> Sequence[Installed]:
        """Asks nothing: to send, the token is enough."""
        return [self._installed or Installed(UNKNOWN, self._api)]

    async def ended(self, payload: dict[str, Any]) -> None:
        """Nothing to note: Slack refuses the next call, and the operator is told."""

    async def start(self) -> None:
        await self.one()


class ManyTokens(Installs):
    """Whoever installed the app, and beside them the operator's own workspace, if it has a
    token. A token that Slack refuses ends one install, and no other."""

    def __init__(
        self,
        book: Book,
        base_url: str,
        session: aiohttp.ClientSession,
        own_token: str = "",
        own: OwnWorkspace | None = None,
    ) -> None:
        self.book = book
        self._base_url = base_url
        self._session = session
        self._ready: OrderedDict[tuple[str, str], Installed] = OrderedDict()
        api = SlackApi(own_token, base_url, session, self._lost_own) if own_token else None
        self._own = OneToken(api, own) if api else None

    async def of(self, payload: dict[str, Any]) -> Installed | None:
        return await self._find(*whose(payload))

    async def named(self, by: str) -> Installed | None:
        team, _, enterprise = by.partition("/")
        return await self._find(team, enterprise)

    async def reaching(self, scope: str) -> Sequence[Installed]:
        found = [self._made(each) for each in await self.book.reaching(scope)]
        return found or await self._own_if(scope)

    async def ended(self, payload: dict[str, Any]) -> None:
        end = ended(payload)
        if end is not None:
            await self.book.ended(end.team, end.enterprise, end.why, end.at)

    async def start(self) -> None:
        if self._own is not None:
            await self._own.one()

    async def _find(self, team: str, enterprise: str) -> Installed | None:
        opened = await self.book.find(team, enterprise)
        if opened is not None:
            return self._made(opened)
        own = await self._own_if(team) or await self._own_if(enterprise)
        return own[0] if own else None

    async def _own_if(self, scope: str) -> Sequence[Installed]:
        """The operator's own workspace, if this is it."""
        if self._own is None or not scope:
            return []
        try:
            own = await self._own.one()
        except ChatGone:
            return []
        return [own] if scope in (own.us.team, own.us.enterprise) else []

    def _made(self, opened: Opened) -> Installed:
        install = opened.install
        # The sealed text is another one after each install: so a client never outlives its token.
        key = (install.scope, install.token)
        made = self._ready.get(key) or self._make(opened)
        self._ready[key] = made
        self._ready.move_to_end(key)
        if len(self._ready) > KEPT:
            self._ready.popitem(last=False)
        return made

    def _make(self, opened: Opened) -> Installed:
        install = opened.install
        us = Installation(
            team=install.team,
            bot_user=install.bot_user,
            bot_id=install.bot_id,
            enterprise=install.enterprise,
            app=install.app,
        )
        lost = partial(self._lost, install)
        api = SlackApi(opened.token, self._base_url, self._session, lost)
        return Installed(us, api, by=f"{install.team}/{install.enterprise}")

    async def _lost(self, install: Install, why: str) -> str:
        log.warning("Slack refused the token of %s (%s)", install.scope, why)
        await self.book.refused(install, why)
        return UNINSTALLED

    async def _lost_own(self, why: str) -> str:
        log.error("Slack refused SLACK_BOT_TOKEN (%s); other workspaces go on", why)
        return why
