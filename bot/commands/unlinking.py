"""Disconnecting chats and sign-ins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button
from bot.language import _, ngettext
from bot.parting_words import asked_for, keep_button, sign_in, when
from bot.people import describe
from bot.sides import tasks
from bot.turn import Turn, commands
from core import newcomers, partings, unlinking
from core.chat import Button, Fact, Reply, Style
from core.errors import LinkRefused
from core.identity import Identity
from core.link import Item
from core.logins import Login, logins
from core.signing_off import unlink_login
from core.unlinking import Leaving
from core.work import Work


def _to_chats() -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("My chats"), "whoami"),),)


@commands.on(verbs.Unlink, aliases=("disconnect",), usage="", menu=frozenset())
def unlink(work: Work, turn: Turn, command: verbs.Unlink) -> Reply:
    if command.login:
        return _really_login(work, turn, _login(work, turn, command.login))
    if command.identity:
        return _really(work, turn, _leaving(work, turn, command.identity))
    mine = [each for each in work.accounts.identities(turn.account.id) if each.user_id]
    if len(mine) == 1:
        raise LinkRefused("last")
    chats = [(button(_label(turn, each), verbs.Unlink(each.id)),) for each in mine]
    keep = button(_("Keep all"), verbs.Close(_("All chats stay connected.")))
    return Reply(text=_("Which chat should be disconnected?"), buttons=(*chats, (keep,)))


def _leaving(work: Work, turn: Turn, identity: int) -> Leaving:
    return unlinking.leaving(work, turn.account.id, identity, by=turn.identity.id)


def _label(turn: Turn, identity: Identity) -> str:
    who = describe(identity)
    return _("{who}, this chat", who=who) if identity.id == turn.identity.id else who


def _really(work: Work, turn: Turn, leaving: Leaving) -> Reply:
    """What stops, before anybody says yes."""
    who = describe(leaving.identity)
    yes = verbs.UnlinkNow(leaving.identity.id, at=minutes(turn))
    if leaving.asks_until is not None:
        return _ask_first(work, turn, who, yes, leaving.asks_until)
    stay = _("Your tasks stay here.")
    if leaving.identity.id == turn.identity.id:
        stay = _("Your tasks stay with the other chats.")
    elif leaving.gives_back:
        stay = _("All other tasks stay here.")
    return Reply(
        title=_("Disconnect {who}?", who=_label(turn, leaving.identity)),
        text=f"{_('It will see none of your tasks and be told nothing.')} {stay}",
        facts=tuple(Fact(each) for each in stops(leaving)),
        buttons=_choice(yes, _("Disconnect {who}", who=who)[:40]),
    )


def stops(leaving: Leaving) -> list[str]:
    """What ends there, a sentence each."""
    stops = [_("Codes, questions and sign-ins that are open there end.")]
    if leaving.identity.notify:
        stops.append(_("Notices there stop, also those on their way."))
    if leaving.cards:
        stops.append(
            ngettext(
                "{n} card there will not be kept up to date.",
                "{n} cards there will not be kept up to date.",
                leaving.cards,
            )
        )
    if leaving.unanswered:
        stops.append(
            ngettext(
                "{n} answer on the way there will not arrive.",
                "{n} answers on the way there will not arrive.",
                leaving.unanswered,
            )
        )
    if leaving.gives_back:
        stops.append(_("The tasks that came along with it go back with it, as that was today."))
    elif leaving.home_tasks:
        stops.append(
            _("It goes back to its own account, with its {tasks}.", tasks=tasks(leaving.home_tasks))
        )
    else:
        stops.append(_("It starts afresh when somebody writes there."))
    return stops


def _really_login(work: Work, turn: Turn, login: Login) -> Reply:
    yes = verbs.UnlinkNow(login=login.id, at=minutes(turn))
    until = newcomers.asks_until(work, turn.identity.id, turn.account.id, Item.LOGIN, login.id)
    if until is not None:
        return _ask_first(work, turn, sign_in(login.name), yes, until)
    return Reply(
        title=_("Disconnect the sign-in of {name}?", name=login.name),
        text=_(
            "Signing in at {issuer} will not lead to your tasks any more. They stay here.",
            issuer=login.issuer,
        ),
        buttons=_choice(yes, _("Disconnect")),
    )


def _ask_first(work: Work, turn: Turn, who: str, yes: verbs.UnlinkNow, until: datetime) -> Reply:
    """Whoever came less than a day ago asks those who were there before."""
    kind, row = _which(yes)
    known = partings.asked(work, turn.identity.id, kind, row)
    if known is not None and known.kept:
        raise LinkRefused("kept")
    if known is not None:
        return asked_for(who, when(turn, known.at), keep_button(kind, row))
    text = _(
        "This chat was connected less than a day ago. So I ask the chats that were here before: "
        "each of them can disconnect it at once, or keep it. If none does, it is disconnected "
        "{when}, when this chat has been here for a day.",
        when=when(turn, until),
    )
    instead = _("To part from them at once, disconnect this chat instead.")
    own = button(_("Disconnect this chat instead"), verbs.Unlink(turn.identity.id))
    return Reply(
        title=_("Ask to disconnect {who}?", who=who),
        text=f"{text} {instead}",
        buttons=(*_choice(yes, _("Ask them")), (own,)),
    )


def _which(command: verbs.UnlinkNow | verbs.KeepConnected) -> tuple[Item, int]:
    if command.login:
        return Item.LOGIN, command.login
    return Item.IDENTITY, command.identity


def _choice(yes: verbs.UnlinkNow, label: str) -> tuple[tuple[Button, ...], ...]:
    return ((button(label, yes, Style.DANGER), button(_("Keep"), verbs.Whoami())),)


def _login(work: Work, turn: Turn, number: int) -> Login:
    found = next((each for each in logins(work, turn.account.id) if each.id == number), None)
    if found is None:
        raise LinkRefused("gone")
    return found


@commands.on(verbs.UnlinkNow, hidden=True)
def unlink_now(work: Work, turn: Turn, command: verbs.UnlinkNow) -> Reply:
    if not stands(turn, command.at):
        asked = verbs.Unlink(command.identity, login=command.login)
        return replace(unlink(work, turn, asked), toast=_(ASKED_AGAIN))
    by, (kind, row) = turn.identity.id, _which(command)
    if newcomers.asks_until(work, by, turn.account.id, kind, row) is not None:
        at = partings.ask(work, turn.identity, kind, row)
        said = asked_for(_("It"), when(turn, at), keep_button(kind, row))
        return replace(said, toast=_("I asked them."))
    if command.login:
        login = unlink_login(work, turn.account.id, command.login, by=by)
        text = _("Disconnected: the sign-in of {name}.", name=login.name)
        return Reply(text=text, buttons=_to_chats(), toast=_("Disconnected."))
    left = unlinking.unlink(work, turn.account.id, command.identity, by=by)
    text = _("Disconnected: {who}.", who=describe(left))
    return Reply(text=text, buttons=_to_chats(), toast=_("Disconnected."))


@commands.on(verbs.KeepConnected, hidden=True)
def keep_connected(work: Work, turn: Turn, command: verbs.KeepConnected) -> Reply:
    partings.keep(work, turn.identity, *_which(command))
    text = _("It stays connected. A chat that was connected less than a day ago asked otherwise.")
    return Reply(text=text, buttons=_to_chats(), toast=_("It stays connected."))
