"""Somebody is forgotten: all that is theirs is deleted, and what others keep loses their name.

Two steps. `forget` is one transaction, in answer to the person; after it they are a stranger. Their
private chats still have addresses then, since the answer must arrive: `wipe_chats` takes those when
all is told. What stays is a keyed digest that says that somebody was here, and rows without a word
in them, by which a message that comes again is not taken for new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core import forgetting_rows as sql
from core import links
from core.addresses import Address
from core.audit import Deed
from core.errors import LinkRefused, RateLimited
from core.forgetting_payments import forget_payments
from core.forgetting_words import forget_wordings, ids_of
from core.identity import UNNAMED
from core.inbox import ADDRESS, KEEP_REPLIES
from core.offer import State
from core.personal import Person, names, person
from core.withdrawing import withdraw

if TYPE_CHECKING:
    from core.work import Work

AGAIN_AFTER = timedelta(hours=1)
"""Nobody is forgotten again sooner: each time the file of the database is written anew."""
WHAT = "requests to be forgotten"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What goes and what stays, in numbers, before it is decided."""

    tasks: int
    """Their own, which go."""
    given: int
    """Of those, what others were to do."""
    taken: int
    """Tasks of others that they were to do, which stay."""
    chats: int
    subscriptions: int
    """Those that run, which end."""


def holdings(work: Work, account: int) -> Holdings:
    """What a person has. Raises `LinkRefused` as `forget` does."""
    _check(work, account)
    who = person(work, account)
    row = work.run(sql.HOLDINGS, {"accounts": list(who.accounts)}).one()
    chats = len([each for each in who.identities if each.user_id])
    running = [held for each in who.accounts for held in work.billing.running(each)]
    return Holdings(row.tasks, row.given, row.taken, chats, len(running))


def forget(work: Work, account: int, *, chat: int = 0) -> list[int]:
    """Forget whoever has this account; their chats, for `wipe_chats`. `chat`: theirs, in whose turn
    the job comes that cleans up; 0 where they have one chat only. Raises `RateLimited`, and
    `LinkRefused` (`fresh`) while a linking can be taken back: a day long nobody is sure that all of
    these chats are one person's, and what is deleted nobody can take back."""
    work.lock_accounts(account)
    _check(work, account)
    who = person(work, account)
    work.lock_accounts(*who.accounts)
    _mark(work, who)
    work.audit.record(Deed.FORGOTTEN, account, {})
    chats = sorted({*who.chats, *_chats_of_handles(work, who)})
    for each in chats:
        withdraw(work, each)
    _end_attempts(work, who)
    _take_cards(work, who, chat)
    forget_wordings(work, who)
    _leave_tasks_of_others(work, who)
    _leave_inboxes_of_others(work, who)
    _forget_messages(work, who)
    forget_payments(work, who)
    for statement in sql.DELETE:
        work.run(statement, who.values)
    for each in who.accounts:
        work.audit.erase(each)
    return chats


def _check(work: Work, account: int) -> None:
    if links.fresh(work, account):
        raise LinkRefused("fresh")


def _mark(work: Work, who: Person) -> None:
    """The tombstones: one for each way in."""
    ways = [f"{e.platform}:{e.scope}:{e.user_id or f'@{e.handle}'}" for e in who.identities]
    ways += [f"login:{issuer} {subject}" for issuer, subject in who.logins]
    digests = [work.ids.keyed(each) for each in ways]
    last = work.run(sql.LAST_TIME, {"digests": digests}).scalar()
    if last is not None and work.now - last < AGAIN_AFTER:
        raise RateLimited(WHAT, last + AGAIN_AFTER - work.now)
    for digest in digests:
        work.run(sql.MARK, {"digest": digest, "at": work.now})


def _chats_of_handles(work: Work, who: Person) -> Iterator[int]:
    """Rows that were made when somebody was known by their handle alone."""
    for each in who.identities:
        place = {"platform": each.platform, "scope": each.scope, "chat": f"@{each.handle}"}
        yield from work.run(sql.CHAT_OF_HANDLE, place).scalars()


def _end_attempts(work: Work, who: Person) -> None:
    """What waits for an answer about linking ends; its messages elsewhere say so."""
    for public_id in work.run(sql.ATTEMPTS, who.values).scalars():
        work.prompts.redraw(public_id, State.VOID)


def _take_cards(work: Work, who: Person, chat: int) -> None:
    """Others are shown nothing of their tasks any more; what their own chats have is theirs."""
    work.homes.changed(*work.run(sql.CONCERNED, {"accounts": list(who.accounts)}).scalars())
    work.previews.wipe(who.values, chat)
    for row in work.run(sql.CARDS_ELSEWHERE, who.values):
        work.put_in_chat(
            row.chat_id,
            name="wipe",
            id=f"wipe:{row.task_id}:{row.chat_id}:{row.message}",
            payload={"message": row.message},
        )


def _leave_tasks_of_others(work: Work, who: Person) -> None:
    changes: set[int] = set()
    for account in who.accounts:
        for name in ("assignee_id", "completed_by"):
            # Undoing such a change would give the task back to somebody who is gone.
            said = _saying(f'"{name}":{account}')
            changes |= set(work.run(sql.FORGET_BEFORE, said).scalars())
    changes |= set(work.run(sql.FORGET_CHANGES, who.values).scalars())
    work.run(sql.DROP_EMPTY, {"changes": list(changes)})
    left: dict[int, int] = {}
    for statement in (sql.UNASSIGN, sql.UNSIGN):
        rows = work.run(statement, {"accounts": list(who.accounts), "now": work.now})
        left |= {row.id: row.revision for row in rows}
    for task, revision in sorted(left.items()):
        work.cards.redraw(task, revision, but=(0, ""), fewer=True)
        work.reminders.follow_anew(task)
    work.run(sql.UNWRITE, who.values)
    work.run(sql.NO_HOME, who.values)


def _leave_inboxes_of_others(work: Work, who: Person) -> None:
    """What others were told stays, without the name."""
    nobody = {"accounts": list(who.accounts), "nobody": UNNAMED}
    for account in who.accounts:
        patterns = {"inside": f'%"actor":{account},%', "last": f'%"actor":{account}}}%'}
        work.run(sql.UNNAME, nobody | patterns)
    for identity in who.identities:
        work.run(sql.UNTELL, nobody | _saying(f'"identity":{identity.id}'))
    for login in work.run(sql.SIGN_INS, {"accounts": list(who.accounts)}).scalars():
        work.run(sql.UNTELL, nobody | _saying(f'"login":{login}'))
    called = {each.name for each in who.identities}
    called |= {work.accounts.get(each).name for each in who.accounts}
    work.run(sql.UNNAME_SYSTEM, nobody | {"names": sorted(called)})


def _saying(field: str) -> dict[str, str]:
    """The JSON objects of ours that have this field: among others, or as their last."""
    return {"inside": f"%{field},%", "last": f"%{field}}}%"}


def _forget_messages(work: Work, who: Person) -> None:
    """What is kept of messages and answers, in their chats and where it may name them elsewhere."""
    _empty_keys(work, who.chats, work.now)
    work.run(sql.FORGET_ANSWERS, {"since": work.now - 2 * KEEP_REPLIES})
    work.run(sql.NOT_INSTALLED_BY, who.values)
    for row in work.run(sql.FAILED).all():
        if names(ids_of(who), row.inbound.lower()):
            work.run(sql.FORGET_FAILED, {"k": row.key})


def _empty_keys(work: Work, chats: Sequence[int], until: datetime) -> None:
    nowhere = ADDRESS.dump_json(Address("", "", "", private=True)).decode()
    values = {"chats": list(chats), "until": until, "now": work.now, "nowhere": nowhere}
    work.run(sql.EMPTY_KEYS, values)


def wipe_chats(work: Work, chats: Sequence[int], until: datetime) -> None:
    """The last step: the chats of somebody who was forgotten then lose their address, unless
    somebody writes there again. Again changes nothing."""
    back = set(work.run(sql.IN_USE, {"chats": list(chats)}).scalars())
    gone = sorted({*chats} - back)
    for each in gone:
        chat = work.chats.by_id(each)
        place = f"{chat.platform}:{chat.scope}:{chat.chat}"
        values = {"chat_row": each, "name": f"forgotten-{each}", "places": [place, f"{place}#1"]}
        for statement in sql.WIPE:
            work.run(statement, values)
    _empty_keys(work, sorted(back), until)
    _empty_keys(work, gone, work.now)
