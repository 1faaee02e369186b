"""Who somebody is: an account for a person, an identity for each platform they write on."""

from __future__ import annotations

import pytest

from core.addresses import Sender
from core.errors import NotUnderstood, TooLong
from core.store import Store
from core.task import Ref
from tests.core.people import add, meet, person
from tests.core.rows import total

ADA = Sender("telegram", "", "1001", "Ada", "Ada_L", "en-GB", "Europe/London")


async def test_the_first_message_makes_an_account(store: Store) -> None:
    account, identity, first = await store.mutate(lambda work: work.accounts.recognise(ADA))
    assert (account.name, account.timezone, account.language) == ("Ada", "Europe/London", "en-GB")
    assert (account.joined, first, identity.handle) == (True, True, "ada_l")
    again = await store.mutate(lambda work: work.accounts.recognise(ADA))
    assert again == (account, identity, False)
    assert await total(store, "account") == await total(store, "chat") == 1


async def test_what_the_platform_says_wrongly_is_left_out(store: Store) -> None:
    odd = Sender("slack", "T", "U1", " \x00\u202eA\nb" + "c" * 99, "", "x" * 99, "Not/AZone")
    account, identity, _ = await store.mutate(lambda work: work.accounts.recognise(odd))
    assert account.name == identity.name == ("A b" + "c" * 99)[:64]
    assert (account.timezone, account.language) == ("", "x" * 16)


async def test_a_mentioned_handle_becomes_the_person(store: Store) -> None:
    bo = await person(store, "Bo")
    mention = Sender("telegram", "", "", "", "ADA_L")
    account = await store.mutate(lambda work: work.accounts.mentioned(mention))
    assert not account.joined
    assert (await store.mutate(lambda work: work.accounts.mentioned(mention))).id == account.id
    await add(store, bo, "For Ada", assignee=account.id)
    ada = await store.mutate(lambda work: meet(work, ADA))
    assert ada.account == account.id
    task = await store.query(lambda work: work.tasks.get(ada.actor, Ref(number=1)))
    assert (task.title, task.assignee_name) == ("For Ada", "Ada")
    chat = await store.query(lambda work: work.chats.by_id(ada.chat))
    assert (chat.chat, chat.private) == ("1001", True)
    *_, first = await store.mutate(lambda work: work.accounts.recognise(ADA))
    assert not first  # they joined with the message before


async def test_a_placeholder_is_joined_once(store: Store) -> None:
    await store.mutate(lambda work: work.accounts.mentioned(ADA))
    account, _, first = await store.mutate(lambda work: work.accounts.recognise(ADA))
    assert first
    assert (await store.query(lambda work: work.accounts.get(account.id))).joined


async def test_a_handle_never_leads_to_somebody_elses_identity(store: Store) -> None:
    ada = await store.mutate(lambda work: meet(work, ADA))
    bo = await store.mutate(lambda work: meet(work, Sender("telegram", "", "0555", "Bo", "bo")))
    thief = Sender("telegram", "", "0666", "Eve", "ada_l")
    eve = await store.mutate(lambda work: meet(work, thief))
    assert eve.account != ada.account
    # The handle changed hands: from now on it means who writes with it.
    mention = Sender("telegram", "", "", "", "Ada_L")
    assert (await store.mutate(lambda work: work.accounts.mentioned(mention))).id == eve.account
    back = await store.mutate(lambda work: meet(work, Sender("telegram", "", "1001")))
    assert back.account == ada.account
    renamed = Sender("telegram", "", "0555", "Bo", "ada_l")
    await store.mutate(lambda work: meet(work, renamed))
    assert (await store.mutate(lambda work: work.accounts.mentioned(mention))).id == bo.account


async def test_a_handle_is_of_one_platform_and_workspace(store: Store) -> None:
    ada = await store.mutate(lambda work: meet(work, ADA))
    for other in (Sender("slack", "T", "", "", "ada_l"), Sender("telegram", "x", "", "", "ada_l")):
        found = await store.mutate(lambda work, o=other: work.accounts.mentioned(o))
        assert found.id != ada.account


async def test_the_same_slack_id_in_two_workspaces_is_two_people(store: Store) -> None:
    one, two = [
        await store.mutate(lambda work, s=scope: meet(work, Sender("slack", s, "U1", "Cleo")))
        for scope in ("T1", "T2")
    ]
    assert one.account != two.account
    assert one.chat != two.chat


async def test_a_changed_name_and_handle_are_kept(store: Store) -> None:
    ada = await store.mutate(lambda work: meet(work, ADA))
    new = Sender("telegram", "", "1001", "Ada King", "King")
    account, identity, _ = await store.mutate(lambda work: work.accounts.recognise(new))
    assert (identity.name, identity.handle, account.name) == ("Ada King", "king", "Ada King")
    for handle, expected in (("KING", True), ("ada_l", False)):
        who = Sender("telegram", "", "", "", handle)
        found = await store.mutate(lambda work, w=who: work.accounts.mentioned(w))
        assert (found.id == ada.account) is expected


async def test_a_name_that_was_chosen_here_stays(store: Store) -> None:
    ada = await store.mutate(lambda work: meet(work, ADA))
    await store.mutate(lambda work: work.profile.rename(ada.account, "Countess"))
    new = Sender("telegram", "", "1001", "Ada King")
    account, identity, _ = await store.mutate(lambda work: work.accounts.recognise(new))
    assert (identity.name, account.name) == ("Ada King", "Countess")


async def test_a_message_without_a_name_changes_none(store: Store) -> None:
    await store.mutate(lambda work: meet(work, ADA))
    bare = Sender("telegram", "", "1001")
    _, identity, _ = await store.mutate(lambda work: work.accounts.recognise(bare))
    assert (identity.name, identity.handle) == ("Ada", "ada_l")


async def test_a_contact_is_somebody_one_shares_a_task_with(store: Store) -> None:
    ada, bo = await person(store, "Ada"), await person(store, "Bö")
    await person(store, "Cleo")
    await add(store, ada, assignee=bo.account)

    async def contact(name: str) -> int | None:
        found = await store.query(lambda work: work.accounts.contact(ada.account, name))
        return found.id if found else None

    assert await contact("BÖ") == bo.account
    assert await contact("Cleo") is None
    assert await contact("Ada") is None
    other = await person(store, "bö", "slack", "T1")
    await add(store, ada, assignee=other.account)
    assert await contact("Bö") is None  # which one?


async def test_a_profile_takes_what_makes_sense(store: Store) -> None:
    ada = await person(store, "Ada")

    async def say(function: str, value: str) -> None:
        await store.mutate(lambda work: getattr(work.profile, function)(ada.account, value))

    await say("rename", "  Ada \u202e King ")
    await say("set_timezone", "America/New_York")
    await say("set_language", "de-AT")
    account = await store.query(lambda work: work.accounts.get(ada.account))
    assert (account.name, account.timezone, account.language) == (
        "Ada King",
        "America/New_York",
        "de-at",
    )
    await say("rename", "x" * 64)
    with pytest.raises(TooLong):
        await say("rename", "x" * 65)
    wrong = [
        ("rename", " \u200b"),
        ("set_timezone", "Mars/Base"),
        ("set_timezone", "../etc/passwd"),
    ]
    wrong += [("set_language", "e"), ("set_language", "x" * 17), ("set_language", "e;")]
    for function, value in wrong:
        with pytest.raises(NotUnderstood):
            await say(function, value)


async def test_notices_are_switched_by_their_owner_only(store: Store) -> None:
    ada, eve = await person(store, "Ada"), await person(store, "Eve")
    assert not await store.mutate(
        lambda work: work.profile.set_notify(eve.account, ada.identity, False)
    )
    assert await store.mutate(
        lambda work: work.profile.set_notify(ada.account, ada.identity, False)
    )
    [identity] = await store.query(lambda work: work.accounts.identities(ada.account))
    assert not identity.notify
