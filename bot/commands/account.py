"""Hello, who you are, and your settings."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, turn_card
from bot.forms import one_line_form
from bot.people import describe
from bot.sides import tasks
from bot.turn import Scope, Turn, commands
from bot.words import plural, say_instant
from core import links, newcomers
from core.chat import Button, Fact, Hint, Item, Question, Reply
from core.errors import LinkRefused, NotUnderstood
from core.identity import Identity
from core.lists import Filter
from core.logins import logins
from core.task import Ref
from core.work import Work
from core.zones import names


@commands.on(verbs.Start, usage="", aliases=("hello", "hi"), outside=True)
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
            Hint("add Buy milk !high #home tomorrow", "add a task"),
            Hint("list", "see your tasks"),
            Hint("link", "use the same tasks from another chat"),
            Hint("help", "everything else"),
        ),
        buttons=((Button("Open tasks", "list"), Button("Help", "help")),),
    )


@commands.on(verbs.Whoami, aliases=("me", "accounts"), usage="", outside=True)
def whoami(work: Work, turn: Turn, command: verbs.Whoami) -> Reply:
    mine = work.accounts.identities(turn.account.id)
    signed, apart = logins(work, turn.account.id), links.apart(work, turn.account.id)
    items = [_chat(turn, each) for each in mine]
    items += [Item(f"{each.name}, signed in on the web", each.issuer) for each in signed]
    items += [Item(f"{tasks(each.tasks)} of {each.name}", "kept apart") for each in apart]
    rows = [_manage(each, only=len(mine) == 1) for each in mine if each.user_id]
    rows += [
        (button(f"Disconnect the sign-in of {each.name}"[:40], verbs.Unlink(login=each.id)),)
        for each in signed
    ]
    rows += [
        (button(f"Move them here: {tasks(each.tasks)}", verbs.MoveTasks(each.link.public_id)),)
        for each in apart
        if newcomers.moves(work, turn.identity, each.link)
    ]
    last = (button("Rename", verbs.Name()), Button("Connect a chat", "link"))
    return Reply(
        title=f"You are {turn.account.name}",
        text=f"{plural(len(mine), 'chat')} connected to this account:",
        items=tuple(items),
        buttons=(*rows, last),
    )


def _chat(turn: Turn, identity: Identity) -> Item:
    here = ", this chat" if identity.id == turn.identity.id else ""
    since = say_instant(identity.linked_at.astimezone(turn.account.zone), turn.today)
    notices = "notices on" if identity.notify else "notices off"
    return Item(f"{describe(identity)}{here}", f"since {since}, {notices}")


def _manage(identity: Identity, *, only: bool) -> tuple[Button, ...]:
    """Whatever can be done to a chat. The only one leaves in another way (`bot.errors`)."""
    word, chat = "off" if identity.notify else "on", identity.platform.title()
    toggle = button(f"Notices {word}: {chat}"[:40], verbs.Notify(not identity.notify, identity.id))
    leave = verbs.Unlink() if only else verbs.Unlink(identity.id)
    handle = f" @{identity.handle}" if identity.handle else ""
    return toggle, button(f"Disconnect {chat}{handle}"[:40], leave)


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
            (button("Chats and notices", verbs.Whoami()), *_plan(work)),
        ),
    )


def _plan(work: Work) -> tuple[Button, ...]:
    return (Button("Plan", "plan"),) if work.sales.on else ()


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
