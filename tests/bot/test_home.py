"""The worst that a Home tab may have to show stays within Slack's limits, and nothing of it is cut
away; what stands on it is its reader's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, update

from adapters.slack.home import view
from bot.home import DONE_SHOWN, PAGE, home, on_tab
from bot.language import LANGUAGES, speaking
from core import schema
from core.addresses import Sender
from core.chat import Reply
from core.identity import Identity
from core.rights import Actor
from core.sales import Sales
from core.task import CATEGORY_LIMIT, TITLE_LIMIT, Draft, Due, Priority, Status
from core.work import Work
from tests.adapters.slack_strict import live_markup
from tests.adapters.slack_view import INERT, elements, refused, words
from tests.memory import Memory

WORST = ("&" * TITLE_LIMIT, "\U0001f95b" * TITLE_LIMIT, "<!channel> " * 40, "W" * TITLE_LIMIT)
MANY = PAGE + 10
_MOVE = (
    update(schema.identity)
    .where(schema.identity.c.id == bindparam("identity"))
    .values(account_id=bindparam("account"))
)


@pytest.fixture(scope="module")
def memory() -> Iterator[Memory]:
    made = Memory(sales=Sales(on=True))
    yield made
    made.close()


def meet(work: Work, name: str, *, platform: str = "slack") -> tuple[Actor, Identity]:
    account, identity, _ = work.accounts.recognise(Sender(platform, "T1", f"U{name}"[:64], name))
    return Actor(account.id, account.name, identity.id, identity.chat_id, True), identity


def drawn(work: Work, account: int, identity: Identity, page: int = 1) -> dict[str, Any]:
    parts = home(work, work.accounts.get(account), identity, page)
    return view(on_tab(parts, identity.id, 1), "/" + "t" * 31)


def fill(work: Work, me: Actor, other: Actor, titles: tuple[str, ...], many: int = MANY) -> None:
    """More than any page shows, in every section, with all that a row may say."""
    work.sales.on = False  # nobody pays for as many
    today = work.now.date()
    for number in range(many + DONE_SHOWN + 2):
        day = today + timedelta(days=(-400, 0, 5, 90)[number % 4])
        due = Due(day, None, "America/Argentina/ComodRivadavia")
        draft = Draft(
            titles[number % len(titles)],
            priority=Priority.HIGH,
            category="\U0001f95b" * CATEGORY_LIMIT,
            assignee=other.account if number % 2 else None,
            due=due if number % 5 else None,
            status=Status.PENDING if number < many else Status.COMPLETED,
        )
        work.tasks.add(me, draft)
    work.sales.on = True


TITLES = st.lists(
    st.sampled_from(WORST) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    min_size=1,
    max_size=3,
)


@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(titles=TITLES, name=st.sampled_from(WORST), language=st.sampled_from(sorted(LANGUAGES)))
def test_the_worst_data_fits_and_nothing_of_it_is_left_out(
    memory: Memory, titles: list[str], name: str, language: str
) -> None:
    rest: list[str] = []
    usable = tuple(f"x{each}"[:TITLE_LIMIT] for each in titles)

    def worst(work: Work) -> list[dict[str, Any]]:
        me, identity = meet(work, name)
        other, _ = meet(work, f"{name}2"[-64:])
        work.profile.set_timezone(me.account, "America/Argentina/ComodRivadavia")
        fill(work, me, other, usable)
        with speaking(language):
            rest.append(on_tab((), 0).rest)
            return [drawn(work, me.account, identity, page) for page in (1, 2, MANY)]

    with memory.aside():
        views = memory.run(worst)
    for each in views:
        assert refused(each) == ""
        assert [mark for mark in live_markup(each) if mark not in INERT] == []
        assert rest[-1] not in words(each)
    assert len(elements(views[0], "checkboxes")) == PAGE
    assert views[0] == views[2], "a page that is not there is the first"


def test_a_page_of_more_tasks_would_be_noticed(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.home.PAGE", 3 * PAGE)

    def many(work: Work) -> dict[str, Any]:
        me, identity = meet(work, "Ada")
        fill(work, me, me, WORST, 3 * PAGE)
        return drawn(work, me.account, identity)

    with memory.aside():
        shown = memory.run(many)
    assert refused(shown) == ""
    assert on_tab((), 0).rest in words(shown)


def test_many_chats_are_counted_and_the_rest_a_button_away(memory: Memory) -> None:
    def many(work: Work) -> dict[str, Any]:
        me, identity = meet(work, "Ada")
        work.tasks.add(me, Draft("Milk"))
        for number in range(30):
            _, other = meet(work, f"W{number}" * 20)
            work.run(_MOVE, {"identity": other.id, "account": me.account})
        return drawn(work, me.account, identity)

    with memory.aside():
        shown = memory.run(many)
    assert refused(shown) == ""
    assert words(shown).count("Disconnect") == 10
    assert "All of them" in words(shown)


def test_a_tab_has_nothing_of_anybody_else(memory: Memory) -> None:
    def two(work: Work) -> tuple[dict[str, Any], dict[str, Any]]:
        ada, mine = meet(work, "Ada")
        ben, his = meet(work, "Ben")
        work.tasks.add(ben, Draft("Secret"))
        work.tasks.add(ben, Draft("Secret too", status=Status.COMPLETED))
        work.tasks.add(ada, Draft("Milk"))
        return drawn(work, ada.account, mine), drawn(work, ben.account, his)

    with memory.aside():
        ada, ben = memory.run(two)
    assert "Secret" not in words(ada)
    assert words(ben).count("Secret") >= 2


def test_a_first_visit_says_little(memory: Memory) -> None:
    def first(work: Work) -> tuple[Reply, ...]:
        me, identity = meet(work, "Ada")
        return home(work, work.accounts.get(me.account), identity)

    with memory.aside():
        [part] = memory.run(first)
    assert len(part.text.splitlines()) == 3
    assert (len(part.items), len(part.buttons)) == (1, 1)
