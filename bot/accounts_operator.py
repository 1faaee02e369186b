"""What the operator's command line does about one person: their file, and their being forgotten;
beside a running service or without."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from bot.commands.privacy import clean_up
from bot.errors import sentence
from bot.language import speaking
from bot.operator import opened, say
from bot.people import describe
from bot.private_file import write_new
from bot.settings import Settings
from core import operating
from core.audit import Deed
from core.chat import Document
from core.errors import Refusal
from core.export import Format, document, everything
from core.forgetting import forget, holdings
from core.identity import Account
from core.store import Store
from core.work import Work


async def export_account(settings: Settings, ref: str, out: Path | None) -> int:
    """Write all that is kept about somebody into a file: what `export all` sends them."""
    async with opened(settings) as (store, _):
        person = await _person(store, ref)
        if person is None:
            return 1
        file = await store.query(lambda work: _collected(work, person))
        made = await asyncio.to_thread(write_new, out or Path(file.name), file.content)
        await store.mutate(lambda work: _record(work, person))
    say(f"{made}: {len(file.content):,} bytes, for its owner alone to read.")
    return 0


def _collected(work: Work, person: Account) -> Document:
    work.see_one_state()
    mine = work.accounts.identities(person.id)
    sheets = everything(work, person.id, mine[0].id if mine else 0)
    return document(sheets, Format.ALL, work.now)


def _record(work: Work, person: Account) -> None:
    work.audit.record(Deed.EXPORTED, person.id, {"what": "everything", "to": "operator"})


async def delete_account(settings: Settings, ref: str, *, sure: bool = False) -> int:
    """Forget somebody, as `forget-me` does, once the operator typed whom."""
    async with opened(settings) as (store, _):
        person = await _person(store, ref)
        if person is None:
            return 1
        try:
            await store.query(lambda work: _say_what_goes(work, person))
            if not sure and not await _typed(person):
                say("Nothing was deleted.")
                return 1
            await store.mutate(lambda work: _forget(work, person))
        except Refusal as refusal:
            say(f"Nothing was deleted: {sentence(refusal)}")
            return 1
    say("Forgotten. A running service cleans up behind it and tells their chats; else the next")
    say("start of one does.")
    return 0


def _say_what_goes(work: Work, person: Account) -> None:
    """Raises `Refusal` as `forget` does."""
    found = holdings(work, person.id)
    for each in work.accounts.identities(person.id):
        say(f"  {describe(each)}")
    running = f", {found.subscriptions} subscriptions end" if found.subscriptions else ""
    say(f"{person.name}: {found.chats} chats, {found.tasks} tasks{running}. This is for good.")


async def _typed(person: Account) -> bool:
    """Whether somebody at the keyboard types whom they mean."""
    answer = ""
    with suppress(EOFError):  # nobody is there to ask
        answer = await asyncio.to_thread(input, f"Type {person.public_id} to delete them: ")
    return answer.strip() == person.public_id


def _forget(work: Work, person: Account) -> None:
    mine = work.accounts.identities(person.id)
    chat = mine[0].chat_id if mine else 0
    with speaking(person.language):
        chats = forget(work, person.id, chat=chat)
        if chat or chats:
            clean_up(work, chat or chats[0], chats, work.now)


async def _person(store: Store, ref: str) -> Account | None:
    """Whom a reference means; says why not where it is nobody, or more than one."""
    found = await store.query(lambda work: operating.who(work, ref))
    if len(found) == 1:
        return found[0]
    if not found:
        say(f"Nobody is {ref}: a public id, @handle, telegram:ID or slack:TEAM/ID is known.")
    for each in found:
        say(f"{each.public_id}  {each.name}")
    if found:
        say("Several people are called that; name one by the public id.")
    return None
