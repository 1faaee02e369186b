"""The Slack workspaces and organisations that installed the app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.install_rows import (
    ALL,
    BEGIN,
    BY_ID,
    CLAIM,
    FORGET_STATES,
    OF_ENTERPRISE,
    OF_TEAM,
    REVOKE,
    SAVE,
    SEAL_AGAIN,
    Granted,
    Install,
    Opened,
    place_of,
    read_install,
)
from core.vault import Vault

if TYPE_CHECKING:
    from core.work import Work

__all__ = ["Granted", "Install", "Installs", "Opened"]

PLATFORM = "slack"
STATE_LIFE = timedelta(minutes=10)
"""How long a browser may take at Slack's page; what slack_sdk's own store gives it."""
UNINSTALLED = "the app was uninstalled"
"""Why nothing can be sent to a chat of a workspace that is gone (`Chat.gone`)."""


class Installs:
    """Who has the app, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def save(self, granted: Granted, vault: Vault) -> Install:
        """Somebody installed the app, for the first time or again. Whatever had stopped because it
        was uninstalled goes on (`core.reaching.back`)."""
        place = place_of(granted.enterprise, granted.team)
        values = {
            "enterprise": granted.enterprise,
            "team": granted.team,
            "app": granted.app,
            "bot_user": granted.bot_user,
            "bot_id": granted.bot_id,
            "name": granted.name[:128],
            "token": vault.seal(granted.token, place),
            "scopes": granted.scopes,
            "installed_by": granted.installed_by,
            "installed_at": self._work.now,
            "revoked_at": None,
            "why": "",
        }
        return read_install(self._work.run(SAVE, values).one())

    def find(self, team: str, enterprise: str) -> Install | None:
        """The install that serves a workspace: its own, else that of its organisation."""
        own = self._work.run(OF_TEAM, {"team": team}).first() if team else None
        if own is not None and own.revoked_at is None:
            return read_install(own)
        # The workspace's own install may have given way to one for all of its organisation.
        organisation = enterprise or (own.enterprise if own is not None else "")
        found = self._of_enterprise(organisation, most=1) if organisation else []
        return found[0] if found and not found[0].team else None

    def reaching(self, scope: str) -> list[Install]:
        """The installs that can write to a chat of this scope, best first. For people of an
        organisation without an install for all of it these are those of its workspaces: which of
        them somebody is in, only Slack knows."""
        if scope.startswith("E"):
            return self._of_enterprise(scope, most=50)
        found = self.find(scope, "")
        return [found] if found is not None else []

    def place(self, scope: str) -> str:
        """A workspace or organisation for people to read: its name where it is known, else its id.
        Empty for an empty scope."""
        found = self.reaching(scope) if scope else []
        name = found[0].name if len(found) == 1 else ""
        return name or self._work.own.named(scope) or scope

    def _of_enterprise(self, enterprise: str, most: int) -> list[Install]:
        values = {"enterprise": enterprise, "most": most}
        found = [read_install(row) for row in self._work.run(OF_ENTERPRISE, values)]
        return found[:1] if found and not found[0].team else found

    def named(self, team: str, enterprise: str) -> Install | None:
        """Exactly this install, revoked or not; for the whole organisation where `team` is
        empty."""
        if team:
            row = self._work.run(OF_TEAM, {"team": team}).first()
            return read_install(row) if row is not None else None
        found = self._of_enterprise(enterprise, most=1) if enterprise else []
        return found[0] if found and not found[0].team else None

    def by_id(self, install: int) -> Install | None:
        row = self._work.run(BY_ID, {"id": install}).first()
        return read_install(row) if row is not None else None

    def page(self, *, after: int = 0, most: int = 100) -> list[Install]:
        """All of them by id, revoked ones too."""
        values = {"after": after, "most": most}
        return [read_install(row) for row in self._work.run(ALL, values)]

    def revoke(self, install: int, why: str, since: datetime) -> bool:
        """Nothing is sent under this install any more, and its token is dropped. False when that
        is so already, or when it was installed again after `since`: what happened before that
        says nothing about the new token."""
        values = {"install": install, "since": since, "reason": why[:64], "now": self._work.now}
        return self._work.run(REVOKE, values).first() is not None

    def seal_again(self, installs: Sequence[Install], vault: Vault) -> int:
        """Seal with the current key what the old one sealed; how many. What changed meanwhile was
        sealed by whoever changed it. Raises `Unopenable`."""
        sealed = 0
        for each in installs:
            if each.token and not each.token.startswith(f"{vault.current}."):
                after = vault.seal(vault.open(each.token, each.place), each.place)
                values = {"install": each.id, "before": each.token, "after": after}
                sealed += self._work.run(SEAL_AGAIN, values).first() is not None
        return sealed

    def begin(self, state_hash: str, session_hash: str) -> None:
        """A browser is sent to Slack to install."""
        self._work.run(
            BEGIN,
            {"state_hash": state_hash, "session_hash": session_hash, "created_at": self._work.now},
        )

    def claim(self, state_hash: str, session_hash: str) -> bool:
        """The same browser is back, for the first time and not too late."""
        since = self._work.now - STATE_LIFE
        values = {"state": state_hash, "session": session_hash, "since": since}
        return self._work.run(CLAIM, values).first() is not None

    def forget(self) -> None:
        """Drop the browsers that never came back."""
        self._work.run(FORGET_STATES, {"before": self._work.now - STATE_LIFE})
