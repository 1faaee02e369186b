"""Hello, and who you are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot import verbs
from bot.assigned import unanswered
from bot.cards import button
from bot.commands.settings import saved
from bot.commands.sharing import follow
from bot.door import greeted
from bot.forms import one_line_form
from bot.language import LANGUAGES, _, known, ngettext
from bot.parting_words import waiting
from bot.people import describe
from bot.quiet_words import PRESETS
from bot.sides import tasks
from bot.turn import Turn, commands
from bot.words import capital, say_instant
from core import links, newcomers
from core.chat import Button, Hint, Item, Question, Reply
from core.errors import LinkRefused
from core.identity import Identity
from core.lists import Filter
from core.logins import logins
from core.presets import Preset
from core.work import Work


@commands.on(verbs.Start, usage="", aliases=("hello", "hi"), outside=True)
def start(work: Work, turn: Turn, command: verbs.Start) -> Reply:
    if command.payload.startswith("t_"):  # a deep link to a task
        return follow(work, turn, command.payload[2:])
    if command.payload and not turn.private:
        return Reply()  # said by Telegram as the bot is added, which it answers by itself
    if turn.outside:
        return greeted(work, turn)
    waiting = work.lists.page(turn.account.id, Filter(), most=1).total
    parts = [f"{turn.hello}.", _("I keep your tasks and tell the people they concern.")]
    if not turn.first:
        parts.insert(1, _("Good to see you again."))
    if waiting:
        parts.append(ngettext("You have {n} open task.", "You have {n} open tasks.", waiting))
    else:
        parts.append(_("Send me a line of text and it becomes a task."))
    text = " ".join(parts)
    asked = unanswered(work, turn)
    return Reply(
        text=f"{text} {asked}".strip(),
        hints=(
            Hint(_("add Buy milk !high #home tomorrow"), _("add a task")),
            Hint("list", _("see your tasks")),
            Hint("link", _("use the same tasks from another chat")),
            Hint("help", _("everything else")),
        ),
        buttons=(
            *((((button(_("Offers"), verbs.Offers())),),) if asked else ()),
            (Button(_("Open tasks"), "list"), Button(_("Help"), "help")),
        ),
    )


@commands.on(verbs.Whoami, aliases=("me", "accounts"), usage="", outside=True)
def whoami(work: Work, turn: Turn, command: verbs.Whoami) -> Reply:
    mine = work.accounts.identities(turn.account.id)
    signed, apart = logins(work, turn.account.id), links.apart(work, turn.account.id)
    items = [_chat(turn, each) for each in mine]
    items += [
        Item(_("{name}, signed in on the web", name=each.name), each.issuer) for each in signed
    ]
    items += [
        Item(_("{tasks} of {name}", tasks=tasks(each.tasks), name=each.name), _("kept apart"))
        for each in apart
    ]
    waits = [*waiting(work, turn)]
    items += [
        Item(
            _("{who} is disconnected {when}", who=capital(each.who), when=each.when),
            _("asked for by {who}", who=each.asker),
        )
        for each in waits
    ]
    rows = [row for each in mine if each.user_id for row in _manage(each, only=len(mine) == 1)]
    rows += [(each.keep,) for each in waits]
    rows += [
        (
            button(
                _("Disconnect the sign-in of {name}", name=each.name)[:40],
                verbs.Unlink(login=each.id),
            ),
        )
        for each in signed
    ]
    rows += [
        (
            button(
                ngettext(
                    "Move it here: {tasks}",
                    "Move them here: {tasks}",
                    each.tasks,
                    tasks=tasks(each.tasks),
                ),
                verbs.MoveTasks(each.link.public_id),
            ),
        )
        for each in apart
        if newcomers.moves(work, turn.identity, each.link)
    ]
    last = (button(_("Rename"), verbs.Name()), Button(_("Connect a chat"), "link"))
    return Reply(
        title=_("You are {name}", name=turn.account.name),
        text=ngettext(
            "{n} chat connected to this account:",
            "{n} chats connected to this account:",
            len(mine),
        ),
        items=tuple(items),
        buttons=(*rows, last),
    )


def _chat(turn: Turn, identity: Identity) -> Item:
    who = describe(identity)
    if identity.id == turn.identity.id:
        who = _("{who}, this chat", who=who)
    day = say_instant(identity.linked_at.astimezone(turn.account.zone), turn.today)
    preset = _(PRESETS[Preset(identity.preset)])
    notices = f"{_('notices on')} ({preset})" if identity.notify else _("notices off")
    return Item(who, f"{_('since {day}', day=day)}, {notices}")


def _manage(identity: Identity, *, only: bool) -> Iterator[tuple[Button, ...]]:
    """Whatever can be done to a chat. The only one leaves in another way (`bot.errors`)."""
    chat = identity.platform.title()
    label = _("Notices on: {chat}", chat=chat)
    if identity.notify:
        label = _("Notices off: {chat}", chat=chat)
    toggle = button(label[:40], verbs.Notify(not identity.notify, identity.id))
    leave = verbs.Unlink() if only else verbs.Unlink(identity.id)
    handle = f" @{identity.handle}" if identity.handle else ""
    how_much = button(_("How much: {chat}", chat=chat)[:40], verbs.PresetOf(identity=identity.id))
    yield toggle, how_much
    yield (button(_("Disconnect {who}", who=f"{chat}{handle}")[:40], leave),)


@commands.on(verbs.Name, usage="Ada")
def name(work: Work, turn: Turn, command: verbs.Name) -> Reply:
    if not command.text.strip():
        asked = Question(
            "text", _("Name"), value=turn.account.name, help=_("How should others see you?")
        )
        return Reply(form=one_line_form("name", _("Your name"), asked))
    work.profile.rename(turn.account.id, command.text)
    return saved(work, turn)


@commands.on(verbs.Language, usage="en")
def language(work: Work, turn: Turn, command: verbs.Language) -> Reply:
    if not command.tag.strip():
        names = tuple(button(name, verbs.Language(tag)) for tag, name in LANGUAGES.items())
        now = LANGUAGES[known(turn.account.language)]
        text = f"{_('Which language shall I speak?')} {_('Now: {value}', value=now)}"
        return Reply(text=text, buttons=(names, (button(_("Back"), verbs.Settings()),)))
    work.profile.set_language(turn.account.id, command.tag)
    return saved(work, turn)


@commands.on(verbs.Notify, usage="on | off")
def notify(work: Work, turn: Turn, command: verbs.Notify) -> Reply:
    identity = command.identity or turn.identity.id
    if not work.profile.set_notify(turn.account.id, identity, command.on):
        raise LinkRefused("gone")
    said = _("Notices on.") if command.on else _("Notices off.")
    return replace(whoami(work, turn, verbs.Whoami()), toast=said)
