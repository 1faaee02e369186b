"""Help, and the small moves of the conversation itself."""

from __future__ import annotations

from collections.abc import Iterable

from bot import verbs
from bot.asking import ask
from bot.cards import button
from bot.errors import unreadable
from bot.grammar import Command, GrammarError
from bot.reading import parse
from bot.topics import TOPICS
from bot.turn import EVERYWHERE, Entry, Scope, Turn, commands
from core.chat import Button, Form, Hint, Reply
from core.work import Work

EVERY = "commands"
"""The topic that lists them all."""
_TO_TOPICS = ((button("All topics", verbs.Help()),),)


@commands.on(verbs.Help, usage="[topic]", menu=EVERYWHERE, outside=True)
def help_(work: Work, turn: Turn, command: verbs.Help) -> Reply:
    topic = command.topic.strip().lower().lstrip("/")
    if topic in TOPICS:
        text, lines = TOPICS[topic]
        return Reply(
            title=f"Help: {topic}",
            text=text,
            hints=tuple(Hint(line) for line in lines),
            buttons=_TO_TOPICS,
        )
    if topic == EVERY:
        shown = sorted((each for each in commands if not each.hidden), key=lambda each: each.name)
        return Reply(title="Every command", text="", hints=_hints(shown), buttons=_TO_TOPICS)
    if topic and (entry := commands.find(topic.split()[0])):
        return _about(entry)
    return _overview(f'There is no help on "{topic[:40]}".' if topic else "")


def _about(entry: Entry) -> Reply:
    also = f" Also: {', '.join(entry.aliases)}." if entry.aliases else ""
    return Reply(
        title=f"Help: {entry.name}",
        text=entry.summary + also,
        hints=(Hint(entry.example),),
        buttons=_TO_TOPICS,
    )


def _overview(said: str) -> Reply:
    intro = "Send me a line of text in private and it becomes a task. The rest, most used first:"
    buttons = [button(each.title(), verbs.Help(each)) for each in TOPICS]
    every = button("Every command", verbs.Help(EVERY))
    return Reply(
        title="Help",
        text=f"{said}\n{intro}".strip(),
        hints=_hints(commands.menu(Scope.PRIVATE)),
        buttons=(tuple(buttons[:3]), tuple(buttons[3:]), (every,)),
    )


def _hints(entries: Iterable[Entry]) -> tuple[Hint, ...]:
    return tuple(Hint(each.example, each.summary) for each in entries)


def unknown(word: str) -> Reply:
    """A command that there is not."""
    close = commands.like(word)
    if close is None:
        text = f'I don\'t know "{word[:40]}".'
        return Reply(text=text, buttons=((Button("Help", "help"),),))
    text = f'I don\'t know "{word[:40]}". Did you mean this?'
    hint = Hint(close.example, close.summary)
    return Reply(text=text, hints=(hint,), buttons=((Button("Help", "help"),),))


@commands.on(verbs.Ask, hidden=True)
def ask_for(work: Work, turn: Turn, command: verbs.Ask) -> Reply:
    try:
        parsed = parse(command.line)
    except GrammarError:
        return unknown(command.line)
    entry = commands.of(parsed)
    form = None if entry.limited(parsed) else _form_of(work, turn, entry, parsed)
    question = next((q for q in form.questions if q.name == command.field), None) if form else None
    if form is None or question is None:
        return unreadable(entry.name, entry.usage, command.field)
    return Reply(form=form) if turn.inbound.forms else ask(work, turn, form, question)


class _NoForm(Exception):
    """What was asked about is no form: it is taken back."""


def _form_of(work: Work, turn: Turn, entry: Entry, command: Command) -> Form | None:
    """The form that a command answers with; None for one that did something instead."""
    try:
        with work.savepoint():
            form = entry.handler(work, turn, command).form
            if form is None:
                raise _NoForm
            return form
    except _NoForm:
        return None


@commands.on(verbs.Close, hidden=True, outside=True)
def close(work: Work, turn: Turn, command: verbs.Close) -> Reply:
    return Reply(text=command.said or "Closed.")
