"""Where sign-up is not open: who is let in, and what becomes of what they wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.pacing import NoPacer
from tests.databases import PostgresServer, sqlite_file
from tests.service_kit import Town
from tests.service_kit import town as a_town
from tests.stories.cast import CODE, PLATFORMS, Somebody, link, newcomer, words
from tests.stories.conftest import SharedNoPacer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["invite", "closed"])
async def guarded(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    service_database: dict[str, str],
) -> AsyncIterator[Town]:
    """A town whose bot does not take everybody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.sharing.LocalPacer", NoPacer)
        patch.setattr("bot.sharing.RowPacer", SharedNoPacer)
        folder = tmp_path_factory.mktemp("town")
        database = dict(service_database)  # of its own: the platforms' ids begin anew
        if database["database_url"].startswith("sqlite"):
            database["database_url"] = sqlite_file(folder / "fluxbot.db")
        else:
            server: PostgresServer = request.getfixturevalue("core_postgres")
            database["database_url"] = server.whole()
        async with a_town(folder, signup=request.param, **database) as there:
            there.sandbox.limit(False)
            yield there


@pytest.fixture
def closed(request: pytest.FixtureRequest) -> bool:
    return request.node.callspec.params["guarded"] == "closed"


@pytest.fixture(params=PLATFORMS)
def ada(guarded: Town, request: pytest.FixtureRequest) -> Somebody:
    return newcomer(guarded, request.param, "Ada")


async def invitation(town: Town) -> str:
    """As `fluxbot invite` makes it."""
    code, _ = await town.service.store.mutate(lambda work: work.invitations.issue(None))
    return code


async def is_in(somebody: Somebody) -> None:
    await somebody.does("list", "No open tasks.")


async def test_a_stranger_is_told_how_to_come_in_and_loses_nothing(
    ada: Somebody, guarded: Town
) -> None:
    told = await ada.writes("Buy milk", 'I will then add "Buy milk".')
    await ada.presses(told, "Connect account")
    await ada.hears("ask for a code there and send it to me here.")
    await ada.writes(await invitation(guarded), "you are in.")
    await ada.hears("Added ")
    assert "Buy milk" in words(await ada.does("list", "Open task"))


async def test_a_stranger_who_says_hello_is_not_greeted_as_somebody_known(ada: Somebody) -> None:
    told = words(await ada.does("start", "I keep your tasks and tell the people they concern."))
    assert "send me the code that you got" in told
    assert "Good to see you again" not in told
    assert "becomes a task" not in told


async def test_only_the_last_wish_is_granted_and_once(ada: Somebody, guarded: Town) -> None:
    await ada.writes("Buy milk", 'I will then add "Buy milk".')
    await ada.does("stats", "I will then do what you asked.")
    await ada.does("add Call bank", 'I will then add "Call bank".')
    await ada.writes(await invitation(guarded), "you are in.")
    await ada.hears("Added ")
    page = words(await ada.does("list", "Open task"))
    assert "Call bank" in page
    assert "Buy milk" not in page


async def test_an_invitation_works_once(ada: Somebody, guarded: Town) -> None:
    code, eve = await invitation(guarded), newcomer(guarded, "telegram", "Eve")
    await ada.writes(code, "you are in.")
    await eve.writes(code, "That code does not work")
    await eve.writes("Buy milk", "To save tasks I need to know which account is yours.")


async def test_help_is_for_everybody(ada: Somebody) -> None:
    await ada.does("help", "Send me a line of text")
    await ada.does("whoami", "1 chat connected")


async def test_who_is_in_may_invite_where_that_is_the_way(
    ada: Somebody, guarded: Town, closed: bool
) -> None:
    await ada.writes(await invitation(guarded), "you are in.")
    if closed:
        await ada.does("invite", "Only the operator invites people here.")
        return
    code = CODE.search(words(await ada.does("invite", "Give this code to the one you invite.")))
    assert code
    ben = newcomer(guarded, "slack", "Ben")
    await ben.does(f"link {code[0]}", "you are in.")
    await is_in(ben)


async def test_a_deep_link_carries_an_invitation(guarded: Town) -> None:
    ada = newcomer(guarded, "telegram", "Ada")
    code = (await invitation(guarded)).replace("-", "")
    await ada.does(f"start i_{code}", "you are in.")
    await is_in(ada)


async def test_linking_to_somebody_who_is_in_lets_in_and_grants(
    ada: Somebody, guarded: Town
) -> None:
    await ada.writes(await invitation(guarded), "you are in.")
    office = newcomer(guarded, "slack", "Ada")
    await office.does("add Buy milk", 'I will then add "Buy milk".')
    await link(ada, office)
    await office.hears("Added ")
    assert "Buy milk" in words(await ada.does("list", "Open task"))


async def test_whoever_is_mentioned_is_not_let_in_by_that(ada: Somebody, guarded: Town) -> None:
    await ada.writes(await invitation(guarded), "you are in.")
    ben = newcomer(guarded, ada.platform, "Ben")
    token = f"@{ben.handle}" if ada.platform == "telegram" else f"<@{ben.id.split(':')[-1]}>"
    await ada.does(f"add Report {token}", "Added ")
    await ben.writes("Buy milk", "To save tasks I need to know which account is yours.")


async def test_the_control_an_open_door_lets_everybody_in(
    ada: Somebody, guarded: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.accounts import Accounts
    from core.signup import Signup

    recognise = Accounts.recognise

    def open_door(self: Accounts, *who: object) -> object:
        self._work.signup = Signup.OPEN
        return recognise(self, *who)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Accounts, "recognise", open_door)
    await ada.writes("Buy milk", "Added ")
