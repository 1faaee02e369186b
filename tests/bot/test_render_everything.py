"""Every screen that can be reached by typing and pressing, with the worst data that the core lets
in, drawn for both platforms (`promises.md` B10): within the limits, inert, each button readable."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.sandbox.telegram_html import parse_html, utf16
from adapters.sandbox.telegram_objects import checked_keyboard
from adapters.slack.forms import modal
from adapters.slack.origin import Origin
from adapters.slack.render import draw
from adapters.telegram.render import render
from bot.billing_outcomes import outcome
from bot.billing_pages import Asker, paid, to_pay, to_portal
from bot.dispatch import Handled, dispatch
from bot.grammar import BUTTON_BYTES, to_line
from bot.plan_refusals import _REFUSED
from bot.reading import parse
from bot.turn import commands
from core.addresses import Address, Sender
from core.billing_steps import AWAY, BROKEN, DONE
from core.chat import Button, Inbound, Kind, Menu, Reply
from core.rights import Actor
from core.sales import Sales
from core.store import Store, Tools, open_store
from core.task import Draft, Due, Priority, Status
from core.work import Work
from tests.adapters.hostile_text import HOSTILE, inert
from tests.adapters.slack_strict import broken, live_markup, objects
from tests.databases import sqlite_file
from tests.fake_polar import MemoryPolar, product
from tests.fakes import MemoryEngine, SettableClock

TASKS = 1000
MOST_ALIKE = 3
"""Presses of buttons of one command from one screen's kind; the others differ by their task."""
SCREENS = 1500
TYPED = """\
start|help|help tasks|help done|list|list all|list done|list overdue|list !high|stats|inbox
settings|whoami|link|link AAAA-BBBB-CCCC|unlink|undo|add|done|show 1|add Buy milk due 3/4
done 1 2 3 4 5|done 99999|edit 1|assign 1|due 1|delete 1|reopen|begin|cancel|claim 1|decline 1
name|timezone|timezone Paris|language|notify off|dnoe 3|<!channel>|nonsense \u202e
help \u202e<!channel>|add <!channel> & <b>|edit 1 title:""|assign 1 @nobody<!here>
due 1 \u202enever|timezone <!channel>|privacy|security|export all|export <!channel>|forget-me|
plan|plans|plans all|subscriptions|plan get pro|plan get <!channel>|plan change|plan cancel
plan change teams|plan resume|plan keep|plan web|plan refresh|plan renewals <!channel>|plan nothing
digest|digest on|digest now|digest set|digest <!channel>|quiet|quiet 22-8|quiet set|preset
preset <b>|previews here|previews <b>
fewer|fewer reminders|settings form|plan-news|plan-news <!channel>|zone-move UTC
timezone Buenos Aires|timezone here|timezone here <b>|zone-here Tokyo
find|find 1|find <!channel>|search nothing at all|notes|notes 1|note 1|note 1 <!channel>
note 2 \u202e|share|share 1|filter|filter by:list|filter by:state done|filter by:<b>|list share
list ~x|list #"a b"|bulk|bulk ask done|bulk done #c|bulk delete|bulk delete done|bulk snooze
delete 1 2 3|delete 1 99999
"""
LONG = ("note 1 " + "\U0001f95b\n" * 1900, "find " + "x" * 4000, "bulk delete #" + "c" * 40)
LONG += ("add " + "x" * 4000, "list #" + "c" * 40, "name " + "<" * 64)
LINES = (*filter(None, TYPED.replace("\n", "|").split("|")), *LONG)
_keys = itertools.count(1)


@dataclass(frozen=True)
class Seat:
    """Somebody in a chat."""

    sender: Sender
    address: Address
    forms: bool

    def does(self, kind: Kind, line: str, message: str = "") -> Inbound:
        key = f"{self.sender.platform}:{next(_keys)}"
        return Inbound(
            key, kind, self.sender, self.address, line, message=message, forms=self.forms
        )


BAD_NAME = "<!channel>&<b>\u202e*_`" + "\U0001f95b" * 45
TELE = Sender("telegram", "", "1001", BAD_NAME, "ada", "en")
SLACKER = Sender("slack", "T0ACME", "U0ADA", BAD_NAME, "ada")
SOLD = (
    product("prod-" + "a" * 59, BAD_NAME, 10**11),
    product("prod-" + "b" * 59, "\u202e<!channel>" * 8, 1, trial=10**4),
    product("prod-" + "c" * 59, "", 0, interval="year"),
    *(product(f"prod-{number}", BAD_NAME, number) for number in range(100)),
)
"""Two of them alike but for their id."""
SEATS = (
    Seat(TELE, Address("telegram", "", "1001", private=True), forms=False),
    Seat(TELE, Address("telegram", "", "-100", private=False, title=BAD_NAME), forms=False),
    Seat(SLACKER, Address("slack", "T0ACME", "U0ADA", private=True), forms=True),
    Seat(SLACKER, Address("slack", "T0ACME", "C0HOME", private=False, title="<b>"), forms=True),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = sqlite_file(tmp_path / "everything.db")
    clock = SettableClock()
    engine = MemoryEngine(url, clock)
    sales = Sales(on=True, plans={each.id: "pro" for each in SOLD[:2]} | {SOLD[2].id: "teams"})
    made = open_store(url, Tools(clock, engine, sales=sales))
    await made.mutate(lambda work: work.products.sync(SOLD))
    yield made
    await made.close()
    await engine.stop()


def filled(text: str, length: int) -> str:
    """The text again and again, without the half characters that no platform lets through."""
    whole = text.encode("utf-8", "ignore").decode()
    return (whole * (length // len(whole) + 1))[:length]


def fill(work: Work, seat: Seat, tasks: int) -> None:
    """The most, the longest and the worst that the core takes."""
    chat = work.chats.heard_from(seat.address)
    account, identity, _ = work.accounts.recognise(seat.sender)
    actor = Actor(account.id, account.name, identity.id, chat.id, seat.address.private)
    today = work.now.date()
    for number in range(tasks):
        text = HOSTILE[number % (len(HOSTILE) - 2)]
        title = filled(f"{number} {text}", 500)
        due = Due(today, None, "UTC") if number % 3 == 0 else None
        draft = Draft(
            title,
            filled(text, 4000),
            list(Priority)[number % 3],
            "c" * 40,
            account.id if number % 2 else None,
            due,
            list(Status)[number % 4],
        )
        work.tasks.add(actor, draft)


def pay(work: Work, seat: Seat) -> None:
    """Two subscriptions that run, and many that ran."""
    account = work.accounts.recognise(seat.sender)[0]
    polar = MemoryPolar(SettableClock(work.now), *SOLD)
    for each in (SOLD[0], SOLD[2], *SOLD[:3] * 9):
        held = polar.sell(account.public_id, each.id)
        if len(polar.sold) > 2:
            held = polar.becomes(held.id, status="<!channel>" * 2, ended_at=work.now)
        work.billing.apply(held)
    work.billing.apply(polar.becomes("subscription-2", pending_product_id=SOLD[0].id))


async def answered(store: Store, inbound: Inbound) -> Handled:
    return await store.mutate(lambda work: dispatch(work, inbound, lambda *_: False))


@dataclass
class Walk:
    """Screens still to be seen, and how often each kind of press was taken."""

    seat: Seat
    waiting: deque[Inbound] = field(default_factory=deque)
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    seen: int = 0
    commands: set[str] = field(default_factory=set)

    async def go(self, store: Store) -> None:
        self.waiting.extend(self.seat.does(Kind.COMMAND, line) for line in LINES)
        while self.waiting and self.seen < SCREENS:
            inbound = self.waiting.popleft()
            handled = await answered(store, inbound)
            assert handled.defect == "", inbound.line
            self.seen += 1
            check(handled.reply)
            self.follow(inbound.line.partition(" ")[0], handled.reply)

    def follow(self, screen: str, reply: Reply) -> None:
        for each in buttons(reply):
            name = each.line.partition(" ")[0]
            self.taken[screen, name] += 1
            self.commands.add(name)
            if self.taken[screen, name] <= MOST_ALIKE:
                self.waiting.append(self.seat.does(Kind.PRESS, each.line, message="7"))


def buttons(reply: Reply) -> list[Button]:
    rows = [each for row in reply.buttons for each in row if isinstance(each, Button)]
    rows += [each for menu in rows if isinstance(menu, Menu) for each in menu.options]
    return rows + [each.button for each in reply.items if each.button]


def check(reply: Reply) -> None:
    """It can be drawn anywhere, and each of its buttons says what it does."""
    for each in buttons(reply):
        assert len(each.line.encode()) <= BUTTON_BYTES, each
        command = parse(each.line)
        assert parse(to_line(command)) == command, each
    if reply.form is not None:
        view = modal(reply.form, Origin(reply.form.line, "T0ACME", "C0HOME", private=False))
        assert all(each.get("type") != "mrkdwn" for each in objects(view))
    if not reply.drawn:
        return
    message = draw(reply, "/task")
    assert (broken(message), live_markup(message)) == ("", []), reply
    for page in [*render(reply), *render(reply, single=True)]:
        parsed = parse_html(page.html)
        assert 0 < utf16(parsed.text) <= 4096
        assert inert("telegram", {"text": parsed.text, "entities": parsed.entities}) == []
        checked_keyboard(page.keyboard)


@pytest.mark.parametrize("seat", SEATS, ids=["telegram", "group", "slack", "channel"])
async def test_every_screen_can_be_drawn(store: Store, seat: Seat) -> None:
    tasks = TASKS if seat.address.private else TASKS // 10
    await store.mutate(lambda work: pay(work, seat))
    await store.mutate(lambda work: fill(work, seat, tasks))
    walk = Walk(seat)
    await walk.go(store)
    assert walk.seen > 200
    # The buttons reach what there is: what they do not reach needs a second person.
    known = {each.name for each in commands}
    assert walk.commands <= known
    assert len(walk.commands) >= 16, known - walk.commands


@pytest.mark.parametrize("seat", [SEATS[0], SEATS[2]], ids=["telegram", "slack"])
async def test_every_outcome_of_a_step_can_be_drawn(store: Store, seat: Seat) -> None:
    await store.mutate(lambda work: pay(work, seat))
    facts = {"product": SOLD[1].id, "subscription": "s", "when": "invoice", "reason": "other"}

    def drawn(work: Work) -> None:
        account, identity, _ = work.accounts.recognise(seat.sender)
        asker = Asker(account, identity.platform)
        for kind in ("checkout", "portal", "change", "cancel", "resume", "keep", "refresh"):
            step = work.steps.ask(identity, kind, facts)
            for state in (DONE, AWAY, BROKEN, *_REFUSED):
                check(outcome(work, step, state, asker))
        url = "https://polar.example/" + "x" * 400
        check(to_pay(work, step, asker, url, work.now))
        check(to_portal(url))
        check(paid(work, step, asker))

    await store.mutate(drawn)


def test_a_button_that_does_not_read_back_is_found() -> None:
    wrong = Reply(text="x", buttons=((Button("Go", "done rev:x t:" + "9" * 60),),))
    with pytest.raises(AssertionError):
        check(wrong)
