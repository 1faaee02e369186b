"""What is kept about somebody: read it, take it along, be forgotten."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from adapters.sandbox import Message
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, link, link_long_ago, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


def file_in(town: Town, message: Message) -> tuple[str, bytes]:
    """Name and content of the file that a message carries."""
    block = next(each for each in message.blocks if each["kind"] == "file")
    kept = town.sandbox.world.files.get(block["file"])
    assert kept is not None
    assert block["size"] == len(kept.content)
    return kept.name, kept.content


async def exported(town: Town, somebody: Somebody, what: str) -> tuple[str, bytes]:
    before = somebody.ids()
    await somebody.says(somebody.spelled(f"export {what}".strip()))
    return file_in(town, await somebody.hears("Here it is", but=before))


async def test_the_tasks_come_as_a_file(town: Town, ada: Somebody) -> None:
    await ada.does("add priority:high category:home Milk", "Milk")
    await ada.does('add "=SUM(A1:A9)"', "=SUM")
    name, content = await exported(town, ada, "")
    assert name.startswith("fluxbot-tasks-")
    assert name.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(each["title"], each["priority"]) for each in rows] == [
        ("Milk", "high"),
        ("'=SUM(A1:A9)", "medium"),
    ]
    name, content = await exported(town, ada, "json")
    assert [each["title"] for each in json.loads(content)["tasks"]] == ["Milk", "=SUM(A1:A9)"]


async def test_everything_comes_as_an_archive(town: Town, ada: Somebody, ben: Somebody) -> None:
    await ada.writes("Milk", "Milk")
    await ben.writes("Secret of Ben", "Secret")
    name, content = await exported(town, ada, "all")
    assert name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        found: dict[str, list[dict[str, Any]]] = json.loads(packed.read("data.json"))
        assert {f"{each}.csv" for each in found if each != "exported_at"} | {"data.json"} == set(
            packed.namelist()
        )
    assert {"account", "identity", "chat", "task", "concern", "notice", "audit"} <= set(found)
    assert [each["title"] for each in found["task"]] == ["Milk"]
    assert "Secret of Ben" not in json.dumps(found)


async def test_what_cannot_be_exported_is_said(ada: Somebody) -> None:
    await ada.does("export pdf", "I know: csv, json, all")


async def test_what_happened_can_be_read(town: Town, ada: Somebody) -> None:
    await ada.does("security", "Nothing was connected")
    for _ in range(2):
        await exported(town, ada, "json")
    shown = await ada.does("audit", "What happened to your account")
    assert words(shown).count("Exported: your tasks") == 2


async def test_what_happened_is_told_in_words(town: Town, ada: Somebody) -> None:
    office = newcomer(town, "slack")
    await link(ada, office)
    shown = words(await ada.does("security", "What happened to your account"))
    assert f"Connected: {office.name}" in shown
    assert "on Slack, with the account of" in shown
    assert "by a code from the other chat" in shown


async def test_it_is_said_what_is_kept(ada: Somebody) -> None:
    shown = await ada.does("privacy", "What I keep about you")
    assert {"Export everything", "Forget me"} <= set(labels(shown))
    for text in ("30 days", "7 days", "1 day"):
        assert text in words(shown)


async def test_these_are_for_private_chats(town: Town, ada: Somebody) -> None:
    await ada.does("start", "Hello")
    group = group_of(town, ada)
    for line in ("privacy", "security", "export all", "forget-me"):
        spelled = line.replace("-", "_") if ada.platform == "telegram" else line
        shown = await ada.says(ada.spelled(spelled, group=True), group)
        if ada.platform == "slack":
            assert shown.message
            assert "only works in a direct message" in words(shown.message)
        else:
            await ada.hears("only works in a direct message")


async def asked(ada: Somebody) -> Message:
    line = "forget_me" if ada.platform == "telegram" else "forget-me"
    return await ada.does(line, "Forget everything?")


async def test_forgetting_takes_the_words(ada: Somebody) -> None:
    await ada.writes("Milk", "Milk")
    question = await asked(ada)
    said = f"forget {ada.name.lower()}"
    assert said in words(question)
    assert "1 task" in words(question)
    assert not {each for each in labels(question) if "forget" in each.lower()}
    await ada.writes("forget everything", "Those were not the words, so nothing was deleted.")
    await asked(ada)
    await ada.does("list", "Milk")  # whatever else they do, the question is over
    await ada.writes(said, said)  # a task
    await ada.does("list", "Open tasks 1-2 of 2")


async def test_somebody_is_forgotten_in_all_their_chats(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    ben = newcomer(town, "telegram", "Ben")
    await ben.does("start", "Hello")
    await link_long_ago(ada, office)
    await ada.writes("Milk", "Milk")
    await ada.writes(f"Cake @{ben.handle}", "Cake")
    card = await ben.hears("assigned a task to you")
    assert "Cake" in words(card)
    await ben.writes(f"Coffee @{ada.handle}", "Coffee")
    await ada.hears("#3 Coffee")
    question = await asked(office)
    assert "2 tasks, 1 of them with others" in words(question)
    assert "1 task that others gave you" in words(question)
    await office.writes(f"forget {words(question).split('forget ')[1].split()[0]}", "forgotten you")
    await office.hears("nothing about you is left here")
    await ada.hears("nothing about you is left here")
    await ben.until(lambda: words(card) == "This task was deleted.")
    mine = await ben.does("list all", "Coffee")
    assert "Cake" not in words(mine)
    assert ada.handle not in words(mine)
    inbox = await ben.does("inbox", "Inbox")
    assert "Cake" not in words(inbox)
    await ada.does("list", "No open tasks")
    await ada.does("whoami", "1 chat connected")
    again = await asked(ada)
    await ada.writes(f"forget {ada.name.lower()}", "Too many requests to be forgotten")
    assert again
