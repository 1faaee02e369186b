"""What help explains beside the commands."""

from __future__ import annotations

from bot.language import N_

TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tasks": (
        N_(
            "A task is one line: its title and, in any order behind it, !high for a "
            "priority, #home for a list, ~errand for a label, @alice for whoever does it. A date "
            "stands at the end or the beginning: tomorrow 5pm, by fri. What is in "
            '"quotes" is kept as it stands. Several lines are several tasks.'
        ),
        (
            N_("add Buy milk !high #home tomorrow 5pm"),
            N_("edit 42 Buy oat milk"),
            "begin 42",
            "done 42 43",
            "reopen 42",
            "cancel 42",
            "delete 42",
            N_("note 42 from the corner shop"),
            "label 42 ~errand",
            "share 42",
            "undo",
        ),
    ),
    "lists": (
        N_("Lists show what is due first, eight at a time. Words narrow them, also together."),
        (
            "list",
            N_("list overdue"),
            N_("list done #home"),
            "list !high ~errand",
            N_("find milk"),
            "bulk done #home",
            "stats",
            "stats chart",
        ),
    ),
    "dates": (
        N_(
            "I read: today, tonight, tomorrow, fri, next fri (of the week after), this "
            "weekend, 24 nov, 24.11., 2026-11-24, in 3 days, end of month, each also with a "
            "time: 5pm, 17:00, noon. In German, too: morgen um 17 Uhr. A time that has "
            "passed today is tomorrow's. A date that could be two is asked. A chat can have a time "
            "zone of its own, for the dates that are read and shown there; your digest and your "
            "quiet hours go by yours, and what repeats by the zone of its date."
        ),
        ("due 42 fri 17:00", "due 42 none", "timezone Berlin", "timezone here Tokyo"),
    ),
    "reminders": (
        N_(
            "Whoever does a task is reminded of it when it is due; where it has no time, at "
            "9:00 of that day. It can come before, or not at all, or again and again until it "
            "is done. A snooze is yours alone: the task stays due when it is."
        ),
        (
            N_("add Call Ben tomorrow 5pm remind 30m"),
            "remind 42 1d",
            "remind 42 off",
            "snooze 42 2h",
            "snooze 42 fri 9:00",
            "nag 42 15m",
        ),
    ),
    "repeating": (
        N_(
            "What repeats is one task at a time: once it is done, the next one is there. It is "
            "every day, weekday, mon,thu, 2 weeks, month on 1, month on last fri or year, perhaps "
            "with a time, and until a day. A date that you move is moved this once. To cancel or "
            "delete it ends it."
        ),
        (
            N_("add Water plants every mon,thu 9:00"),
            "repeat 42 weekdays",
            "repeat 42 2 weeks until 24 dec",
            "repeat 42 never",
            "skip 42",
        ),
    ),
    "messages": (
        N_(
            "You say when and how much I write by myself. A digest is one message with what is "
            "overdue, due today or has no date. In quiet hours only what you set for a time inside "
            "them comes, and security; the rest is told together when they are over. Each of your "
            "chats can be quiet, as they are at first, or least, normal or all. A group can, too: "
            "least is nothing, quiet is only what somebody who left had to do, normal is also what "
            "is due there, all is also what is done or taken."
        ),
        (
            "digest on 8:30 weekdays",
            "digest now",
            "quiet 22:00 8:00",
            "preset quiet",
            "notify off",
            "settings",
        ),
    ),
    "people": (
        N_(
            "Mention somebody to offer them a task. They are asked in their chats, accept or "
            "decline it, and can give it back later; only you can change it. You hear what they "
            "say, and when it is done both of you are told. Whoever wants no tasks from others "
            "gets none."
        ),
        (
            "assign 42 @bob",
            "assign 42 me",
            "assign 42 nobody",
            "offers",
            "accept 42",
            "decline 42",
            "incoming off",
        ),
    ),
    "chats": (
        N_(
            "One account can have several chats with the same tasks: get a code in this one, "
            "send it to me from the other, and say yes in both. Never give a code to anybody "
            "else. Tasks that the other chat had stay apart until you move them, and for a "
            "day all of it can be undone."
        ),
        ("link", "whoami", "notify off", "unlink"),
    ),
    "payments": (
        N_(
            "A plan says how much I keep for you. You pay on a page of our payment partner "
            "Polar, never in a chat; whatever it costs is said before. If nothing is sold "
            "here, everything is included."
        ),
        ("plan", "plans", "plan change", "plan cancel", "plan web", "subscriptions"),
    ),
    "data": (
        N_(
            "Everything that I keep about you can be read, taken along and deleted, from any "
            "chat that is yours."
        ),
        ("privacy", "export csv", "export all", "security", "forget-me"),
    ),
    "groups": (
        N_(
            "In a group I hear commands and my name. A task made there has one card that everybody "
            "sees, and anybody can claim it. A digest that somebody asks for there is the group's: "
            "of its own tasks, for all. When somebody leaves, I say once which tasks there have "
            "nobody now, and anybody can claim those, too. How much I say by myself there is "
            "chosen with preset. Everything else I answer privately."
        ),
        (
            N_("add Water the plants"),
            "list",
            "digest on 9:00 weekdays",
            "digest off",
            "to-claim",
            "preset least",
        ),
    ),
    "telegram": (
        N_(
            "On Telegram edit your own message, and its task follows. Forward a message to me, or "
            "reply to one with add, and it becomes a task. In any chat, type my name and some "
            "words: I offer to add them, and your tasks that have them, to show them there."
        ),
        ("add", "add tomorrow !high", "help groups"),
    ),
    "slack": (
        N_(
            "On Slack the menu of every message has Turn into task and Remind me about this, and "
            "the search box New task and My tasks. A channel can choose a reaction that makes "
            "tasks of messages. A link to a task shows it to others only once you agree."
        ),
        ("reactions :pushpin:", "reactions off", "share 42"),
    ),
}
"""Topic -> what to know, and lines to try."""

TITLES = {
    "tasks": N_("Tasks"),
    "lists": N_("Lists"),
    "dates": N_("Dates"),
    "reminders": N_("Reminders"),
    "repeating": N_("Repeating"),
    "messages": N_("Messages"),
    "people": N_("People"),
    "chats": N_("Chats"),
    "payments": N_("Payments"),
    "data": N_("Data"),
    "groups": N_("Groups"),
    "telegram": N_("On Telegram"),
    "slack": N_("On Slack"),
}
"""Topic -> its name on a button, by which it may be asked for, too."""
