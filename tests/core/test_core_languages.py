"""The language of an account: what a platform says, until the person says otherwise."""

from __future__ import annotations

from dataclasses import replace

from core.addresses import Sender
from core.store import Store
from core.work import Work

ADA = Sender("telegram", "", "1001", "Ada", "ada", "de-AT")
SLACKER = Sender("slack", "T0ACME", "U0ADA", "ada", "ada")


async def language(store: Store, sender: Sender) -> str:
    """As it is once they wrote again."""
    account, *_ = await store.mutate(lambda work: work.accounts.recognise(sender))
    return account.language


async def test_somebody_who_was_only_mentioned_has_one_once_they_write(store: Store) -> None:
    mention = replace(ADA, user_id="", name="", language="")
    await store.mutate(lambda work: work.accounts.mentioned(mention))
    assert await language(store, ADA) == "de-at"
    assert await language(store, replace(ADA, language="en")) == "de-at"  # it is known by now


async def test_what_somebody_chose_stays(store: Store) -> None:
    account, *_ = await store.mutate(lambda work: work.accounts.recognise(ADA))
    await store.mutate(lambda work: work.profile.set_language(account.id, "en"))
    assert await language(store, ADA) == "en"


async def test_a_profile_says_it_where_messages_do_not(store: Store) -> None:
    _, identity, _ = await store.mutate(lambda work: work.accounts.recognise(SLACKER))
    for told in ("", "<!channel>", "x" * 20):
        profile = replace(SLACKER, language=told)
        await store.mutate(lambda work, profile=profile: work.accounts.learn(identity.id, profile))
        assert await language(store, SLACKER) == ""
    profile = replace(SLACKER, language="de-DE")
    await store.mutate(lambda work: work.accounts.learn(identity.id, profile))
    assert await language(store, SLACKER) == "de-de"
    other = replace(SLACKER, language="fr-FR")
    await store.mutate(lambda work: work.accounts.learn(identity.id, other))
    assert await language(store, SLACKER) == "de-de"


async def test_what_somebody_chose_while_their_profile_was_read_stays(store: Store) -> None:
    """Several processes: the account was read before it was chosen, and the profile comes after."""
    account, identity, _ = await store.mutate(lambda work: work.accounts.recognise(SLACKER))

    def chosen(work: Work) -> None:
        work.profile.set_language(account.id, "en")
        work.profile.set_timezone(account.id, "Europe/Berlin")

    await store.mutate(chosen)
    assert (account.language, account.timezone) == ("", "")  # as it was read

    def told(work: Work) -> None:
        assert not work.profile.learn_language(account, "de-DE")
        work.profile.learn_zone(account, identity, "Asia/Tokyo")

    await store.mutate(told)
    now, *_ = await store.mutate(lambda work: work.accounts.recognise(SLACKER))
    assert (now.language, now.timezone) == ("en", "Europe/Berlin")
