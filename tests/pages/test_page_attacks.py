"""Links that were passed on, letters that were talked out of somebody, sessions that were planted:
nobody's chat is connected by them (`promises.md` T1, T2). Each control switches one protection off,
and then the same attack gets through."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import bindparam, delete, update

from core import schema
from core import web_link_rows as rows
from core.offer import State
from tests.pages_kit import COOKIE, Browser, Signing, account_of, logins_of, picked
from tests.service_kit import ADA, BEN

pytestmark = pytest.mark.asyncio(loop_scope="module")
VICTIM, ATTACKER = ADA, BEN
_w = schema.web_link.c


def finished(*conditions: Any) -> Any:
    """The last step under weaker conditions."""
    awaited = _w.state.in_((State.ASKED, State.SIGNED_IN))
    values = {"state": State.DONE}
    return update(schema.web_link).where(awaited, *conditions).values(values).returning(*rows.ALL)


WITHOUT_LETTERS = finished(_w.identity_id == bindparam("identity"))
"""Whatever is typed into the chat will do."""
FROM_ANY_CHAT = finished(_w.code_hash == bindparam("code"))
"""The letters of any attempt will do, in any chat."""


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def victim_has_an_account(up: Signing) -> None:
    """Whoever signs in as u-ada comes to the victim's account; the attacker has none."""
    for person in (VICTIM, ATTACKER):
        await up.town.say(person, "/whoami")
        await up.town.sees(person, "connected to this account")

    def reset(work: Any) -> None:
        work.run(delete(schema.link_item))
        work.run(delete(schema.link))
        work.run(delete(schema.login))
        work.run(update(schema.identity).where(schema.identity.c.home_id.is_not(None)).values(
            account_id=schema.identity.c.home_id, home_id=None))  # fmt: skip

    await up.town.service.store.mutate(reset)
    letters = await up.letters(up.browser(), await up.link_of(VICTIM))
    before = len(up.town.from_bot(VICTIM))
    await up.town.say(VICTIM, letters)

    def answered() -> bool:  # a notice of what a control connected may come after it
        said = up.town.from_bot(VICTIM)[before:]
        return any("leads to this account" in each.text for each in said)

    await up.town.until(answered)
    assert await logins_of(up, VICTIM) == ["Ada Lovelace"]


async def connected(up: Signing) -> bool:
    """Whether the two chats are one account."""
    return await account_of(up, VICTIM) == await account_of(up, ATTACKER)


async def passed_on(up: Signing) -> str:
    """The attacker begins and passes the link on; the victim opens it, signs in, and says yes to
    everything that the pages ask. The letters that the victim sees."""
    return await up.letters(up.browser(), await up.link_of(ATTACKER), "u-ada")


async def guesses(up: Signing) -> None:
    """The attacker knows no letters, and types some."""
    for guess in ("BCDF-GHJK", "LMNP-QRST", "VWXZ-BCDF"):
        before = len(up.town.from_bot(ATTACKER))
        await up.town.say(ATTACKER, guess)
        await up.town.until(lambda b=before: len(up.town.from_bot(ATTACKER)) > b)


async def test_a_link_that_was_passed_on_connects_nothing(up: Signing) -> None:
    await passed_on(up)
    await guesses(up)
    assert not await connected(up)
    await up.town.sees(ATTACKER, "wrong letters three times")
    # whose sign-in it was learns of it
    warned = await up.town.sees(VICTIM, "Somebody signed in as you on the web")
    assert "connect the chat of Ben" in warned.text


async def test_it_would_if_the_letters_were_not_checked(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "FINISH", WITHOUT_LETTERS)
    await passed_on(up)
    await up.town.say(ATTACKER, "BCDF-GHJK")
    await up.town.sees(ATTACKER, "belongs to the account of Ada Lovelace now")
    assert await connected(up)


async def test_the_attacker_learns_nothing_of_who_signed_in(up: Signing) -> None:
    before = {each.id for each in up.town.from_bot(ATTACKER)}
    await passed_on(up)
    await up.town.sees(ATTACKER, "Somebody signed in with that link")
    since = [each.text for each in up.town.from_bot(ATTACKER) if each.id not in before]
    assert since
    assert "Lovelace" not in "".join(since)


async def test_letters_in_the_victims_own_chat_connect_nothing(up: Signing) -> None:
    letters = await passed_on(up)
    await up.town.say(VICTIM, letters)
    await up.town.sees(VICTIM, "That question has ended")
    assert not await connected(up)


async def reversed_(up: Signing) -> None:
    """The attacker signs in as themselves for their own chat, and talks the victim into typing
    those letters into the victim's chat."""
    letters = await up.letters(up.browser(), await up.link_of(ATTACKER), "u-ben")
    await up.town.say(VICTIM, letters)


async def test_the_attackers_letters_do_nothing_in_the_victims_chat(up: Signing) -> None:
    await reversed_(up)
    await up.town.sees(VICTIM, "That question has ended")
    assert await logins_of(up, VICTIM) == ["Ada Lovelace"]


async def test_they_would_if_any_chat_would_do(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "FINISH", FROM_ANY_CHAT)
    await reversed_(up)
    await up.town.sees(VICTIM, "signing in as Ben Okri leads to this account")
    assert "Ben Okri" in await logins_of(up, VICTIM)


async def callback_of(up: Signing, browser: Browser, link: str) -> str:
    """The address with which the issuer sends a browser back, not followed."""
    picking = await browser.send(await browser.open(link), "/link/start")
    picked_page = await browser._go(
        "POST", picking.url.partition("?")[0], picked(picking, "u-ben"), follow=False
    )
    return picked_page.headers["Location"]


async def injected(up: Signing) -> str:
    """The attacker signs in, and lets the victim's browser, in the middle of its own sign-in, go
    on with the attacker's answer: the title of what the victim sees then."""
    attackers = await callback_of(up, up.browser(), await up.link_of(ATTACKER))
    victim = up.browser()
    await callback_of(up, victim, await up.link_of(VICTIM))
    return (await victim.open(attackers)).title


async def test_a_planted_answer_of_the_issuer_is_refused(up: Signing) -> None:
    assert await injected(up) == "This link has ended"


async def test_it_would_be_taken_if_the_session_were_not_checked(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = schema.oidc_state.c
    weak = delete(schema.oidc_state).where(states.state_hash == bindparam("state"))
    monkeypatch.setattr(rows, "CLAIM", weak.returning(states.web_link_id))
    assert await injected(up) != "This link has ended"


async def test_a_planted_cookie_is_worth_nothing_after_the_sign_in(up: Signing) -> None:
    attacker, victim = up.browser(), up.browser()
    link = await up.link_of(ATTACKER)
    await attacker.open(link)
    host = up.base.removeprefix("http://")
    planted = attacker.cookies[host][COOKIE]
    victim.cookies[host] = {COOKIE: planted}
    asked = await up.sign_in(victim, f"{up.base}/link", "u-ada")
    assert asked.title == "Connect this chat to your account?"
    assert victim.cookies[host][COOKIE] != planted
    seen = await attacker.open(f"{up.base}/link")
    assert (seen.title, "Lovelace" in seen.text) == ("This link has ended", False)


async def test_an_answer_of_the_issuer_works_once(up: Signing) -> None:
    browser = up.browser()
    back = await callback_of(up, browser, await up.link_of(ATTACKER))
    kept = {host: dict(jar) for host, jar in browser.cookies.items()}
    assert (await browser.open(back)).title == "Connect this chat to your account?"
    again = up.browser()
    again.cookies = kept
    assert (await again.open(back)).title == "This link has ended"
