"""What several people have in common: a task that is offered, a group, a channel."""

from __future__ import annotations

from tests.tour.player import Player
from tests.tour.tour import Tour


async def together(tour: Tour, ada: Player, ben: Player, cleo: Player) -> None:
    tour.chapter("A task for somebody else", "It is an offer: whoever gets it says yes or no.")
    await ben.writes("/start", "Hello Ben")
    await ada.writes("Paint the door @ben next week", "assigned a task to you")
    await ben.presses("Accept", "Ben accepted the task")

    tour.chapter("In a group, and in a channel", "One card for all; whoever wants to takes it.")
    await ada.turns_to("Flat 4")
    await ben.turns_to("Flat 4")
    await ben.writes("/add@fluxbot Water the garden tomorrow", "Water the garden")
    await ada.presses("Claim", "@Ada", on="Water the garden")
    await ada.turns_to("Fluxbot")
    await cleo.turns_to("#general")
    await cleo.writes("/task add Write the agenda !high #team tomorrow", "Write the agenda")
