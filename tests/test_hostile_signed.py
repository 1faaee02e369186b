"""Genuine senders with strange contents, and genuine messages on which our own code breaks."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy.exc import OperationalError

from bot import operator, verbs
from bot.turn import Entry, commands
from core.chat import Unread
from tests.hostile_kit import (
    Json,
    Unhurried,
    dumped,
    fine,
    genuine_slack,
    genuine_updates,
    house,
    loud,
    resident,
)
from tests.mutations import mutated

BODIES = 1200
"""On each platform; `promises.md` B4 has more of them in the longer runs."""


async def test_mutations_of_genuine_messages_break_nothing(
    tmp_path: Path,
    unused_tcp_port: int,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.sharing.LocalPacer", Unhurried)
    chance = random.Random(20261125)  # noqa: S311  # the same bodies every time
    updates, payloads = genuine_updates(), genuine_slack()
    async with house(tmp_path, unused_tcp_port) as up:
        begun = 0
        for number in range(BODIES):
            if number == BODIES // 10:
                begun = resident()
            update = mutated(chance.choice(updates), chance)
            payload = mutated(chance.choice(payloads), chance)
            fresh(update, payload, number, chance)
            answers = await asyncio.gather(up.update(update), up.slack(payload))
            for status, text in answers:
                fine(status, text)
            # Telegram sends again whatever is refused, and holds back all that comes after it.
            assert (answers[0][0] == 200) is is_update(update), (answers[0], update)
        assert resident() - begun < 30 * 2**20
        # Nothing breaks but the reader of Telegram, on what Telegram never sends: that is kept.
        assert [each for each in loud(caplog.records) if "could not be read" not in each] == []
        await up.still_works("mutated")
        kept = await up.town.service.store.query(lambda work: work.failures.page(BODIES))
        assert {type(each.message) for each in kept} <= {Unread}
        assert {each.message.key.partition(":")[0] for each in kept} <= {"telegram"}


def is_update(update: Json) -> bool:
    """Whether it has a number and is JSON at all, which half a character is not."""
    try:
        return isinstance(orjson.loads(dumped(update)).get("update_id"), int)
    except orjson.JSONDecodeError:
        return False


def fresh(update: Json, payload: Json, number: int, chance: random.Random) -> None:
    """Names of their own, mostly: a message that was seen before is not looked at again."""
    if chance.random() < 0.9:
        if "update_id" in update and isinstance(update["update_id"], int):
            update["update_id"] = 10_000_000 + number
        for name in ("trigger_id", "event_id"):
            if isinstance(payload.get(name), str):
                payload[name] = f"{name}.{number}"


# -- our own defects -----------------------------------------------------------------------------


def defective(work: Any, turn: Any, command: Any) -> Any:
    raise ZeroDivisionError("made for the test")


def refused_by_the_database(work: Any, turn: Any, command: Any) -> Any:
    raise OperationalError("made for the test", {}, Exception("disk I/O error"))


@pytest.fixture(params=[defective, refused_by_the_database])
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """`stats` breaks."""
    entry = commands.find("stats")
    assert entry is not None
    bad = replace(entry, handler=request.param)
    monkeypatch.setitem(commands._by_name, "stats", bad)
    monkeypatch.setitem(commands._by_kind, verbs.Stats, bad)
    return entry


async def test_a_message_on_which_we_break_is_kept_and_answered_with_a_reference(
    tmp_path: Path, unused_tcp_port: int, broken: Entry, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house(tmp_path, unused_tcp_port) as up:
        town = up.town
        for person, line in (
            (("tg-ada", "telegram:1001"), "/stats"),
            (("sl-ada", "slack:D0ADA"), "/task stats"),
        ):
            shown = await town.say(person, line)
            assert shown.error == ""
            said = await town.sees(person, "Something broke on our side. Nothing was saved.")
            reference = said.text.rpartition(" ")[2]
            await town.sandbox.settled()  # accepted: nothing is sent again
            await operator.failed(up.settings, 10)
            assert reference in capsys.readouterr().out
            await town.say(person, line, again=shown.id)
            await town.sandbox.settled()
        kept = await town.service.store.query(lambda work: work.failures.page())
        assert len(kept) == 2
        assert [each.message.token for each in kept] == ["", ""]
        await up.still_works("broken")


async def test_a_defect_names_no_words_of_the_person_in_the_metrics(
    tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = commands.find("add")
    assert entry is not None
    monkeypatch.setitem(commands._by_kind, verbs.Add, replace(entry, handler=defective))
    async with house(tmp_path, unused_tcp_port) as up:
        person = ("tg-ada", "telegram:1001")
        await up.town.say(person, "Chemotherapy on Friday")
        await up.town.sees(person, "Something broke")
        async with up.client.get(up.url("/metrics")) as answer:
            text = await answer.text()
    assert 'handler_defects_total{command="add"} 1.0' in text
    assert "Chemo" not in text


def test_the_mutator_does_mutate() -> None:
    chance = random.Random(1)  # noqa: S311
    genuine = genuine_slack()
    changed = [mutated(each, chance) for each in genuine]
    assert all(json.dumps(a) != json.dumps(b) for a, b in zip(genuine, changed, strict=True))
