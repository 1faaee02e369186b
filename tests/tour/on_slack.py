"""The same tasks on Slack, and what only Slack has."""

from __future__ import annotations

from tests.tour.player import Player
from tests.tour.tour import Tour


async def connect(tour: Tour, telegram: Player, slack: Player) -> None:
    tour.chapter(
        "The same tasks on Slack",
        "A code from the one chat, sent from the other. Both "
        "are asked, so nobody is connected by a mistake or a trick.",
    )
    await telegram.writes("/link", "Send me this code")
    await slack.writes(f"/task link {await telegram.code()}", "Connect to the account of Ada?")
    await slack.picture("connect", "Slack asks whether to connect to Ada's account", height=640)
    await slack.presses("Yes, connect", "Connect this chat to your account?")
    await telegram.presses("Yes, that is me", "are one account")

    tour.chapter("Done here, told there", "Completed on Telegram, told on Slack.")
    await telegram.presses("Done", "You completed the task", on="#7 Read the manual")
    await slack.picture("told", "Slack tells what was completed on Telegram", height=640)


async def forms(tour: Tour, ada: Player, cleo: Player) -> None:
    tour.chapter("A form", "What a command lacks is asked in a form.")
    await ada.writes("/task add", "New task")
    await ada.picture("form", "Slack's form for a new task")
    await ada.fills(
        "Plan the party", title="Plan the party", category="home", due="2031-11-28", time="18:30"
    )
    await ada.chooses("Next Mon", "Plan the party", of="Plan the party")

    tour.chapter("A message becomes a task", "From the menu that Slack has on every message.")
    await cleo.turns_to("#general")
    await ada.turns_to("#general")
    await cleo.says("Can somebody book the room for Monday?")
    await ada.chooses("Turn into task", "Can somebody book the room", of="book the room")
    await ada.sends("sends the form as it is", "book the room")
    await ada.picture("shortcut", "The card of a message that became a task", height=640)


async def home(tour: Tour, ada: Player) -> None:
    tour.chapter("The Home tab", "All of one's own, with a box to tick.")
    await ada.turns_to("Home", "open tasks")
    await ada.picture("home", "The Home tab with the tasks by day", height=1000)
    await ada.ticks("Buy bread", "Done today")
    await ada.presses("Settings", "Quiet hours")
    await ada.fills("22:00", quiet="22:00 8:00")
