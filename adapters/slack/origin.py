"""Where a modal was opened from. Slack gives it back with the answers, in `private_metadata`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Self

import orjson

from adapters.slack.limits import PRIVATE_METADATA
from core.addresses import Address
from core.errors import Unsendable


@dataclass(frozen=True, slots=True)
class Origin:
    """The command that the answers complete, and the chat and message to answer in."""

    line: str
    scope: str
    chat: str
    private: bool
    thread: str = ""
    title: str = ""
    message: str = ""
    url: str = ""
    """`response_url` of what opened the modal."""
    ephemeral: bool = False
    screen: str = ""
    """The modal below, in which the answer is shown (`Ticket.screen`)."""
    home: bool = False
    """Opened from the Home tab."""
    pane: str = ""
    """Opened from the details of this task (`Inbound.pane`)."""

    @property
    def address(self) -> Address:
        return Address("slack", self.scope, self.chat, self.private, self.thread, self.title)

    def pack(self) -> str:
        """At most `PRIVATE_METADATA` characters; raises `Unsendable` for a line of that length."""
        packed = _dump(self)
        if len(packed) > PRIVATE_METADATA:
            packed = _dump(replace(self, title=""))
        if len(packed) > PRIVATE_METADATA:
            raise Unsendable(f"a form's line of {len(self.line)} characters")
        return packed

    @classmethod
    def unpack(cls, packed: str) -> Self | None:
        """None for what `pack` did not make."""
        try:
            return cls(**orjson.loads(packed))
        except (orjson.JSONDecodeError, TypeError):
            return None


def _dump(origin: Origin) -> str:
    return orjson.dumps(
        {name: value for name, value in asdict(origin).items() if value != ""}
    ).decode()
