"""What help explains beside the commands."""

from __future__ import annotations

TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tasks": (
        "A task is one line: its title and, in any order behind it, !high for a priority, #home "
        "for a list, @alice for whoever does it. A date stands at the end or the beginning: "
        'tomorrow 5pm, by fri. What is in "quotes" is kept as it stands. Several lines are several '
        "tasks.",
        (
            "add Buy milk !high #home tomorrow 5pm",
            "edit 42 Buy oat milk",
            "begin 42",
            "done 42 43",
            "reopen 42",
            "cancel 42",
            "delete 42",
            "undo",
        ),
    ),
    "lists": (
        "Lists show the newest first, eight at a time. Words narrow them, also together.",
        ("list", "list overdue", "list done #home", "list !high", "stats"),
    ),
    "dates": (
        "I read: today, tonight, tomorrow, fri, next fri (of the week after), this weekend, "
        "24 nov, 24.11., 2026-11-24, in 3 days, end of month, each also with a time: 5pm, 17:00, "
        "noon. In German, too: morgen um 17 Uhr. A time that has passed today is tomorrow's. A "
        "date that could be two is asked.",
        ("due 42 fri 17:00", "due 42 none", "timezone Berlin"),
    ),
    "reminders": (
        "Whoever does a task is reminded of it when it is due; where it has no time, at 9:00 of "
        "that day. It can come before, or not at all. A snooze is yours alone: the task stays due "
        "when it is.",
        (
            "add Call Ben tomorrow 5pm remind 30m",
            "remind 42 1d",
            "remind 42 off",
            "snooze 42 2h",
            "snooze 42 fri 9:00",
        ),
    ),
    "people": (
        "Mention somebody to give them a task. They are told in their chats, can complete it or "
        "give it back; only you can change it. When it is done, both of you are told.",
        ("assign 42 @bob", "assign 42 me", "assign 42 nobody", "decline 42"),
    ),
    "chats": (
        "One account can have several chats with the same tasks: get a code in this one, send it "
        "to me from the other, and say yes in both. Never give a code to anybody else. Tasks that "
        "the other chat had stay apart until you move them, and for a day all of it can be undone.",
        ("link", "whoami", "notify off", "unlink"),
    ),
    "payments": (
        "A plan says how much I keep for you. You pay on a page of our payment partner Polar, "
        "never in a chat; whatever it costs is said before. If nothing is sold here, everything is "
        "included.",
        ("plan", "plans", "plan change", "plan cancel", "plan web", "subscriptions"),
    ),
    "data": (
        "Everything that I keep about you can be read, taken along and deleted, from any chat that "
        "is yours.",
        ("privacy", "export csv", "export all", "security", "forget-me"),
    ),
    "groups": (
        "In a group I hear commands and my name. A task made there has one card that everybody "
        "sees, and anybody can claim it. Everything else I answer privately.",
        ("add Water the plants", "list"),
    ),
}
"""Topic -> what to know, and lines to try."""
