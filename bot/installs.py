"""The book of who installed the Slack app, as the adapter asks and keeps it."""

from __future__ import annotations

from datetime import datetime

from bot.settings import Settings
from bot.waiting import give_what_waited
from core.installs import Granted, Install, Opened
from core.limits import INSTALL_ADDRESS
from core.reaching import back, left
from core.store import Store
from core.vault import Vault
from core.work import Work


class InstallBook:
    """Asked for each request and each send: what was revoked a moment ago, by whichever process,
    is not used again."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    async def find(self, team: str, enterprise: str) -> Opened | None:
        """The install that serves a workspace. Raises `Unopenable`."""
        found = await self._store.query(lambda work: work.installs.find(team, enterprise))
        return self._open(found) if found is not None else None

    async def reaching(self, scope: str) -> list[Opened]:
        """The installs that can write to a chat of this scope, best first. Raises `Unopenable`."""
        found = await self._store.query(lambda work: work.installs.reaching(scope))
        return [self._open(each) for each in found]

    def _open(self, install: Install) -> Opened:
        return Opened(install, self._vault.open(install.token, install.place))

    async def begin(self, state_hash: str, session_hash: str, client: str) -> None:
        """As `Installs.begin`. `client`: the address that asks. Raises `RateLimited`."""

        def begin(work: Work) -> None:
            work.limits.use(INSTALL_ADDRESS, client)
            work.installs.begin(state_hash, session_hash)

        await self._store.mutate(begin)

    async def claim(self, state_hash: str, session_hash: str, client: str) -> bool:
        """As `Installs.claim`; counted also where it fails. Raises `RateLimited`."""

        def claim(work: Work) -> bool:
            work.limits.use(INSTALL_ADDRESS, client)
            return work.installs.claim(state_hash, session_hash)

        return await self._store.mutate(claim)

    async def save(self, granted: Granted) -> None:
        """The app was installed, for the first time or again."""

        def save(work: Work) -> None:
            install = work.installs.save(granted, self._vault)
            for chat in back(work, install):
                give_what_waited(work, chat)

        await self._store.mutate(save)

    async def refused(self, install: Install, why: str) -> None:
        """Slack does not know this install's token any more."""
        await self._store.mutate(lambda work: _revoke(work, install, why, install.installed_at))

    async def ended(self, team: str, enterprise: str, why: str, at: datetime) -> None:
        """Slack says that the app was uninstalled, or its token revoked, at that time."""

        def end(work: Work) -> None:
            install = work.installs.named(team, enterprise)
            if install is not None:
                _revoke(work, install, why, at)

        await self._store.mutate(end)


def vault_of(settings: Settings) -> Vault:
    """What seals with this service's key, and opens with the one before it."""
    old = settings.secret_key_old
    return Vault(settings.secret_key(), old.get_secret_value().encode() if old else None)


def _revoke(work: Work, install: Install, why: str, since: datetime) -> None:
    if work.installs.revoke(install.id, why, since):
        left(work, install)
