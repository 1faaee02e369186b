"""The first minutes on Telegram, alone with the bot."""

from __future__ import annotations

from tests.tour.player import Player
from tests.tour.tour import Tour


async def first_task(tour: Tour, ada: Player) -> None:
    tour.chapter("The first word", "On Telegram a chat with a bot begins with Start.")
    await ada.writes("/start", "it becomes a task")

    tour.chapter(
        "A task in one line",
        "Priority, list and date are read from the line. The hour is the first one, so the bot "
        "asks where Ada is; the task is kept meanwhile. A list that is named for the first time "
        "could be a slip of the finger, so it is offered.",
    )
    await ada.writes("Pay the rent tomorrow 5pm !high #home", "Which is your time zone?")
    await ada.picture("first-task", "The card of the first task, and the question where Ada is")
    await ada.presses("Another", "A city, or a name")
    await ada.writes("Berlin", "Your time zone is Europe/Berlin")
    await ada.presses("Create #home", "Open - high - #home", on="#1 Pay the rent")

    tour.chapter(
        "What was understood, and putting it right",
        "What could be meant in two ways is "
        "asked; each part has a button that corrects it; whoever edits their message "
        "changes the task.",
    )
    await ada.writes("Dentist 03/04", "which one?")
    await ada.presses("No date", "#2 Dentist 03/04", on="which one?")
    await ada.edits("Dentist 03/04", "Dentist in 5 days 9:30 !high", "as your message was")
    await ada.writes("Bread\nMilk today\nCoffee for Ben ~shop", "Added 3 tasks.")
    await ada.presses("Undo", "Undone", on="Added 3 tasks.")


async def lists(tour: Tour, ada: Player) -> None:
    tour.chapter(
        "A list, and some of it",
        "A list is there once something is in it. A number opens the card.",
    )
    await ada.writes("Buy bread today #shop", "Create it?")
    await ada.presses("Create #shop", "Open - #shop", on="#6 Buy bread")
    await ada.writes("Read the manual", "#7 Read the manual")
    await ada.writes("/list", "Open tasks 1-4 of 4")
    await ada.picture("list", "Four open tasks, with a button for each", height=640)
    await ada.presses("Filter", "What should the list show?")
    await ada.presses("List", "#shop")
    await ada.presses("#shop", "1-1 of 1")
    await ada.presses("1", "#6 Buy bread", on="#6 Buy bread")


async def one_task(tour: Tour, ada: Player) -> None:
    tour.chapter("Another day, from a calendar", "Everything about a task happens on its card.")
    await ada.writes("/7", "#7 Read the manual")
    await ada.presses("Due", "When is it due?", on="#7 Read the manual")
    await ada.presses("Pick a day", "Due on which day?")
    await ada.turns_the_month("Due on which day?")
    await ada.picture("calendar", "The card of a task with a month of buttons")
    await ada.presses("15", "#7 Read the manual", on="Due on which day?")

    tour.chapter("Done, and not done after all", "Whatever one does has an Undo for ten minutes.")
    await ada.presses("Done", "Done by Ada", on="#6 Buy bread")
    await ada.presses("Undo", "Done", on="#6 Buy bread")

    tour.chapter(
        "Later, and again",
        "Snoozing leaves the date as it is; what repeats comes again when it is done.",
    )
    await ada.presses("Snooze", "When shall I remind you?", on="#6 Buy bread")
    await ada.presses("Tomorrow 09:00", "remind", on="#6 Buy bread")
    await ada.writes("Water the plants every weekday", "#8 Water the plants")
    await ada.presses("Done", "Water the plants", on="#8 Water the plants")

    tour.chapter("A note, and finding it", "To reply to a card is to add a note.")
    await ada.replies("#6 Buy bread", "The dark one with seeds", "Noted")
    await ada.presses("Notes", "The dark one with seeds", on="Noted")
    await ada.picture("note", "The card of a task with its note", height=640)
    await ada.writes("/find seeds", "Buy bread")


async def numbers(tour: Tour, ada: Player) -> None:
    tour.chapter("Settings and the digest", "Each setting has a button and words to type.")
    await ada.writes("/settings", "Settings")
    await ada.presses("Digest", "One message")
    await ada.presses("Weekdays 08:30", "weekdays 08:30")
    await ada.picture("digest", "The digest is set to weekdays at 08:30")
    await ada.writes("/digest now", "Buy bread")

    tour.chapter(
        "What was done, and all of it as a file",
        "The picture says nothing that is not said in words, too.",
    )
    await ada.writes("/stats", "Your tasks")
    await ada.presses("Chart", "picture:")
    await ada.picture("chart", "A bar for each week")
    await ada.writes("/export csv", "[Save ")

    tour.chapter("A kind word", "It is answered, and makes no task.")
    await ada.writes("thanks!", "You are welcome.")


async def german(tour: Tour, ada: Player) -> None:
    tour.chapter("In another language", "For this person alone, in every chat of theirs.")
    await ada.writes("/language de", "Sprache: Deutsch")
    await ada.writes("Blumen gießen morgen 18 Uhr", "Blumen gießen")
    await ada.writes("/list", "Offene Aufgaben")
    await ada.picture("german", "The list in German, at night", height=800, dark=True)
