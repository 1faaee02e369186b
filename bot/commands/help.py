"""Help, and the small moves of the conversation itself."""

from __future__ import annotations

from bot import verbs
from bot.asking import ask
from bot.cards import button
from bot.errors import unreadable
from bot.reading import parse
from bot.turn import EVERYWHERE, Entry, Turn, commands
from core.chat import Button, Hint, Reply
from core.work import Work

TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tasks": (
        "A task is one line: a title, and what you want to say about it, in any order. "
        "!high is a priority, #home a category, @alice whoever does it, due tomorrow 5pm a date. "
        '"Text in quotes" is taken as it stands.',
        ("add Buy milk !high #home due tomorrow 5pm", "done 42", "edit 42 Buy oat milk", "undo"),
    ),
    "lists": (
        "Lists show the newest first, eight at a time. Words narrow them, also together.",
        ("list", "list overdue", "list done #home", "list !high"),
    ),
    "dates": (
        "I read: today, tonight, tomorrow, fri, next fri, 24 nov, 24.11., 2026-11-24, in 3 days, "
        "5pm, 17:00. A date that could be two is asked.",
        ("due 42 fri 17:00", "due 42 none", "timezone Berlin"),
    ),
    "people": (
        "Mention somebody to give them a task. They are told in their chats, may complete it or "
        "give it back; only you can change it. When it is done, both of you are told.",
        ("assign 42 @bob", "assign 42 nobody", "decline 42"),
    ),
    "chats": (
        "One account can have several chats: get a code here, enter it there, and say yes in "
        "both. Codes are never for anybody else.",
        ("link", "whoami", "unlink", "notify off"),
    ),
    "groups": (
        "In a group I hear commands and my name. A task made there has one card that everybody "
        "sees; anybody can claim it. Everything else I answer privately.",
        ("add Water the plants", "list"),
    ),
}


@commands.on(verbs.Help, usage="[topic]", menu=EVERYWHERE)
def help_(work: Work, turn: Turn, command: verbs.Help) -> Reply:
    topic = command.topic.strip().lower().lstrip("/")
    if topic in TOPICS:
        text, lines = TOPICS[topic]
        return Reply(
            title=f"Help: {topic}",
            text=text,
            hints=tuple(Hint(line) for line in lines),
            buttons=((button("All topics", verbs.Help()),),),
        )
    if topic and (entry := commands.find(topic.split()[0])):
        return _about(entry)
    return _overview(f'There is no help on "{topic[:40]}".' if topic else "")


def _about(entry: Entry) -> Reply:
    also = f" Also: {', '.join(entry.aliases)}." if entry.aliases else ""
    return Reply(
        title=f"Help: {entry.name}",
        text=entry.summary + also,
        hints=(Hint(f"{entry.name} {entry.usage}".strip()),),
        buttons=((button("All topics", verbs.Help()),),),
    )


def _overview(said: str) -> Reply:
    intro = "Tasks by chat: send me a line of text in private, and it is a task."
    shown = [entry for entry in commands if not entry.hidden]
    hints = tuple(Hint(f"{each.name} {each.usage}".strip(), each.summary) for each in shown)
    buttons = [button(each.title(), verbs.Help(each)) for each in TOPICS]
    return Reply(
        title="Help",
        text=f"{said}\n{intro}".strip(),
        hints=hints,
        buttons=(tuple(buttons[:3]), tuple(buttons[3:])),
    )


def unknown(word: str) -> Reply:
    """A command that there is not."""
    close = commands.like(word)
    if close is None:
        text = f'I don\'t know "{word[:40]}".'
        return Reply(text=text, buttons=((Button("Help", "help"),),))
    hint = Hint(f"{close.name} {close.usage}".strip(), "Did you mean")
    return Reply(
        text=f'I don\'t know "{word[:40]}".', hints=(hint,), buttons=((Button("Help", "help"),),)
    )


@commands.on(verbs.Ask, hidden=True)
def ask_for(work: Work, turn: Turn, command: verbs.Ask) -> Reply:
    parsed = parse(command.line)
    entry = commands.of(parsed)
    form = entry.handler(work, turn, parsed).form
    question = next((q for q in form.questions if q.name == command.field), None) if form else None
    if form is None or question is None:
        return unreadable(entry.name, entry.usage, command.field)
    return Reply(form=form) if turn.inbound.forms else ask(work, turn, form, question)


@commands.on(verbs.Close, hidden=True)
def close(work: Work, turn: Turn, command: verbs.Close) -> Reply:
    return Reply(text=command.said or "Closed.", facts=(), toast="")
