"""What is offered to somebody who types to the bot in another chat: to add what they type, and
their tasks that have these words. It is read only, and theirs alone until they pick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import verbs
from bot.card_facts import facts
from bot.cards import item
from bot.grammar import to_line
from bot.kept import quotes_code
from bot.language import _, speaking
from bot.quickadd import Can, Context, Understood, understand
from bot.rule_words import say_rule
from bot.unfurling import for_others, opened_by
from bot.words import say_date, say_due, wait_in_words
from core.addresses import Sender
from core.chat import Fact, Offered, Reply, Suggestion
from core.errors import RateLimited
from core.identity import Account
from core.limits import INLINE
from core.lists import Filter
from core.rules import settled
from core.signup import Signup
from core.store import Store
from core.task import Priority, Ref, Task
from core.work import Work

MOST = 8
"""Tasks that are offered at once: as a page of a list."""


@dataclass(frozen=True, slots=True)
class Suggesting:
    """The one function that an adapter is given for it."""

    store: Store

    async def suggest(self, sender: Sender, text: str) -> Offered:
        """As a change, although nothing of theirs changes: a search brings its words up to date."""
        return await self.store.mutate(lambda work: offered(work, sender, text))


def offered(work: Work, sender: Sender, text: str) -> Offered:
    """What they may pick; where they asked too often, nothing, and a way to ask us in private."""
    try:
        work.limits.use(INLINE, f"{sender.platform}:{sender.scope}:{sender.user_id}")
    except RateLimited as refusal:
        return Offered(way=_way(work, sender, refusal))
    return Offered(tuple(suggestions(work, sender, text)))


def _way(work: Work, sender: Sender, refusal: RateLimited) -> str:
    account = work.accounts.known(sender)
    with speaking(account.language if account else sender.language):
        return _("Too fast: again in {wait}, or write to me", wait=wait_in_words(refusal.wait))


def suggestions(work: Work, sender: Sender, text: str) -> list[Suggestion]:
    """To somebody whom we do not know only to add something: that makes them known, and where it
    does not, nothing, since what they pick would be said of a task that there is not."""
    account = work.accounts.known(sender)
    joined = account if account is not None and account.joined else None
    if (joined is None and work.signup is not Signup.OPEN) or quotes_code(text):
        return []  # what is picked is said to everybody there
    with speaking(joined.language if joined else sender.language):
        adding = [_to_add(work, sender, joined, text)] if text else []
        tasks = _tasks(work, joined, text) if joined else ()
        return adding + [_to_show(work, joined, each) for each in tasks if joined]


def _tasks(work: Work, account: Account, text: str) -> Sequence[Task]:
    if text:
        return work.search.page(account.id, text, most=MOST).tasks
    return work.lists.page(account.id, Filter(), most=MOST).tasks


def _to_add(work: Work, sender: Sender, account: Account | None, text: str) -> Suggestion:
    zone = account.local if account else sender.timezone
    context = Context(
        now=work.now,
        zone=zone or "UTC",
        language=account.language if account else sender.language,
        can=frozenset(Can),
        verb=False,
    )
    said = understand(text, context)
    marks = tuple(map(Fact, _marks(said, context)))
    name = account.name if account else sender.name
    told = Reply(
        title=said.title,
        text=_("A new task of {name}", name=name),
        facts=marks,
        buttons=opened_by(work.site.telegram_chat()),
    )
    detail = " - ".join(each.value for each in marks) or _("A new task of yours")
    return Suggestion("add", _("Add: {task}", task=said.title), detail, told)


def _marks(said: Understood, context: Context) -> list[str]:
    """What is understood beside the title, as it will be read in the chat where it is said."""
    marks = [say_due(said.due, context.today, near=False)] if said.due else []
    if said.due and said.rule:
        marks.append(say_rule(settled(said.rule, said.due.on), context.today))
    words = {Priority.HIGH: _("high"), Priority.LOW: _("low")}
    marks += [words[said.priority]] if said.priority in words else []
    marks += [f"#{said.category}"] if said.category else []
    return marks + [f"~{each}" for each in said.labels]


def _to_show(work: Work, account: Account, task: Task) -> Suggestion:
    """A task as it is now, which it says, since whether it was picked is not always told."""
    wall = work.now.astimezone(account.zone)
    today, when = wall.date(), f"{say_date(wall.date(), wall.date(), near=False)} {wall:%H:%M}"
    row = item(task, work.now, today, 1)
    return Suggestion(
        to_line(verbs.ShownElsewhere(Ref(public_id=task.public_id))),
        row.text,
        row.detail,
        Reply(
            title=task.title,
            text=_("As of {when}.", when=f"{when} ({account.zone})"),
            struck=not task.status.open,
            facts=facts(for_others(task), work.now, account, shared=True),
            buttons=opened_by(work.site.on_telegram(task.public_id)),
        ),
    )
