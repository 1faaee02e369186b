"""Bad lines between the service and everything that it talks to, under load."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import PostgresServer, core_postgres
from tests.faults.lines import Lines, Suffered, bad_lines
from tests.faults.load import Load
from tests.faults.oracle import Verdict, judge
from tests.faults.proxy import Toxic

__all__ = ["core_postgres"]  # a fixture
RATE = 10.0
"""Things that people do in a second."""
BAD, GOOD = 3.0, 2.0
"""Seconds that a line is bad, and then good."""
LONG_HOLE = 20.0
"""Longer than the deadline of any call."""
BACK_WITHIN = 8.0
"""Seconds from the end of the trouble to the answer of what is asked then."""
SETTLED = 90.0
"""A group gets 15 messages a minute, and has some of them waiting."""
LINKS = [
    ("telegram", "polling", "sqlite"),
    ("telegram", "webhook", "sqlite"),
    ("slack", "webhook", "sqlite"),
    ("telegram", "webhook", "postgresql"),
    ("slack", "webhook", "postgresql"),
    ("postgresql", "webhook", "postgresql"),
    ("polar", "webhook", "sqlite"),
    ("polar", "webhook", "postgresql"),
]
BUYERS = ("tg-p5", "tg-p6")


def seconds_of(toxic: Toxic) -> float:
    return LONG_HOLE if toxic is Toxic.BLACK_HOLE else BAD


async def endured(lines: Lines, link: str, load: Load) -> dict[Toxic, Suffered]:
    """Each toxic in turn, and after each somebody who is answered at once."""
    suffered = {}
    load.begin()
    for number, toxic in enumerate(Toxic):
        await asyncio.sleep(GOOD)
        suffered[toxic] = await lines.suffer(link, toxic, seconds_of(toxic))
        for person in ("tg-p9", "sl-p9"):
            chat, word = lines.city.private(person), f"after{number}"
            sign = "/" if person.startswith("tg") else "/task "
            await lines.city.sandbox.say(person, chat, f"{sign}{word}")
            await lines.city.until(lambda c=chat, w=word: lines.city.seen(c, w), BACK_WITHIN)
    await load.end()
    return suffered


async def run(lines: Lines, link: str) -> tuple[dict[Toxic, Suffered], int, Verdict]:
    """All of it, judged; and how much was given up and sent again by the operator."""
    lines.city.sandbox.telegram.patience = 60.0
    await lines.service.start()
    await lines.city.link(1)
    for each in BUYERS:
        await lines.city.buys(each)
    load = Load(lines.city, RATE, random.Random(5), buyers=BUYERS)  # noqa: S311  # load, no secret
    suffered = await endured(lines, link, load)
    replayed = await lines.settle(SETTLED)
    await load.press_again()
    replayed += await lines.settle(SETTLED)
    return suffered, replayed, judge(lines.city, load.inputs)


def words(link: str, suffered: dict[Toxic, Suffered], verdict: Verdict) -> str:
    spoiled = ", ".join(f"{toxic} {each.spoiled}" for toxic, each in suffered.items())
    said = sorted(set().union(*(each.said for each in suffered.values())))
    return (
        f"{link}: {spoiled}; {verdict.inputs} inputs, {verdict.acknowledged} acknowledged,"
        f" {verdict.refused} refused, {len(verdict.lost)} lost, {len(verdict.doubled)} doubled,"
        f" {len(verdict.unanswered)} unanswered, {verdict.extra} extra copies; it said {said}"
    )


@pytest.mark.faults
@pytest.mark.promise("lines", "F14")
@pytest.mark.parametrize(("link", "mode", "database"), LINKS)
async def test_a_bad_line_loses_nothing_and_doubles_nothing(
    *, link: str, mode: str, database: str, tmp_path: Path, request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    url = ""
    if database == "postgresql":
        server: PostgresServer = request.getfixturevalue("core_postgres")
        url = server.create()
    async with bad_lines(tmp_path, url, mode) as lines:
        suffered, replayed, verdict = await run(lines, link)
    with capsys.disabled():
        print(f"\n{words(link, suffered, verdict)}, {replayed} replayed")  # noqa: T201  # the figures are reported
    record_property("spoiled", sum(each.spoiled for each in suffered.values()))
    record_property("given up and replayed", replayed)
    for name, figure in verdict.figures.items():
        record_property(name, figure)
    assert all(each.spoiled for each in suffered.values()), "a line that nobody used"
    assert verdict.broken == []
    assert verdict.extra <= sum(each.spoiled for each in suffered.values())


@pytest.mark.faults
@pytest.mark.parametrize(
    ("module", "doubles"), [("bot", False), ("tests.faults.without_key_row", True)]
)
@pytest.mark.control("F11", "lines")
async def test_without_the_key_row_a_line_that_swallows_answers_would_double(
    module: str, doubles: bool, tmp_path: Path
) -> None:
    """A control: Telegram does not hear that we took what it sends, and sends it again."""
    async with bad_lines(tmp_path, "", "webhook", module=module) as lines:
        await lines.service.start()
        load = Load(lines.city, RATE, random.Random(1))  # noqa: S311  # load, no secret
        lines.back["telegram"].be(Toxic.HALF_CLOSE)
        for number in range(1, 6):
            await load.add("update", f"tg-p{number}", lines.city.private(f"tg-p{number}"))
        await asyncio.sleep(GOOD)
        lines.back["telegram"].be(None)
        await lines.city.sandbox.settled(30)
        if not doubles:
            await lines.city.settle()
        assert bool(judge(lines.city, load.inputs).doubled) is doubles
