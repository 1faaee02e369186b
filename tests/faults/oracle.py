"""Judges a run from outside: what the platforms saw and confirmed, against what the database and
the chats hold in the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from adapters.sandbox import Message, World
from adapters.sandbox.model import BOT
from core.plans import FREE
from tests.faults import polar_oracle
from tests.faults.city import UNDELIVERED, UNFINISHED, City
from tests.faults.inputs import Input

TITLE = re.compile(r"Carry (\w{10})")
UNKNOWN = re.compile(r'I don\'t know "(\w{10})"')
IN_FLIGHT = 2.0
"""Seconds from a message at the platform to the commit that says so, at the most, on a machine
where a killed service and its stand-ins share two cores."""
LATE = 0.5
"""Seconds until the platform takes up a call whose caller is dead already."""
TASKS = (
    "SELECT title, count(*), max(completions) FROM task"
    " WHERE title NOT LIKE 'Feed %' GROUP BY title"  # those are a bystander's
)
DEAD = (
    "SELECT workflow_uuid, status, error FROM workflow_status"
    " WHERE status NOT IN ('ENQUEUED', 'PENDING', 'SUCCESS')"
)
FULL = f" keeps {FREE.open_tasks} open tasks"
"""What is rightly refused: a load with too few people for its length, which shows nothing."""
Told = tuple[str, str, str]
"""Chat, kind of message, word: one logical message."""


@dataclass
class Verdict:
    """The counts, and everything that broke a promise, in words."""

    inputs: int = 0
    acknowledged: int = 0
    refused: int = 0
    """Slack's requests that failed while the service was down: the person was told so, and Slack
    never sends them again."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    """Messages sent twice though no kill came while they were in flight."""
    stuck: list[str] = field(default_factory=list)
    hooks: int = 0
    """Of Polar's, acknowledged."""
    extra: int = 0
    """Messages sent once more after a kill."""
    presses: int = 0
    """On Telegram, acknowledged."""
    toasts: int = 0
    """Of these, whose spinner was never stopped: the kill came between the commit and the toast.
    Their card says what came of them all the same, or else they are `unanswered`."""

    @property
    def figures(self) -> dict[str, int]:
        """For `tests.promises`."""
        lists = {"lost": self.lost, "doubled": self.doubled, "unanswered": self.unanswered}
        counts = {name: len(found) for name, found in lists.items()}
        found = {"inputs": self.inputs, **counts, "extra copies": self.extra}
        return found | ({"webhooks of Polar": self.hooks} if self.hooks else {})

    @property
    def broken(self) -> list[str]:
        return self.lost + self.doubled + self.unanswered + self.copies + self.stuck


def acknowledged(city: City, each: Input) -> bool:
    """Whether the platform holds this input to be delivered."""
    match each.way:
        case "update":
            return int(each.shown.id or 0) in city.sandbox.telegram.updates.acknowledged
        case "event":
            return each.shown.id in city.sandbox.slack.delivery.acknowledged
        case _:
            return bool(each.shown.id) and not each.shown.error


def judge(city: City, inputs: Sequence[Input]) -> Verdict:
    """Everything at once; call it when the city has settled."""
    assert not (found := full(city.sandbox.world)), f"not enough people (`crowd.enough`): {found}"
    verdict = Verdict(inputs=len(inputs))
    answers = _answers(city)
    rows = {
        str(title): (int(str(made)), int(str(completions)))
        for title, made, completions in city.service.rows(TASKS)
    }
    for each in [each for each in inputs if each.way != "hook"]:
        taken = acknowledged(city, each)
        verdict.acknowledged += taken
        verdict.refused += not taken and each.way == "request"
        if taken and each.kind == "press" and each.way == "update":
            verdict.presses += 1
            verdict.toasts += city.turning(each.shown.id)
        _effect(verdict, each, taken, *rows.get(each.title, (0, 0)))
        _answer(verdict, each, taken, each.title in rows, answers)
    titles = {each.title for each in inputs}
    verdict.doubled += [f"nobody wrote {each}" for each in rows if each not in titles]
    verdict.hooks = polar_oracle.paid(city)
    verdict.lost += polar_oracle.lost(city)
    verdict.doubled += polar_oracle.doubled(city, inputs)
    _notices(verdict, city)
    _told(verdict, city, inputs, rows, answers)
    _copies(verdict, city, answers)
    _stuck(verdict, city)
    return verdict


def full(world: World) -> list[str]:
    """The chats where somebody's list was full, be it for a moment."""
    return [chat for chat in world.chats if any(FULL in m.text for m in world.messages(chat))]


def _effect(verdict: Verdict, each: Input, taken: bool, made: int, completions: int) -> None:
    name = f"{each.kind} {each.way} {each.shown.id} {each.title} in {each.chat}"
    if each.kind == "add":
        if taken and not made:
            verdict.lost.append(name)
        if made > 1:
            verdict.doubled.append(f"{name}: {made} tasks")
    if each.kind == "press":
        if taken and not completions:
            verdict.lost.append(name)
        if completions > 1:
            verdict.doubled.append(f"{name}: completed {completions} times")


def _answer(
    verdict: Verdict, each: Input, taken: bool, exists: bool, answers: dict[Told, list[Message]]
) -> None:
    name = f"{each.kind} {each.way} {each.shown.id} {each.word} in {each.chat}"
    card = answers.get((each.chat, "card", each.word), [])
    match each.kind:
        case "add" if exists and not card:
            verdict.unanswered.append(name)
        case "show" if taken and not card:
            verdict.unanswered.append(name)
        case "ask" if taken and each.way == "update":
            if not answers.get((each.chat, "unknown", each.word)):
                verdict.unanswered.append(name)
        case "ask" if taken and not each.shown.text:
            verdict.unanswered.append(name)
        case "press" if taken:
            if not any("Done by" in message.text for message in card):
                verdict.unanswered.append(name)


def _answers(city: City) -> dict[Told, list[Message]]:
    """What the bot said, by what it says."""
    found: defaultdict[Told, list[Message]] = defaultdict(list)
    for chat in city.sandbox.world.chats:
        for message in city.sandbox.world.messages(chat):
            if message.author == BOT:
                for kind, word in _says(message.text):
                    found[chat, kind, word].append(message)
    return found


def _says(text: str) -> Iterator[tuple[str, str]]:
    told = "told" if "completed the task" in text else "card"
    yield from ((told, word) for word in TITLE.findall(text)[:1])
    yield from (("unknown", word) for word in UNKNOWN.findall(text))


def _notices(verdict: Verdict, city: City) -> None:
    many = city.service.rows(
        "SELECT subject, account_id, count(*) FROM notice WHERE kind = 'TaskCompleted'"
        " GROUP BY subject, account_id HAVING count(*) > 1"
    )
    verdict.doubled += [f"notices of {subject}: {n}" for subject, _, n in many]


def _told(
    verdict: Verdict,
    city: City,
    inputs: Sequence[Input],
    rows: dict[str, tuple[int, int]],
    answers: dict[Told, list[Message]],
) -> None:
    """A person with chats on both platforms hears in the one what they did in the other, and every
    card of a task that is done says so."""
    for each in inputs:
        completed = each.kind == "press" and rows.get(each.title, (0, 0))[1]
        if completed and each.person in city.linked:
            side = "sl-" if each.person.startswith("tg-") else "tg-"
            chat = city.private(side + each.person[3:])
            if not answers.get((chat, "told", each.word)):
                verdict.lost.append(f"nobody told {chat} of {each.title}")
    for (chat, kind, word), messages in answers.items():
        done = kind == "card" and rows.get(f"Carry {word}", (0, 0))[1]
        if done and not any("Done by" in message.text for message in messages):
            verdict.lost.append(f"the card of {word} in {chat} still says it is open")


def _copies(verdict: Verdict, city: City, answers: dict[Told, list[Message]]) -> None:
    """A message is sent again only where the kill came while it was in flight."""
    for told, messages in answers.items():
        verdict.extra += len(messages) - 1
        for first, second in pairwise(sorted(each.time for each in messages)):
            since = [at - first for at in city.service.kills if at < second]
            if not any(-LATE <= each <= IN_FLIGHT for each in since):
                kills = [round(each, 2) for each in since[-3:]]
                verdict.copies.append(f"{told}: again {second - first:.2f} s later, kills {kills}")


def _stuck(verdict: Verdict, city: City) -> None:
    bad = {
        "jobs left": UNFINISHED,
        "undelivered": UNDELIVERED,
        "failed": "SELECT count(*) FROM failed_message",
    }
    counts = {name: city.service.count(query) for name, query in bad.items()}
    verdict.stuck += [f"{count} {name}" for name, count in counts.items() if count]
    verdict.stuck += [f"dead letter {row}" for row in city.service.rows(DEAD)]
