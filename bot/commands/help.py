"""Help, and the small moves of the conversation itself."""

from __future__ import annotations

from collections.abc import Iterable

from bot import verbs
from bot.asking import ask
from bot.cards import button
from bot.desk import is_secret
from bot.errors import unreadable
from bot.fields import form_of
from bot.grammar import GrammarError
from bot.language import _
from bot.reading import parse
from bot.topics import TITLES, TOPICS
from bot.turn import EVERYWHERE, Entry, Scope, Turn, commands
from core.chat import Button, Hint, Link, Reply
from core.work import Work

EVERY = "commands"
"""The topic that lists them all."""


def _to_topics() -> tuple[tuple[Button, ...], ...]:
    return ((button(_("All topics"), verbs.Help()),),)


def _into_a_group(work: Work, turn: Turn, topic: str) -> tuple[tuple[Link, ...], ...]:
    """The way to bring the bot into a group, on a platform that has a link for it."""
    url = work.site.into_group() if turn.identity.platform == "telegram" else ""
    return ((Link(_("Add me to a group"), url),),) if url and topic == "groups" else ()


@commands.on(verbs.Help, usage="[topic]", menu=EVERYWHERE, outside=True)
def help_(work: Work, turn: Turn, command: verbs.Help) -> Reply:
    topic = _topic(command.topic.strip().lower().lstrip("/"))
    if topic in TOPICS:
        text, lines = TOPICS[topic]
        return Reply(
            title=_("Help: {topic}", topic=_(TITLES[topic])),
            text=_(text),
            hints=tuple(Hint(_(line)) for line in lines),
            buttons=(*_into_a_group(work, turn, topic), *_to_topics()),
        )
    if topic == EVERY:
        shown = sorted((each for each in commands if not each.hidden), key=lambda each: each.name)
        return Reply(title=_("Every command"), text="", hints=_hints(shown), buttons=_to_topics())
    entry = commands.find(topic.split()[0]) if topic else None
    if entry is not None and not is_secret(work, turn, entry):
        return _about(entry)
    return _overview(_('There is no help on "{topic}".', topic=topic[:40]) if topic else "")


def _topic(said: str) -> str:
    """A topic by its name in the reader's language; what is none stays as it is."""
    return next((each for each, title in TITLES.items() if _(title).lower() == said), said)


def _about(entry: Entry) -> Reply:
    also = " " + _("Also: {names}.", names=", ".join(entry.aliases)) if entry.aliases else ""
    return Reply(
        title=_("Help: {name}", name=entry.name),
        text=entry.summary + also,
        hints=(Hint(entry.example),),
        buttons=_to_topics(),
    )


def _overview(said: str) -> Reply:
    intro = _("Send me a line of text in private and it becomes a task. The rest, most used first:")
    buttons = [button(_(TITLES[each]), verbs.Help(each)) for each in TOPICS]
    every = button(_("Every command"), verbs.Help(EVERY))
    return Reply(
        title=_("Help"),
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
        text = _('I don\'t know "{word}".', word=word[:40])
        return Reply(text=text, buttons=((Button(_("Help"), "help"),),))
    text = _('I don\'t know "{word}". Did you mean this?', word=word[:40])
    hint = Hint(close.example, close.summary)
    return Reply(text=text, hints=(hint,), buttons=((Button(_("Help"), "help"),),))


@commands.on(verbs.Ask, hidden=True)
def ask_for(work: Work, turn: Turn, command: verbs.Ask) -> Reply:
    try:
        parsed = parse(command.line)
    except GrammarError:
        return unknown(command.line)
    entry = commands.of(parsed)
    if is_secret(work, turn, entry):
        return unknown(command.line)
    form = None if entry.limited(parsed) else form_of(work, turn, entry, parsed)
    question = next((q for q in form.questions if q.name == command.field), None) if form else None
    if form is None or question is None:
        return unreadable(entry.name, entry.usage, command.field)
    return Reply(form=form) if turn.inbound.forms else ask(work, turn, form, question)


@commands.on(verbs.Close, hidden=True, outside=True)
def close(work: Work, turn: Turn, command: verbs.Close) -> Reply:
    return Reply(text=command.said or _("Closed."))
