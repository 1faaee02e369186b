"""Judges a run from outside (`promises.md` 4.4): from what was said, what was acknowledged, what
everybody saw, what the network lost, and what the database holds in the end.

It knows none of the service's code, and nothing of how it does what it does."""
# long: it is one list of promises

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from adapters.sandbox.model import BOT, Message
from tests.simulation import books, pace, small
from tests.simulation.audience import FOR_EVER, GRACE, Yes, account_of, link_of, may, readers
from tests.simulation.journal import CODE, TOKEN, WORD, Seen, Watched, says
from tests.simulation.people import GROUPS, PAIRS, Said

if TYPE_CHECKING:
    from tests.simulation.run import Simulation

IN_FLIGHT = 6.0
"""Seconds from a message at the platform to the commit that says so, at the most."""
EARLY = 60.0
"""Seconds by which a reminder may come too soon: what is due has whole minutes."""
DELAYED = 400.0
"""Seconds by which a platform's retries may delay an input."""
TASKS = "SELECT title, count(*), max(completions) FROM task GROUP BY title"
TWICE = (
    "SELECT subject, account_id, count(*) FROM notice WHERE kind = 'TaskCompleted'"
    " GROUP BY subject, account_id HAVING count(*) > 1"
)
LEFT = {
    "jobs left": "SELECT name, payload FROM memory_job WHERE state = 'new'",
    "dead letters": "SELECT name, error, payload FROM memory_job WHERE state = 'dead'",
    "undelivered": "SELECT key FROM message_key WHERE delivered_at IS NULL AND reply IS NOT NULL",
    "failed messages": "SELECT * FROM failed_message",
}
NOT_KEPT, AWAY = "A Slack request was not kept", ("RetryLater", "Ambiguous")
"""What is logged of a request of Slack's, whatever the cause; and causes of which Slack is one."""
NEW = ("/sendMessage", "/chat.postMessage", "/chat.postEphemeral")
"""Calls that show something new."""
ACTIVE, ENDED = {"active", "trialing"}, {"canceled", "unpaid", "paused", "incomplete_expired"}
Told = tuple[str, str, str]
"""Chat, kind of message, word: one logical message."""


def judge(simulation: Simulation) -> list[str]:
    """Every promise that was broken, in words."""
    oracle = Oracle(simulation)
    return [
        *oracle.broken(),
        *books.disagree(simulation, oracle.taken),
        *pace.over(simulation.network.calls, simulation.machine.crashes),
        *pace.early(simulation.network.calls, simulation.machine.crashes),
    ]


class Oracle:
    """See the module. Asked when all is quiet."""

    def __init__(self, simulation: Simulation) -> None:
        self.people, self.sandbox = simulation.people, simulation.sandbox
        self.disk, self.network = simulation.disk, simulation.network
        self.crashes = sorted(simulation.machine.crashes + simulation.disk.away)
        self.errors = simulation.machine.errors.found
        self.jumped, self.held = simulation.jumped, simulation.held
        world = simulation.sandbox.world
        assert isinstance(world, Watched)
        self.world, self.journal = world, world.journal
        self.links = self.people.links
        self.tasks = {each.word: each for each in self.people.said if each.kind == "add"}
        for word, each in self.tasks.items():
            each.answered = min((seen.at for seen in self._of(word)), default=each.answered)
        self.rows = {
            str(title).removeprefix("Carry "): (int(made), int(completions))
            for title, made, completions in self.disk.rows(TASKS)
        }

    def broken(self) -> Iterator[str]:
        """In the order of the promises."""
        yield from self._effects()
        yield from self._limit()
        yield from self._presses()
        yield from self._answers()
        yield from self._told()
        yield from self._reminded()
        yield from self._copies()
        yield from self._cards()
        yield from self._order()
        yield from self._audience()
        yield from self._plans()
        for what, query in LEFT.items():
            yield from (f"{what}: {tuple(row)}" for row in self.disk.rows(query))
        yield from (f"told twice: {tuple(row)}" for row in self.disk.rows(TWICE))
        yield from (f"a defect was logged: {each}" for each in self.errors if not is_told_so(each))
        waiting = len(self.sandbox.telegram.updates.pending)
        yield from ([f"{waiting} updates were never taken"] if waiting else [])
        yield from (f"the simulation itself: {each!r}" for each in self.people.failed)

    def taken(self, each: Said) -> bool:
        """Whether the platform holds this input to be delivered."""
        match each.way:
            case "update":
                done = self.sandbox.telegram.updates.acknowledged
                return bool(each.shown.id) and int(each.shown.id) in done
            case "event":
                return each.shown.id in self.sandbox.slack.delivery.acknowledged
            case _:
                return bool(each.shown.id) and not each.shown.error

    # what was done

    def _effects(self) -> Iterator[str]:
        for word, each in self.tasks.items():
            made, _ = self.rows.get(word, (0, 0))
            if self.taken(each) and not made and not self._no_room(each):
                yield f"lost: {_name(each)}"
            if made > 1:
                yield f"doubled: {_name(each)} made {made} tasks"
        for word in self.rows:
            if word not in self.tasks:
                yield f"nobody wrote {word}"

    def _no_room(self, each: Said) -> bool:
        """Whether the plan of who adds was full at some moment until they were answered."""
        if not self.held or each.person != small.HOLDER:
            return False
        until = bisect_left(self.held, (each.answered,))
        since = bisect_left(self.held, (each.at,))
        return any(count >= small.MOST for _, count in self.held[max(since - 1, 0) : until + 1])

    def _limit(self) -> Iterator[str]:
        most = max((count for _, count in self.held), default=0)
        if most > small.MOST:
            yield f"over the limit: {small.HOLDER} had {most} open tasks"

    def _presses(self) -> Iterator[str]:
        for word in self.tasks:
            made, completions = self.rows.get(word, (0, 0))
            if not made:
                continue
            presses = self._pressed(word)
            must = [each for each in presses if each.kind == "done" and self._sure(each)]
            could = [each for each in presses if self._may(each) is not Yes.NO]
            if must and not completions:
                yield f"lost: {_name(must[0])}"
            if completions > 1:
                yield f"doubled: {word} was completed {completions} times"
            if completions and not could:
                yield f"completed by nobody who may: {word}; {[*map(_name, presses)]}"

    def _pressed(self, word: str) -> list[Said]:
        return [each for each in self.people.said if each.word == word and each.kind != "add"]

    def _may(self, press: Said) -> Yes:
        return may(press.person, self.tasks[press.word], press.at, self.links)

    def _sure(self, press: Said) -> bool:
        return self.taken(press) and self._may(press) is Yes.YES

    def _members(self, chat: str) -> list[str]:
        found = self.world.chats[chat]
        return [] if found.private else found.members

    # what was answered

    def _answers(self) -> Iterator[str]:
        for each in self.people.said:
            if not self.taken(each) or each.shown.text:
                continue
            seen = [one for one in self._of(each.word) if one.at >= each.at]
            match each.kind:
                case "add" | "ask":
                    if self._left_meanwhile(each):
                        continue
                    if not any(each.person in one.viewers for one in seen):
                        yield f"unanswered: {_name(each)}"
                case "done" if self._sure(each) and not self._left_meanwhile(each):
                    before = [one for one in self._of(each.word) if one.chat == each.chat]
                    if not any("Done by" in one.text for one in before):
                        yield f"unanswered: {_name(each)}"

    def _left_meanwhile(self, each: Said) -> bool:
        """Whether what it was answered was dropped since the chat left the account: it would have
        been told of tasks that are no longer its own."""
        link = link_of(each.person, self.links)
        if link is None or not link.leaving or each.person in PAIRS:
            return False
        return link.leaving - DELAYED <= each.at <= (link.left or FOR_EVER) + GRACE

    def _of(self, word: str) -> list[Seen]:
        return self._by_word.get(word, [])

    @cached_property
    def _by_word(self) -> dict[str, list[Seen]]:
        found: dict[str, list[Seen]] = defaultdict(list)
        words = {each.word for each in self.people.said}
        for seen in self.journal:
            for word in {*TOKEN.findall(seen.text)} & words:
                found[word].append(seen)
        return found

    # who was told

    def _told(self) -> Iterator[str]:
        """A completed task, to everybody whom it concerns, and to nobody else."""
        for word, task in self.tasks.items():
            if not self.rows.get(word, (0, 0))[1]:
                continue
            must = self._must_hear(word, task)
            if must is None:
                continue
            for person in sorted(self.world.people):
                home = self.world.private_chat(person).id
                told = [one for one in self._of(word) if one.chat == home and _is_told(one, word)]
                if person in must and not told and not self._overflowed(home):
                    yield f"nobody told {person} that {word} is done: {_name(task)}"
                if person not in must and told:
                    yield f"{person} was told that {word} is done: {_name(task)}"

    def _must_hear(self, word: str, task: Said) -> set[str] | None:
        """None where that is not clear from outside: two who may have done it, a chat that was
        being connected or left."""
        could = [each for each in self._pressed(word) if self._may(each) is not Yes.NO]
        who = {each.person for each in could}
        sure = [each for each in could if self._sure(each)]
        if len(who) != 1 or not sure:
            return None
        [actor] = who
        concerned = {actor, task.person, *([task.assignee] if task.assignee else ())}
        accounts = [account_of(each, task.at, self.links) for each in sorted(concerned)]
        if any(each is None for each in accounts):
            return None
        return {each for account in accounts if account for each in account} - {actor}

    def _overflowed(self, chat: str) -> bool:
        seen = (each.text for each in self.journal if each.chat == chat)
        return any("more are in your inbox" in each for each in seen)

    def _reminded(self) -> Iterator[str]:
        for word, each in self.tasks.items():
            unmade = not self.taken(each) or word not in self.rows
            if not each.reminds or unmade or self._pressed(word):
                continue
            account = account_of(each.person, each.at, self.links)
            for person in account or ():
                home = self.world.private_chat(person).id
                seen = [one for one in self._of(word) if one.chat == home]
                told = [one for one in seen if ("due", word) in says(one.text)]
                if not told:
                    yield f"nobody reminded {person} of {word}"
                elif not self.jumped and told[0].at < each.at + each.reminds - EARLY:
                    yield f"{person} was reminded too early of {word}"

    # how often

    def _copies(self) -> Iterator[str]:
        """A message is sent again only where its answer was lost, or a crash came meanwhile."""
        sent: dict[Told, list[Seen]] = defaultdict(list)
        for seen in self.journal:
            if seen.kind == "message":
                for kind, word in {*says(seen.text)}:
                    sent[seen.chat, kind, word].append(seen)
        for (chat, kind, word), copies in sorted(sent.items()):
            if kind == "other" or len(copies) < 2:
                continue
            asked = sum(each.word == word and each.chat == chat for each in self.people.said)
            fine = max(asked - 1, 0) if kind in {"card", "unknown"} else 0
            fine += self._unheard(word, chat)
            fine += sum(self._in_flight(each.at) for each in copies[:-1])
            if len(copies) - 1 > fine + self._repeats(word):
                yield f"{len(copies)} messages in {chat}: {kind} {word}, {fine} were to be expected"

    def _unheard(self, word: str, chat: str) -> int:
        """How many new messages of a word went to a chat without that we heard so."""
        known, names = word.encode(), self._names(chat)
        lost = (call for call in self.network.calls if call.done and not call.heard)
        new = (call.body for call in lost if known in call.body and call.path.endswith(NEW))
        return sum(any(name in body for name in names) for body in new)

    def _names(self, chat: str) -> list[bytes]:
        """What a platform calls it: a direct message of Slack's by its person, too."""
        found = self.world.chats[chat]
        people = [self.world.people[each] for each in found.members] if found.private else []
        return [chat.partition(":")[2].encode(), *(each.user_id.encode() for each in people)]

    def _repeats(self, word: str) -> int:
        """How often a platform asked for an answer again."""
        return sum(each.word == word for each in self.people.repeated)

    def _in_flight(self, at: float) -> bool:
        place = bisect_left(self.crashes, at - 1)
        return place < len(self.crashes) and self.crashes[place] <= at + IN_FLIGHT

    def _cards(self) -> Iterator[str]:
        """The card of what is done says so, wherever it is."""
        cards: dict[tuple[str, str], list[Message]] = defaultdict(list)
        for chat in sorted(self.world.chats):
            for message in self.world.messages(chat):
                for kind, word in {*says(message.text)}:
                    if message.author == BOT and kind == "card" and self.rows.get(word, (0, 0))[1]:
                        cards[chat, word].append(message)
        for (chat, word), found in sorted(cards.items()):
            unknown = self._unheard(word, chat) or any(self._in_flight(each.time) for each in found)
            if unknown or self._parted(word):  # nobody knows of the message, or may change it
                continue
            if "Done by" not in found[-1].text:  # the newest is the one that is kept up to date
                yield f"the card of {word} in {chat} still says that it is open"

    def _parted(self, word: str) -> bool:
        """Whether a chat of its people joined another account with it, or left one: then it has
        cards of tasks that are no longer its own."""
        task = self.tasks[word]
        people = {task.person, task.assignee, *(each.person for each in self._pressed(word))}
        links = [link_of(each, self.links) for each in sorted(people)]
        return any(
            each is not None and each.wanted and (each.leaving or not 0 < each.done < task.at)
            for each in links
        )

    def _order(self) -> Iterator[str]:
        """What was done first is told first, where one was over before the other began."""
        first: dict[tuple[str, str], float] = {}
        for seen in self.journal:
            for kind, word in says(seen.text):
                if kind == "told" and seen.kind == "message":
                    first.setdefault((seen.chat, word), seen.at)
        done = {word: each for word in self.tasks for each in self._over(word)}
        for (chat, word), at in sorted(first.items()):
            for (other, later), then in sorted(first.items()):
                if other != chat or then >= at or word not in done or later not in done:
                    continue
                if done[word][1] < done[later][0]:
                    yield f"{chat} is told of {later} before {word}"

    def _over(self, word: str) -> Iterator[tuple[float, float]]:
        """When its only press began, and when it was seen to be done."""
        presses = [each for each in self._pressed(word) if self._may(each) is not Yes.NO]
        seen = [one.at for one in self._of(word) if "Done by" in one.text]
        if len(presses) == 1 and seen:
            yield presses[0].at, min(seen)

    # before whom

    def _audience(self) -> Iterator[str]:
        for seen in self.journal:
            for word in sorted({*WORD.findall(seen.text)}):
                if word not in self.tasks:
                    continue
                known = readers(self.tasks[word], self.links, self._members, self._pressed(word))
                for viewer in seen.viewers:
                    if not known(viewer, seen.at):
                        yield f"{viewer} reads {word} in {seen.chat}: {_name(self.tasks[word])}"
            # On Slack whoever asks in a channel reads the answer alone; on Telegram they get it in
            # their private chat.
            many = len(seen.viewers) > 1 or seen.chat == GROUPS["telegram"]
            if many and CODE.search(seen.text):
                yield f"a code before {seen.viewers}"

    # what was paid

    def _plans(self) -> Iterator[str]:
        for person, held in self.people.paid.items():
            if not held or (person in PAIRS.values() and self.links[_here(person)].wanted):
                continue
            status = str(self.sandbox.polar.book.subscription(held)["status"])
            for said, then in self.people.plans.get(person, [("", status)]):
                if (then in ACTIVE and said != "Pro") or (then in ENDED and said != "Free"):
                    yield f"plan of {person}: Polar says {then}, the bot {said!r}"


def is_told_so(error: str) -> bool:
    """Trouble of others, which the service said as it should: a database that was away or slow, a
    Slack that was not reached when it was asked whose request it is."""
    return "StoreAway" in error or any(f"{NOT_KEPT} {each}(" in error for each in AWAY)


def _is_told(seen: Seen, word: str) -> bool:
    return ("told", word) in says(seen.text)


def _here(there: str) -> str:
    return next(here for here, each in PAIRS.items() if each == there)


def _name(each: Said) -> str:
    return f"{each.person} {each.kind} {each.word} in {each.chat} ({each.way} {each.shown.id})"
