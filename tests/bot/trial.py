"""The same pressed and typed, from one state of the database, to which all is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select

from bot import verbs
from bot.dispatch import dispatch
from bot.turn import commands
from core import schema
from core.addresses import Address
from core.chat import Audience, Button, Kind, Menu, Reply
from core.ids import Ids
from core.ports import Jobs
from core.store import Store
from core.work import Work
from tests.bot.seats import Seat, effects, live
from tests.fakes import MemoryEngine

_OWN = re.compile(r"#\d+")
_NAMED = re.compile(r"\bt:(\w+)(?: rev:\d+)?")
_NUMBERS = (
    select(schema.task.c.public_id, schema.concern.c.number)
    .join(schema.concern, schema.concern.c.task_id == schema.task.c.id)
    .join(schema.identity, schema.identity.c.account_id == schema.concern.c.account_id)
    .where(schema.identity.c.handle == bindparam("handle"))
)


class Counted(Ids):
    """The same names each time that the same is done."""

    def __init__(self, after: int) -> None:
        super().__init__(b"k")
        self._count = after

    def public(self, length: int = 8) -> str:
        self._count += 1
        return f"{self._count:0{length}}"

    def code(self) -> str:
        return self.public(12)

    def token(self) -> str:
        return self.public(43)


class TakenBack(Exception):
    """What was done in a savepoint is wanted no more."""


@dataclass
class Trial:
    """One state of the database, in which things are done and taken back."""

    work: Work
    jobs: Jobs
    seat: Seat
    compared: int = 0
    verbs: set[str] = field(default_factory=set)
    tried: set[tuple[str, str]] = field(default_factory=set)
    _keys: int = 0
    _deep: int = 0

    def does(self, work: Work, kind: Kind, line: str) -> Reply:
        """Say or press something in a transaction of its own, as it were."""
        self._keys += 1
        said = self.seat.says(self.seat.ada, str(self._keys), line)
        pressed = "7" if kind is Kind.PRESS else ""
        handled = dispatch(work, replace(said, kind=kind, message=pressed), lambda *_: False)
        assert handled.defect == "", line
        assert not (own := told_to_all(handled.reply, said.address)), f"{line} shows {own} to all"
        return handled.reply

    def open(self, work: Work, line: str) -> None:
        """Type what opens a screen, and explore what can be pressed there."""
        self.explore(line, self.does(work, Kind.COMMAND, line), 1)

    def taken_back(self, see: Callable[[Work], Any]) -> Any:
        """What `see` gives, of a state that is no more."""
        found: list[Any] = []
        self._deep += 1
        ids = Counted(after=1000 * self._deep)
        new = Work(self.work.connection, now=self.work.now, ids=ids, jobs=self.jobs)
        try:
            with new.savepoint():  # of whoever writes: another work knows nothing of that
                found.append(see(new))
                raise TakenBack
        except TakenBack:
            return found[0]
        finally:
            self._deep -= 1

    def explore(self, line: str, reply: Reply, deeper: int) -> None:
        """Press and type every button of this reply, and of what it leads to."""
        there = repr(effects(self.work))
        for each in buttons(reply):
            if (there, each.line) in self.tried:
                continue  # the same was compared where nothing was otherwise
            self.tried.add((there, each.line))
            if can_be_typed(self.seat, each.line):
                self.compare(f"{line} > {each.label}", each.line)
                self.verbs.add(each.line.partition(" ")[0])
            if deeper:
                self.taken_back(partial(self.follow, line=line, button=each, deeper=deeper))

    def follow(self, work: Work, *, line: str, button: Button, deeper: int) -> None:
        reply = self.does(work, Kind.PRESS, button.line)
        self.explore(f"{line} > {button.label}", reply, deeper - 1)

    def compare(self, where: str, line: str) -> None:
        """Raises `AssertionError` where it is not the same."""
        pressed, did = self.outcome(Kind.PRESS, line)
        for typed in {line, self.by_number(line)}:
            said, done = self.outcome(self.seat.typed, typed)
            assert done == did, f"{where}: {typed} does something else"
            wrong = differ(pressed, said, private=self.seat.address.private)
            assert wrong == "", f"{where}: {typed} says something else: {wrong}"
            self.compared += 1

    def outcome(self, kind: Kind, line: str) -> tuple[Reply, list[list[str]]]:
        """What is said, and what is there then."""
        seen: tuple[Reply, list[list[str]]] = self.taken_back(
            lambda work: (self.does(work, kind, line), effects(work))
        )
        return seen

    def by_number(self, line: str) -> str:
        """As people type it: their own number in place of the name and revision of a task."""
        rows = self.work.run(_NUMBERS, {"handle": self.seat.ada.handle})
        numbers = {row.public_id: str(row.number) for row in rows}
        return _NAMED.sub(lambda found: numbers.get(found[1], found[0]), line)


def buttons(reply: Reply) -> Iterator[Button]:
    for each in (each for row in reply.buttons for each in row if isinstance(each, Button)):
        yield each
        yield from each.options if isinstance(each, Menu) else ()
    yield from (each.button for each in reply.items if each.button)


def told_to_all(reply: Reply, where: Address) -> str:
    """The numbers that stand in what everybody in a group reads: they are somebody's own, and so is
    what they stand beside."""
    if where.private or reply.audience is Audience.PRIVATE:
        return ""
    read = [reply.title, reply.text, *(f"{each.text} {each.detail}" for each in reply.items)]
    return " ".join(_OWN.findall(" ".join(read)))


def can_be_typed(seat: Seat, line: str) -> bool:
    """Behind Slack's one command, or the bot's name, the verbs that only buttons say are words of
    a task: `/task close the window`. In a group `digest` and `preset` are the group's, and those of
    a button one's own."""
    kind = commands.find(line.split(maxsplit=1)[0])
    assert kind, line
    own = kind.kind in {verbs.Digest, verbs.PresetOf} and not seat.address.private
    return not own and (seat.typed is Kind.COMMAND or not kind.hidden)


def differ(pressed: Reply, typed: Reply, *, private: bool) -> str:
    """What is not the same; empty where all is. What is said in passing when something was pressed
    stands in the message when it was typed, where the card does not say it itself."""
    said = {pressed.toast, pressed.text, f"{pressed.toast} {pressed.text}".strip(), ""}
    if not pressed.drawn and not pressed.form:
        return "" if typed.text == pressed.toast else f"{pressed} and {typed}"
    if not private:  # in a group the card is drawn again where it hangs, and who typed is answered
        return "" if bool(pressed.form) == bool(typed.form) else f"{pressed} and {typed}"
    if typed.text not in said:
        return f"said {typed.text!r}, not {said}"
    pressed, typed = (
        replace(each, text="", toast="", fresh=False, replaces="") for each in (pressed, typed)
    )
    return "" if pressed == typed else f"{pressed}\n and\n{typed}"


async def tried(made: Store, engine: MemoryEngine, seat: Seat, screens: Sequence[str]) -> Trial:
    """Everything that these screens lead to, pressed and typed."""
    for number, (who, line) in enumerate(live(seat)):
        inbound = seat.says(who, f"live{number}", line)
        await made.mutate(partial(dispatch, inbound=inbound, rides=lambda *_: False))

    def explored(work: Work) -> Trial:
        trial = Trial(work, engine, seat)
        for line in screens:
            trial.taken_back(partial(trial.open, line=line))
        return trial

    return await made.mutate(explored)
