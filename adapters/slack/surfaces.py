"""What the bot shows beside messages: Home tabs, marks under messages, previews of links."""

from __future__ import annotations

from adapters.slack import links, reactions
from adapters.slack.installs import Installs
from adapters.slack.previews import Previews
from adapters.slack.render import draw
from adapters.slack.ticket import split_ref
from core.addresses import Address
from core.chat import Quoted, Reply


class Surfaces:
    """Of all workspaces that installed the app."""

    _installs: Installs
    _previews: Previews
    _command: str

    async def message_under(self, address: Address, message: str) -> Quoted | None:
        """As `core.ports.Reacted`."""
        by = await self._installs.reaching(address.scope)
        return await reactions.message_under(by[-1].api, address, message) if by else None

    async def mark(self, address: Address, message: str, *, on: bool) -> None:
        """As `core.ports.Reacted`."""
        for by in (await self._installs.reaching(address.scope))[-1:]:
            await reactions.mark(by.api, message, on=on)

    async def unfurl(self, address: Address, message: str, url: str, reply: Reply) -> bool:
        """As `core.ports.Unfurls`. The message must be one of that chat: its name went through a
        button."""
        if split_ref(message)[0] != address.chat:
            return False
        for by in (await self._installs.reaching(address.scope))[-1:]:
            blocks = draw(reply, self._command)["blocks"]
            return await self._previews.show(by, message, url, blocks, reply.entity)
        return False

    async def ask_author(self, address: Address, message: str, reply: Reply) -> None:
        """As `core.ports.Unfurls`."""
        for by in (await self._installs.reaching(address.scope))[-1:]:
            await links.ask_author(by.api, message, draw(reply, self._command)["blocks"])
