"""Hello, who you are, and your settings."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, turn_card
from bot.forms import one_line_form
from bot.people import describe
from bot.turn import Scope, Turn, commands
from bot.words import plural, say_instant
from core.chat import Button, Fact, Hint, Item, Question, Reply
from core.errors import LinkRefused, NotUnderstood
from core.identity import Identity
from core.lists import Filter
from core.task import Ref
from core.work import Work
from core.zones import names


@commands.on(verbs.Start, usage="", aliases=("hello", "hi"))
def start(work: Work, turn: Turn, command: verbs.Start) -> Reply:
    if command.payload.startswith("t_"):  # a deep link to a task
        task = work.tasks.get(turn.actor, Ref(public_id=command.payload[2:].lower()))
        return turn_card(turn, task)
    waiting = work.lists.page(turn.account.id, Filter(), most=1).total
    back = "" if turn.first else " Good to see you again."
    text = f"{turn.hello}.{back} I keep your tasks and tell the people they concern."
    if waiting:
        text += f" You have {plural(waiting, 'open task')}."
    else:
        text += " Send me a line of text and it becomes a task."
    return Reply(
        text=text,
        hints=(
            Hint("add Buy milk !high #home due tomorrow", "add a task"),
            Hint("list", "see your tasks"),
            Hint("link", "use the same tasks from another chat"),
            Hint("help", "everything else"),
        ),
        buttons=((Button("Open tasks", "list"), Button("Help", "help")),),
    )


@commands.on(verbs.Whoami, aliases=("me", "accounts"), usage="")
def whoami(work: Work, turn: Turn, command: verbs.Whoami) -> Reply:
    mine = work.accounts.identities(turn.account.id)
    items = tuple(_chat(turn, each) for each in mine)
    rows = [(_toggle(each),) for each in mine if each.user_id]
    last = [Button("Connect a chat", "link")]
    if len(mine) > 1:
        last.append(Button("Disconnect one", "unlink"))
    return Reply(
        title=f"You are {turn.account.name}",
        text=f"{plural(len(mine), 'chat')} connected to this account:",
        items=items,
        buttons=(*rows, tuple(last)),
    )


def _chat(turn: Turn, identity: Identity) -> Item:
    here = ", this chat" if identity.id == turn.identity.id else ""
    since = say_instant(identity.linked_at.astimezone(turn.account.zone), turn.today)
    notices = "notices on" if identity.notify else "notices off"
    return Item(f"{describe(identity)}{here}", f"since {since}, {notices}")


def _toggle(identity: Identity) -> Button:
    word = "off" if identity.notify else "on"
    return button(
        f"Notices {word}: {identity.platform.title()}"[:40],
        verbs.Notify(not identity.notify, identity.id),
    )


@commands.on(verbs.Settings, usage="", menu=frozenset({Scope.PRIVATE, Scope.ADMINS}))
def settings(work: Work, turn: Turn, command: verbs.Settings) -> Reply:
    account = turn.account
    language = account.language or "not known"
    return Reply(
        title="Settings",
        facts=(
            Fact(account.name, "name"),
            Fact(account.timezone or "not known, so UTC", "time zone"),
            Fact(f"{language} (so far I only speak English)", "language"),
        ),
        buttons=(
            (
                button("Name", verbs.Name()),
                button("Time zone", verbs.Timezone()),
                button("Language", verbs.Language()),
            ),
            (button("Chats and notices", verbs.Whoami()),),
        ),
    )


@commands.on(verbs.Name, usage="Ada")
def name(work: Work, turn: Turn, command: verbs.Name) -> Reply:
    if not command.text.strip():
        asked = Question("text", "Name", value=turn.account.name, help="How should others see you?")
        return Reply(form=one_line_form("name", "Your name", asked))
    work.profile.rename(turn.account.id, command.text)
    return _saved(work, turn)


@commands.on(verbs.Timezone, usage="Berlin")
def timezone(work: Work, turn: Turn, command: verbs.Timezone) -> Reply:
    said = command.zone.strip()
    if not said:
        hint = "A city, or a name such as Europe/Berlin"
        asked = Question("zone", "Time zone", value=turn.account.timezone, help=hint)
        return Reply(form=one_line_form("timezone", "Your time zone", asked))
    found = zones_like(said)
    if len(found) != 1:
        if not found:
            raise NotUnderstood("time zone", said, "a city or a zone such as Europe/Berlin")
        choices = tuple((button(each, verbs.Timezone(each)),) for each in found[:8])
        return Reply(text=f'Which "{said}"?', buttons=choices)
    work.profile.set_timezone(turn.account.id, found[0])
    return _saved(work, turn)


def zones_like(said: str) -> list[str]:
    """The zones that a city or a name means."""
    word = said.strip().lower().replace(" ", "_")
    exact = [each for each in names() if each.lower() == word]
    cities = [each for each in names() if each.lower().rsplit("/", 1)[-1] == word and "/" in each]
    return exact or sorted(cities)


@commands.on(verbs.Language, usage="en")
def language(work: Work, turn: Turn, command: verbs.Language) -> Reply:
    if not command.tag.strip():
        hint = "A language code such as en or de"
        asked = Question("tag", "Language", value=turn.account.language, help=hint)
        return Reply(form=one_line_form("language", "Your language", asked))
    work.profile.set_language(turn.account.id, command.tag)
    return _saved(work, turn)


def _saved(work: Work, turn: Turn) -> Reply:
    fresh = replace(turn, account=work.accounts.get(turn.account.id))
    return replace(settings(work, fresh, verbs.Settings()), text="Saved.")


@commands.on(verbs.Notify, usage="on | off")
def notify(work: Work, turn: Turn, command: verbs.Notify) -> Reply:
    identity = command.identity or turn.identity.id
    if not work.profile.set_notify(turn.account.id, identity, command.on):
        raise LinkRefused("gone")
    word = "on" if command.on else "off"
    return replace(whoami(work, turn, verbs.Whoami()), toast=f"Notices {word}.")
