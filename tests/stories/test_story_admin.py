"""Those who look after the service do it in their own private chat, and for others there is no such
command."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import bindparam, select, update

from adapters.polar.hooks import read
from adapters.sandbox import Message
from adapters.sandbox.polar_products import PRO_MONTHLY
from bot import upkeep, verbs
from bot.dispatch import dispatch
from bot.turn import Where, commands
from core import broadcasts, hearing, operating, schema
from core.addresses import Address, Sender
from core.chat import Inbound, Kind
from core.desk import Desk
from core.work import Work
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, link_long_ago, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOWN = {"billing": True, "admins": "telegram:1001, slack:T0ACME/U0ADA"}

_RECORDED = (
    select(schema.audit.c.facts)
    .where(schema.audit.c.kind == "operated")
    .order_by(schema.audit.c.id.desc())
    .limit(bindparam("most"))
)


@pytest.fixture(params=["telegram", "slack"])
def boss(town: Town, request: pytest.FixtureRequest) -> Somebody:
    """Ada of the settings."""
    id = "tg-ada" if request.param == "telegram" else "sl-ada"
    chat = town.sandbox.world.private_chat(id).id
    return Somebody(town, request.param, "Ada", "ada", id, chat)


@pytest.fixture
def ben(town: Town, boss: Somebody) -> Somebody:
    """Somebody else on the same platform."""
    return newcomer(town, boss.platform, "Ben")


async def answer(person: Somebody, line: str, chat: str = "") -> Message:
    """Whatever is answered next to a command."""
    before = person.ids(chat)
    await person.says(person.spelled(line, group=bool(chat)), chat)
    new = lambda: [each for each in person.seen(chat) if each.id not in before]  # noqa: E731  # asked until it is so
    found: list[Message] = await person.until(new)
    return found[-1]


async def recorded(town: Town, most: int = 1) -> list[str]:
    """What was written into the record last of what was done here; and the chain holds."""
    found = await town.service.store.query(lambda work: work.run(_RECORDED, {"most": most}).all())
    assert await town.service.store.query(lambda work: work.audit.broken()) is None
    return [json.loads(row.facts)["what"] for row in found]


def who(person: Somebody) -> tuple[str, str, str]:
    user = person.town.sandbox.world.people[person.id].user_id
    return person.platform, "" if person.platform == "telegram" else "T0ACME", user


def ref(person: Somebody) -> str:
    platform, scope, user = who(person)
    return ":".join((platform, f"{scope}/{user}" if scope else user))


async def nothing_is_there(ben: Somebody) -> None:
    """What somebody gets who is on no list: what everybody gets for what there is not."""
    await ben.is_met()
    for number, line in enumerate(("admin", "admin status", "admin unheard of"), start=1):
        if ben.platform == "slack":  # what is no verb is a task there
            assert words(await answer(ben, line)).startswith(f"Added #{number} {line}"), line
        else:
            assert words(await answer(ben, line)) == 'I don\'t know "admin".', line
    unheard = words(await answer(ben, "help unheard"))
    assert words(await answer(ben, "help admin")) == unheard.replace("unheard", "admin")
    if ben.platform == "slack":
        return
    for line in ("ask text admin status", "ask text admin what"):
        told = words(await answer(ben, line))
        unheard = words(await answer(ben, line.replace("admin", "unheard")))
        assert told == unheard.replace("unheard", "admin"), line


async def test_for_others_there_is_no_such_command(ben: Somebody, town: Town) -> None:
    await nothing_is_there(ben)
    assert "admin" not in words(await answer(ben, "help commands"))
    assert "admin" not in words(await answer(ben, "help"))
    listed = [each for menu in town.sandbox.world.menu.values() for each in menu]
    assert listed
    assert not [each for each in listed if str(each.get("command", "")).startswith("admin")]
    for each in commands:
        assert (each.where is Where.DESK) == each.name.startswith("admin")
        assert not each.menu if each.where is Where.DESK else True


async def test_a_button_of_it_does_nothing_for_others(
    boss: Somebody, ben: Somebody, town: Town
) -> None:
    """The same line, pressed by somebody else."""
    await answer(boss, "admin broadcast Only the operator may say this.")
    theirs = Sender(*who(ben), ben.name)
    for number, line in enumerate(("admin-broadcast-now 1", "admin-unlink-now 1", "admin status")):
        key, where = f"{ben.id}:{number}", Address(ben.platform, theirs.scope, theirs.user_id, True)
        pressed = Inbound(key, Kind.PRESS, theirs, where, line)
        handled = await town.service.store.mutate(
            lambda work, pressed=pressed: dispatch(work, pressed, lambda *_: False)
        )
        assert f'I don\'t know "{line.split()[0]}".' in handled.reply.text
    last = await town.service.store.query(broadcasts.last)
    assert last is None or "Only the operator" not in last.text


async def test_without_the_list_they_would_see_it(
    ben: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the first."""
    monkeypatch.setattr(Desk, "knows", lambda self, identity: True)
    with pytest.raises(AssertionError):
        await nothing_is_there(ben)


async def nothing_in_a_group(boss: Somebody, ben: Somebody) -> None:
    """They are told where it works, and nobody else sees a thing."""
    group = group_of(boss.town, boss, ben)
    before = boss.ids() | boss.ids(group)
    await boss.says(boss.spelled("admin status", group=True), group)

    def told() -> Message | None:
        new = [each for each in (*boss.seen(), *boss.seen(group)) if each.id not in before]
        return new[-1] if new else None

    said = words(await boss.until(told))
    assert "only works in a" in said
    assert "0.1.0" not in said
    assert not [each for each in ben.seen(group) if "admin" in words(each)]


async def test_in_a_group_it_says_where_it_works(boss: Somebody, ben: Somebody) -> None:
    await nothing_in_a_group(boss, ben)
    if (
        boss.platform == "telegram"
    ):  # on Slack it is a task of the channel, as for what there is not
        await ben.is_met()
        group = group_of(boss.town, boss, ben)
        await ben.says("/admin@fluxbot status", group)
        await ben.until(
            lambda: [each for each in (*ben.seen(), *ben.seen(group)) if "know" in words(each)]
        )


async def test_said_anywhere_it_would_be_seen_there(
    boss: Somebody, ben: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the one before."""
    anywhere = replace(commands.of(verbs.Admin()), where=Where.ANYWHERE)
    monkeypatch.setitem(commands._by_kind, verbs.Admin, anywhere)
    monkeypatch.setitem(commands._by_name, "admin", anywhere)
    with pytest.raises(AssertionError):
        await nothing_in_a_group(boss, ben)


async def test_how_it_is(boss: Somebody, ben: Somebody, town: Town) -> None:
    await ben.does("add Secret words", "Added ")
    shown = words(await answer(boss, "admin status"))
    kind = "SQLite, 0." if town.service.settings.sqlite_file else "PostgreSQL"
    for each in (kind, "0.1.0", "schema", "up for", "ever made", "jobs that wait", "jobs given up"):
        assert each in shown
    assert f"{boss.platform.title()} (works)" in shown
    assert "Secret" not in shown
    shown = words(await answer(boss, "admin health"))
    assert shown.startswith("Ready")
    assert "database: works" in shown
    assert "admin status - people, tasks" in words(await answer(boss, "admin"))
    assert "This is how it goes" in words(await answer(boss, "admin what"))


async def test_health_says_what_does_not_work(
    boss: Somebody, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(town.service.problems, "polar", "polar: not reached")
    shown = words(await answer(boss, "admin health"))
    assert shown.startswith("Not everything works")
    assert "polar: polar: not reached" in shown


async def test_who_somebody_is(boss: Somebody, ben: Somebody, town: Town) -> None:
    await ben.does("add Secret words", "Added ")
    shown = words(await answer(boss, f"admin user {ref(ben)}"))
    assert ref(ben) in shown
    assert "1 of their own, 1 open" in shown
    assert "Secret" not in shown
    public = (
        await town.service.store.query(lambda work: operating.who(work, ref(ben))[0])
    ).public_id
    for other in (public, f"@{ben.handle}", who(ben)[2]):
        assert public in words(await answer(boss, f"admin user {other}")), other
    assert "Nobody here is" in words(await answer(boss, "admin user @nobody_at_all"))
    assert "I can't read" in words(await answer(boss, "admin user"))


async def test_a_chat_is_disconnected_after_a_question(
    boss: Somebody, ben: Somebody, town: Town
) -> None:
    other = newcomer(town, "slack" if boss.platform == "telegram" else "telegram", "Ben")
    await ben.does("add Milk", "Added ")
    await link_long_ago(ben, other)
    shown = await answer(boss, f"admin user {ref(ben)}")
    named = next(e for e in labels(shown) if other.platform.title() in e)
    await boss.presses(shown, named, then="all its chats are told")
    yes = next(each for each in labels(shown) if each.startswith("Disconnect"))
    await boss.presses(shown, yes, then="Disconnected:")
    await other.hears("no longer connected to the account")
    await ben.hears("is no longer connected to your account")
    assert await recorded(town, 2) == ["unlinked somebody", "unlinked"]
    assert "disconnected by whoever looks after me" in words(await answer(ben, "security"))
    last = words(await answer(boss, f"admin unlink {ref(ben)}"))
    assert "only chat of its account" in last
    assert "I can't read" in words(await answer(boss, "admin unlink"))
    assert "Nobody here is" in words(await answer(boss, "admin unlink telegram:77777"))


async def test_an_old_question_is_asked_again(
    boss: Somebody, ben: Somebody, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = newcomer(town, ben.platform, "Bea")
    await ben.is_met()
    await link_long_ago(ben, other)
    shown = await answer(boss, f"admin unlink {ref(other)}")
    yes = next(each for each in labels(shown) if each.startswith("Disconnect"))
    with monkeypatch.context() as later:
        later.setattr("bot.commands.admin_unlink.stands", lambda turn, at: False)
        await boss.presses(shown, yes, then="all its chats are told")
    await boss.presses(shown, yes, then="Disconnected:")


async def test_a_call_of_polar_is_handled_again(
    boss: Somebody, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(hearing.subscriptions, "take", lambda work, what: 1 // 0)
        town.sandbox.polar.subscribe(f"nobody-{boss.platform}", PRO_MONTHLY)
        await town.sandbox.polar.settle()
    waiting = await town.service.store.query(lambda work: work.hooks.page(9))
    failed = next(each for each in waiting if each.outcome == "failed")
    assert "Somebody paid" in words(await answer(boss, f"admin resend {failed.id}"))
    found = await town.service.store.query(lambda work: work.hooks.find("polar", failed.id))
    assert found is not None
    assert found.outcome == "nobody"
    assert await recorded(town) == ["resent"]
    assert "There is no call of Polar" in words(await answer(boss, "admin resend none"))
    empty = lambda work: work.run(update(schema.hook).values(body=None))  # noqa: E731  # said once
    await town.service.store.mutate(empty)
    assert "too old" in words(await answer(boss, f"admin resend {failed.id}"))
    monkeypatch.setattr(town.service.desk, "hook", None)
    assert "Nothing is sold here" in words(await answer(boss, f"admin resend {failed.id}"))
    assert read(failed.id, b"{}").why  # the reader that the desk has


async def test_everybody_is_told_once(
    boss: Somebody, ben: Somebody, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "PART", 2)
    monkeypatch.setattr(broadcasts.tell_part, "__defaults__", (2,))
    twice, quiet = newcomer(town, "telegram", "Tom"), newcomer(town, "slack", "Quentin")
    office = newcomer(town, "slack", "Tom")
    await twice.does("add Milk", "Added ")
    await link_long_ago(twice, office)
    await ben.does("add Tea", "Added ")
    await quiet.does("preset least", "How much I tell you")
    said = f"We move house tonight, said {boss.platform}."
    dry = await answer(boss, f"admin broadcast --dry-run {said}")
    assert "Nothing was sent. It would be:" in words(dry)
    assert said in words(dry)
    assert "about" in words(dry)
    assert not labels(dry)
    asked = await answer(boss, f"admin broadcast {said}")
    send = next(each for each in labels(asked) if each.startswith("Send to"))
    pressed = asked.press(send)
    await boss.presses(asked, send, then="It is on its way to")
    await boss.hears("Everybody is told:")
    await twice.hears(said)
    await ben.hears(said)
    assert await recorded(town) == ["told everybody"]
    if boss.platform == "telegram":  # again; Slack's buttons are gone by then
        await town.sandbox.press(boss.id, asked.chat, asked.id, pressed)
        await boss.until(lambda: "was sent already" in words(asked))
    state = await town.service.store.query(broadcasts.last)
    assert state is not None
    assert state.told == state.people > state.chats > 2
    assert [each.count(said) for each in (twice, ben, office, quiet)] == [1, 1, 0, 0]
    assert said in words(await answer(quiet, "inbox"))


async def test_a_broadcast_of_yesterday_is_asked_again(
    boss: Somebody, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await answer(boss, "admin broadcast Of yesterday.")
    send = next(each for each in labels(asked) if each.startswith("Send to"))
    with monkeypatch.context() as later:
        later.setattr("bot.commands.admin_broadcast.stands", lambda turn, at: False)
        await boss.presses(asked, send, then="Tell everybody this?")
    await boss.presses(asked, "Leave it", then="Nothing was sent.")
    assert "I can't read" in words(await answer(boss, "admin broadcast --dry-run"))
    assert "2,000 fit" in words(await answer(boss, f"admin broadcast {'x' * 2001}"))


async def test_people_are_asked_to_wait(boss: Somebody, ben: Somebody, town: Town) -> None:
    await ben.does("add Milk", "Added ")
    assert "Within seconds" in words(await answer(boss, "admin maintenance on"))
    assert "wait already" in words(await answer(boss, "admin maintenance on"))
    await upkeep.look(town.service.store, town.service.desk)
    try:
        refused = words(await answer(ben, "add Bread"))
        assert "nothing is lost, reminders still come and you can look at your tasks" in refused
        assert "Milk" in words(await answer(ben, "list"))
        assert "Bread" not in words(await answer(ben, "list"))
        typed = "details 1" if ben.platform == "telegram" else "show 1"  # no verb to type on Slack
        for line in (typed, "stats"):
            assert "looked after" not in words(await answer(ben, line)), line
        for line in ("done 1", "edit 1 title:Bread", "undo", "export", "notify off"):
            assert "looked after" in words(await answer(ben, line)), line
        await boss.does("add My own", "Added ")
        assert "people are asked to wait since" in words(await answer(boss, "admin health"))
        assert "people are asked to wait since" in words(await answer(boss, "admin status"))
        heard = await town.service.store.query(lambda work: work.hooks.heard())
        town.sandbox.polar.subscribe(f"else-{boss.platform}", PRO_MONTHLY)
        await town.sandbox.polar.settle()
        assert await town.service.store.query(lambda work: work.hooks.heard()) != heard
        status, text = await ready(town)
        assert status == 200
        assert "ready\nmaintenance since" in text
        assert "what Polar says is kept" in text
    finally:
        assert "within seconds" in words(await answer(boss, "admin maintenance off"))
        await upkeep.look(town.service.store, town.service.desk)
    assert "were not asked" in words(await answer(boss, "admin maintenance off"))
    await ben.does("add Bread", "Added ")
    assert await recorded(town, 2) == ["opened", "closed"]
    assert await ready(town) == (200, "ready\n")


async def test_without_it_they_go_on(
    boss: Somebody, ben: Somebody, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the one before."""
    monkeypatch.setattr("bot.dispatch.refuse_changes", lambda work, turn, entry: None)
    monkeypatch.setattr(town.service.desk, "closed_since", (await _now(town)) - timedelta(1))
    await ben.does("add Bread", "Added ")


async def ready(town: Town) -> tuple[int, str]:
    url = f"{town.service.here}/readyz"
    async with aiohttp.ClientSession() as client, client.get(url) as answered:
        return answered.status, await answered.text()


async def _now(town: Town) -> Any:
    def now(work: Work) -> Any:
        return work.now

    asked: Callable[[Work], Any] = now
    return await town.service.store.query(asked)
