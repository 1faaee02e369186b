"""Who types and presses in the trials of the bot, where, and what they have there."""

from __future__ import annotations

from dataclasses import dataclass

from core import schema
from core.addresses import Address, Sender
from core.chat import Inbound, Kind
from core.work import Work

EFFECTS = (
    schema.task, schema.concern, schema.reminder, schema.note, schema.account, schema.identity,
    schema.digest, schema.question, schema.change_task, schema.link_attempt,
)  # fmt: skip
ADA, BEN = Sender("telegram", "", "1", "Ada", "ada", "en"), Sender("telegram", "", "2", "Ben")
SADA, SBEN = Sender("slack", "T1", "U1", "Ada", "ada", "en"), Sender("slack", "T1", "U2", "Ben")


@dataclass(frozen=True)
class Seat:
    """Somebody in a chat, and a colleague."""

    ada: Sender
    ben: Sender
    address: Address
    typed: Kind
    """How a typed command arrives."""

    @property
    def forms(self) -> bool:
        return self.ada.platform == "slack"

    def says(self, who: Sender, key: str, line: str) -> Inbound:
        """Typed, Ada's here and Ben's at home."""
        home = Address(who.platform, who.scope, who.user_id, private=True)
        return Inbound(
            f"{who.platform}:{key}",
            Kind.COMMAND,
            who,
            self.address if who is self.ada else home,
            line,
            people={"@ada": self.ada, "@ben": self.ben},
            forms=self.forms,
        )


SEATS = {
    "telegram": Seat(ADA, BEN, Address("telegram", "", "1", private=True), Kind.COMMAND),
    "group": Seat(ADA, BEN, Address("telegram", "", "-5", private=False), Kind.COMMAND),
    "slack": Seat(SADA, SBEN, Address("slack", "T1", "U1", private=True), Kind.ADDRESSED),
    "channel": Seat(SADA, SBEN, Address("slack", "T1", "C1", private=False), Kind.ADDRESSED),
}

LIVE = """\
Buy milk !high #home
Call the bank 2026-01-06 17:00
Water plants ~green every day
Old report 2020-01-01
Begun
Given up
Bins #home @ben
"""
"""Tasks of Ada's, by number; then some become what they are."""
THEN = ("begin 5", "cancel 6", "note 1 two litres", "done 4", "snooze 1 2h", "timezone Berlin")


def live(seat: Seat) -> list[tuple[Sender, str]]:
    """What was said before anything is tried."""
    ada = ("start", f"add {LIVE}", *THEN)
    mine = [(seat.ada, line) for line in ada]
    return [(seat.ben, "start"), *mine, (seat.ben, "add Coffee @ada")]


def effects(work: Work) -> list[list[str]]:
    """All that is kept, as far as it is about tasks and people."""
    return [sorted(map(repr, work.connection.execute(each.select()))) for each in EFFECTS]
