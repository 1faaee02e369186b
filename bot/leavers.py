"""What a group is told of those who left it: what was theirs to do, and how to take it."""

from __future__ import annotations

from collections.abc import Sequence

from bot import verbs
from bot.cards import button
from bot.grammar import to_line
from bot.group_words import fewer_here, language_there
from bot.language import _, ngettext, speaking
from bot.telling import Message
from bot.words import cut
from core.chat import Audience, Button, Hint, Reply
from core.leaving import left
from core.ports import Payload
from core.presets import News
from core.task import Ref, Task
from core.work import Work

SHOWN = 5
"""Tasks of one message (`product.md` 1.4)."""
TITLE_SHOWN, LABEL_SHOWN, NAME_SHOWN = 60, 30, 30
"""Characters of a title beside its command and on its button, and of a name."""


def leavers(work: Work, payload: Payload) -> Message | None:
    """What a job finds to say as things stand; None where it was all taken, or they are back."""
    chat = int(str(payload["chat"]))
    place = work.chats.by_id(chat)
    if place.gone or not work.group_presets.hears(chat, News.LEFT):
        return None
    people = [int(each) for each in str(payload["people"]).split(",")]
    with speaking(_language(work, chat, people[0])):
        told = message(work, chat, people, unasked=True)
    return Message(place.address, told) if told is not None else None


def _language(work: Work, chat: int, person: int) -> str:
    """The one that was chosen there, else of whoever left: that was spoken there."""
    account = work.accounts.find(person)
    return language_there(work, chat) or (account.language if account else "")


def message(
    work: Work,
    chat: int,
    people: Sequence[int] = (),
    *,
    said: str = "",
    page: int = 1,
    unasked: bool = False,
) -> Reply | None:
    """What those people left, or anybody did. `said`: what just came of one of the tasks;
    `unasked`: it stands in what came by itself, which has a way out. None where there is nothing
    of that."""
    page = max(1, page)
    found, names = left(work, chat, people, skip=(page - 1) * SHOWN, most=SHOWN)
    if page > 1 and not found.tasks:
        return message(work, chat, people, said=said, unasked=unasked)
    if not found.total:
        return None
    rest = found.total - (page - 1) * SHOWN - len(found.tasks)
    text = ngettext(
        "{n} open task here has nobody to do it now. Anybody here can claim it.",
        "{n} open tasks here have nobody to do them now. Anybody here can claim them.",
        found.total,
    )
    many = len(names) > 1
    hints = [_row(each, many=many) for each in found.tasks]
    if rest > 0:
        hints.append(Hint(to_line(verbs.ToClaim(page=page + 1)), _more(rest)))
    return Reply(
        title=_who(names),
        text=f"{said} {text}".strip(),
        hints=tuple(hints),
        buttons=_buttons(found.tasks, page, more=rest > 0, unasked=unasked),
        audience=Audience.HERE,
        silent=True,
    )


def _row(task: Task, *, many: bool) -> Hint:
    """A task with the command that takes it; of several people's with whose it was."""
    title = cut(task.title, TITLE_SHOWN)
    name = cut(task.assignee_name or task.owner_name, NAME_SHOWN)
    text = _("{title} (was with {name})", title=title, name=name) if many else title
    return Hint(to_line(verbs.Claim(Ref(public_id=task.public_id))), text)


def _buttons(
    tasks: Sequence[Task], page: int, *, more: bool, unasked: bool
) -> tuple[tuple[Button, ...], ...]:
    told = unasked or None
    rows = [_claims(each, page, told) for each in tasks]
    if more:
        rows.append(button(_("Next >"), verbs.ToClaim(page=page + 1, told=told)))
    if unasked:
        rows.append(fewer_here())
    return tuple((each,) for each in rows)


def _claims(task: Task, page: int, told: bool | None) -> Button:
    label = _("Claim: {title}", title=cut(task.title, LABEL_SHOWN))
    ref = Ref(public_id=task.public_id)
    return button(label, verbs.ToClaim(ref, page=page if page > 1 else None, told=told))


def _more(rest: int) -> str:
    return ngettext("shows {n} more", "shows {n} more", rest)


def _who(names: Sequence[str]) -> str:
    """At most two of them by name."""
    first, *others = [cut(each, NAME_SHOWN) for each in names]
    if not others:
        return _("{name} has left.", name=first)
    if len(others) == 1:
        return _("{name} and {other} have left.", name=first, other=others[0])
    return ngettext(
        "{name}, {other} and {n} more have left.",
        "{name}, {other} and {n} more have left.",
        len(others) - 1,
        name=first,
        other=others[0],
    )
