"""In an organisation of Slack workspaces (Enterprise) people are the organisation's: Slack's word
counts for this organisation, and for no other (`promises.md` T1, T11)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.oidc.slack import ENTERPRISE, TEAM, USER
from adapters.pacing import NoPacer
from adapters.sandbox import World
from core import proving
from tests.pages_kit import Signing, account_of, logins_of, signing
from tests.ports import free_port
from tests.proof_kit import (
    SLACK,
    agreed,
    back,
    nobody_is_connected,
    nothing_is_connected,
    passed_on,
    there,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
CORP, ACME = "E0CORP", "T0ACME"


def organised(known_in: str) -> World:
    """The sandbox's own, its people being an organisation's. In one workspace of it requests name
    the organisation, in a channel of somebody else's they name their workspace alone."""
    world = World.demo()
    people = [each for each in world.people.values() if each.platform == "slack"]
    chats = [each for each in world.chats.values() if each.platform == "slack"]
    for each in (*people, *(chats if known_in == CORP else ())):
        each.enterprise = CORP
    return world


@pytest.fixture(scope="module", params=[CORP, ACME])
def known_in(request: pytest.FixtureRequest) -> str:
    """The scope that Ada's chat has."""
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(
    known_in: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Signing]:
    folder = tmp_path_factory.mktemp("organised")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.sharing.LocalPacer", NoPacer)
        async with signing(folder, free_port(), proof=True, world=organised(known_in)) as there:
            yield there


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def as_before(up: Signing) -> None:
    await up.town.service.store.mutate(nobody_is_connected)


async def test_whose_chat_it_is_connects_it_without_letters(up: Signing, known_in: str) -> None:
    browser = up.browser()
    shown = await agreed(up, browser, await up.link_of(SLACK.ada))
    asked = await there(browser, shown)
    done = await back(browser, asked, SLACK.her)
    assert (done.status, done.title) == (200, "Connected")
    assert await logins_of(up, SLACK.ada) == ["Ada Lovelace"]
    account = await account_of(up, SLACK.ada)
    scopes = await up.town.service.store.query(
        lambda work: {each.scope for each in work.accounts.identities(account)}
    )
    assert scopes == {known_in}


async def test_a_link_that_was_passed_on_connects_nothing(up: Signing) -> None:
    refused = await passed_on(up, SLACK)
    assert (refused.status, refused.title) == (403, "That is somebody else's chat")
    assert await nothing_is_connected(up, SLACK)


async def test_the_control_the_attackers_chat_would_be_connected(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_is", lambda *_: True)
    assert (await passed_on(up, SLACK)).title == "Connected"
    assert not await nothing_is_connected(up, SLACK)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({ENTERPRISE: None}, {CORP: 403, ACME: 200}),
        ({ENTERPRISE: "E0OTHER"}, {CORP: 403, ACME: 200}),
        ({TEAM: "T0OTHER"}, {CORP: 200, ACME: 403}),  # a third one, of this organisation or not
        ({TEAM: "T0OTHER", ENTERPRISE: None}, {CORP: 403, ACME: 403}),
        ({TEAM: "T0OTHER", ENTERPRISE: "E0OTHER"}, {CORP: 403, ACME: 403}),
        ({ENTERPRISE: ACME}, {CORP: 400, ACME: 400}),
        ({ENTERPRISE: ""}, {CORP: 400, ACME: 400}),
        ({TEAM: None}, {CORP: 400, ACME: 400}),
        ({USER: "U0CLEO"}, {CORP: 400, ACME: 400}),
    ],
)
async def test_somebody_elsewhere_or_half_a_word_connects_nothing(
    up: Signing,
    known_in: str,
    monkeypatch: pytest.MonkeyPatch,
    changed: dict[str, str | None],
    expected: dict[str, int],
) -> None:
    said = {TEAM: ACME, USER: "U0ADA", ENTERPRISE: CORP} | changed
    claims = {name: value for name, value in said.items() if value is not None}
    monkeypatch.setattr(up.town.sandbox.proving["slack"], "_claims", lambda _: claims)
    browser = up.browser()
    asked = await there(browser, await agreed(up, browser, await up.link_of(SLACK.ada)))
    assert (await back(browser, asked, SLACK.her)).status == expected[known_in]
    assert await nothing_is_connected(up, SLACK) == (expected[known_in] != 200)
