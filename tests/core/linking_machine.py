"""Histories of two people who connect chats, made up by Hypothesis (`promises.md` B8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.core.linking_facts import AppTry, CodeTry, Joining, State, WebTry
from tests.core.linking_world import CHATS, PEOPLE, Secret, World
from tests.memory import Memory

STEPS = 50
"""In one history at the most."""
T = TypeVar("T")
chats = st.integers(0, len(CHATS) - 1)
recent = st.sampled_from((0, 0, 0, 0, 0, 0, 1, 1, 2, 4))
"""Which of several things, newest first."""
mostly = st.sampled_from((True, True, True, False))
"""Whether somebody does what lies nearest."""
acts = st.sampled_from(
    "asks_for_a_code asks_for_a_link asks_in_the_app passes_on offers_a_code offers_a_code "  # noqa: SIM905  # a list has more marks than words
    "sends_a_link sends_a_link types types types_letters types_letters guesses says_yes says_yes "
    "says_yes says_no blocks blocks falls_for_the_page begins comes_back comes_back comes_back "
    "agrees_on_the_page proves proves cancels shouts crawls moves moves_back undoes unlinks "
    "adds_a_task waits".split()
)
"""What people do, and how often beside the rest."""


@dataclass
class Tally:
    """What the histories came to."""

    histories: int = 0
    steps: int = 0
    happened: dict[str, int] = field(default_factory=dict)
    """How many histories something happened in."""


tally = Tally()
memory = cache(Memory)


def newest(found: Sequence[T], which: int) -> T | None:
    return found[-1 - which % len(found)] if found else None


class Linking(RuleBasedStateMachine):
    """A history: every rule is something that somebody does."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(memory())
        tally.histories += 1

    @initialize(
        own=st.booleans(),
        theirs=st.booleans(),
        logins=st.booleans(),
        tasks=st.booleans(),
        ago=mostly,
    )
    def begin(self, own: bool, theirs: bool, logins: bool, tasks: bool, ago: bool) -> None:
        """Some have tasks, have their own chats connected, or have signed in before; mostly long
        `ago`."""
        for chat, (who, _) in enumerate(CHATS):
            if tasks:
                self.world.add(chat)
            if logins and chat % 2 == 0:
                self.world.app(who)
                self._accept(chat)
            if chat % 2 and (own if who == "victim" else theirs):
                self.world.issue(chat - 1)
                self._accept(chat)
                self.world.agree(chat - 1, self.world.facts.codes[-1])
        if ago:
            self.world.wait(60 * 25, sweeps=True)

    def _accept(self, chat: int) -> None:
        code, _ = self.world.known[-1]
        assert isinstance(code, AppTry | CodeTry)
        self.world.enter(chat, code)
        self.world.agree(chat, code)

    @rule(what=acts, chat=chats, which=recent, there=mostly)
    def does(self, what: str, chat: int, which: int, there: bool) -> None:
        """Something that whoever has this chat does. One rule, not one for each thing to do: of
        many rules Hypothesis leaves out half in each history, and most ways to connect need six."""
        getattr(self, f"_{what}")(chat, which, there)

    def _asks_for_a_code(self, chat: int, which: int, there: bool) -> None:
        """In that chat; not `there`: where the last one was shown."""
        last = newest(self.world.facts.codes, 0)
        self.world.issue(chat if there or last is None else self._source(last))

    def _asks_for_a_link(self, chat: int, which: int, there: bool) -> None:
        self.world.start(chat)

    def _asks_in_the_app(self, chat: int, which: int, there: bool) -> None:
        self.world.app(CHATS[chat][0])

    def _offers_a_code(self, chat: int, which: int, there: bool) -> None:
        """A code goes to another chat, which says yes; not `there`: which says nothing yet."""
        world, other = self.world, (chat + 1 + which) % len(CHATS)
        code = world.issue(chat)
        if code is None:
            return
        world.tell(*world.known[-1])
        world.enter(other, code)
        if there and code.entered:
            world.agree(other, code)

    def _sends_a_link(self, chat: int, which: int, there: bool) -> None:
        """A link goes to the other one, who does all that it asks for; not `there`: both of them
        are on their way to the issuer with it."""
        world = self.world
        web = world.start(chat)
        if web is None:
            return
        world.tell(*world.known[-1])
        for person in [CHATS[chat ^ 2 if which else chat][0]] if there else PEOPLE:
            visit = world.open(person, web)
            state = world.begin(person, visit)
            if state and there:
                world.come_back(person, visit, state, person)
                world.consent(person, visit)

    def _passes_on(self, chat: int, which: int, there: bool) -> None:
        """Something that somebody knows, to the other one."""
        if known := newest(self.world.known, which):
            self.world.tell(*known)

    def _types(self, chat: int, which: int, there: bool) -> None:
        """A code or letters, by somebody who knows them; not `there`: in that chat."""
        secret = self._known((CodeTry, AppTry, tuple), which)
        if isinstance(secret, tuple):
            self._types_letters(chat, which, there)
        elif secret is not None:
            fitting = [each for each in self._knowing(secret) if self._source(secret) != each]
            if fitting and there:
                chat = fitting[chat % len(fitting)]
            if chat in self._knowing(secret):
                self.world.enter(chat, secret)

    def _types_letters(self, chat: int, which: int, there: bool) -> None:
        """Letters, into the chat that waits for them; not `there`: in that chat."""
        if known := self._known(tuple, which):
            place = self._source(known[0]) if there else chat
            if place in self._knowing(known):
                self.world.type(place, known[1])

    def _guesses(self, chat: int, which: int, there: bool) -> None:
        """Letters, three times in a chat that waits for some; not `there`: once, in that chat."""
        web = newest([each for each in self.world.facts.webs if each.letters], which)
        for _ in range(3 if web and there else 1):
            self.world.type(self._source(web) if web and there else chat, "BCDFGHJK")

    def _says_yes(self, chat: int, which: int, there: bool) -> None:
        """In the chat that is asked; not `there`: in another."""
        if asked := newest(self.world.asked, which):
            self.world.agree(self._turn(asked) if there else self._other(asked, chat), asked)

    def _says_no(self, chat: int, which: int, there: bool) -> None:
        if asked := newest(self.world.asked, which):
            self.world.deny(self._turn(asked) if there else self._other(asked, chat), asked)

    def _blocks(self, chat: int, which: int, there: bool) -> None:
        if asked := newest(self.world.facts.codes, which):
            self.world.block(self._source(asked) if there else chat, asked)

    def _falls_for_the_page(self, chat: int, which: int, there: bool) -> None:
        """Somebody opens a link and does all that it asks for, or stops on the way: before the
        issuer, at the issuer, or at the question."""
        web = self._known(WebTry, which)
        if web is None:
            return
        person = self._person(web, chat)
        visit = self.world.open(person, web)
        state = self.world.begin(person, visit) if there or chat % 2 else None
        if state and chat % 2 != there:
            self.world.come_back(person, visit, state, person)
            if there:
                self.world.consent(person, visit)

    def _begins(self, chat: int, which: int, there: bool) -> None:
        if visit := newest(self.world.visits, which):
            self.world.begin(*visit)

    def _comes_back(self, chat: int, which: int, there: bool) -> None:
        """From the issuer; not `there`: with the attacker's sign-in, on another's way."""
        visit = newest(self.world.visits, which if there else which + 1)
        states = [each for each, _ in self.world.known if isinstance(each, State)]
        if visit and there:
            states = [each for each in states if each.session == visit[1].session]
        if visit and states:
            state = states[-1] if there else states[-1 - chat % len(states)]
            self.world.come_back(*visit, state, visit[0] if there else "attacker")

    def _agrees_on_the_page(self, chat: int, which: int, there: bool) -> None:
        """In the browser that was there last; not `there`: in the one before."""
        if visit := newest(self.world.visits, which if there else which + 1):
            self.world.consent(*visit)

    def _proves(self, chat: int, which: int, there: bool) -> None:
        """In a browser whose person is signed in where the chat is; not `there`: all of it, with
        the link of that chat, by whoever knows it; one browser's way may be gone by another."""
        world, visit = self.world, newest(self.world.visits, which)
        if visit and there:
            world.prove(*visit, CHATS[self._source(visit[1].web)][1].platform)
        elif web := world.start(chat):
            world.tell(*world.known[-1])
            person, platform = PEOPLE[which % 2], CHATS[chat][1].platform
            self._falls_for(web, person)
            other = newest([each for each in world.visits if each[0] != person], 0)
            mine = world.visits[-1][1]
            if which == 4 and other:
                world.prove(other[0], mine, platform, back=other[1])
                world.prove(person, other[1], platform, back=mine)
            world.prove(person, mine, platform)

    def _falls_for(self, web: WebTry, person: str) -> None:
        """Does all that a link asks for, in their own browser."""
        visit = self.world.open(person, web)
        if state := self.world.begin(person, visit):
            self.world.come_back(person, visit, state, person)
            self.world.consent(person, visit)

    def _cancels(self, chat: int, which: int, there: bool) -> None:
        """On the page; not `there`: in that chat."""
        visit = newest(self.world.visits, which)
        if visit and there:
            self.world.cancel(visit[1])
        else:
            self.world.stop(chat)

    def _shouts(self, chat: int, which: int, there: bool) -> None:
        """Types a code where others read it."""
        if code := self._known((CodeTry, AppTry), which):
            self.world.shout(code)

    def _crawls(self, chat: int, which: int, there: bool) -> None:
        if web := newest(self.world.facts.webs, which):
            self.world.crawl(web)

    def _moves(self, chat: int, which: int, there: bool) -> None:
        """The tasks that somebody had, in a chat that came with them; not `there`: in any."""
        if joining := newest(self.world.facts.joinings, which):
            came = [
                each
                for each in range(len(CHATS))
                if ("identity", self.world.me(each).id) in joining.nodes
            ]
            self.world.move(came[chat % len(came)] if came and there else chat, joining)

    def _moves_back(self, chat: int, which: int, there: bool) -> None:
        if joining := newest(self.world.facts.joinings, which):
            self.world.move_back(chat, joining)

    def _undoes(self, chat: int, which: int, there: bool) -> None:
        if joining := newest(self.world.facts.joinings, which):
            self.world.undo(chat, joining)

    def _unlinks(self, chat: int, which: int, there: bool) -> None:
        """Anybody; not `there`: who was there before, by who came, or such a one is kept."""
        facts = self.world.facts
        if which == 1 or not (there or which):
            if joining := newest(facts.joinings, 0):
                self._sends_away(joining, kept=chat > 1, waits=chat > 0)
        elif not there and facts.partings:
            self.world.keep(chat, facts.partings[-1].node)
        elif node := newest(sorted(facts.where), which):
            self.world.unlink(chat, node)

    def _sends_away(self, joining: Joining, *, kept: bool, waits: bool) -> None:
        """Who came asks for who was there to be disconnected, who says no or nothing; a day goes
        by."""
        facts, world = self.world.facts, self.world
        came = [row for kind, row in joining.nodes if kind == "identity"]
        others = sorted(facts.of(facts.current(joining.into)) - joining.nodes)
        if came and others:
            world.unlink(self._chat(came[0]), others[0])
            if kept and others[0][0] == "identity":
                world.keep(self._chat(others[0][1]), others[0])
            if waits:
                world.wait(60 * 25, sweeps=True)

    def _adds_a_task(self, chat: int, which: int, there: bool) -> None:
        self.world.add(chat)

    def _waits(self, chat: int, which: int, there: bool) -> None:
        """Minutes, or a day; whether the service gets to ending what has expired."""
        minutes = (11, 60 * 25, 6, 0, 60 * 13)[which]
        self.world.wait(minutes, sweeps=not there)

    def _known(self, kind: Any, which: int) -> Any:
        """Something that anybody knows."""
        return newest([each for each, _ in self.world.known if isinstance(each, kind)], which)

    def _knowing(self, secret: Secret) -> list[int]:
        """The chats of those who know it."""
        knows = next(who for each, who in self.world.known if each is secret)
        return [chat for chat, (person, _) in enumerate(CHATS) if person in knows]

    def _person(self, secret: Secret, chat: int) -> str:
        """Somebody who knows it."""
        fitting = self._knowing(secret)
        return CHATS[fitting[chat % len(fitting)]][0]

    def _chat(self, identity: int) -> int:
        """Where somebody is to be found; anywhere, if they are gone."""
        everybody = range(len(CHATS))
        return next((each for each in everybody if self.world.me(each).id == identity), 0)

    def _source(self, attempt: Any) -> int:
        """The chat in which it began."""
        return self._chat(getattr(attempt, "source", 0))

    def _other(self, asked: CodeTry | AppTry, chat: int) -> int:
        """The chat that showed the code, the other one of the same person, or any."""
        source = self._source(asked)
        return (source, source ^ 1, source, chat)[chat]

    def _turn(self, asked: CodeTry | AppTry) -> int:
        """The chat that is asked."""
        second = isinstance(asked, CodeTry) and asked.agreed
        return self._source(asked) if second else self._chat(asked.entered)

    @invariant()
    def nobody_is_where_they_did_not_go(self) -> None:
        tally.steps += 1
        self.world.check()

    def teardown(self) -> None:
        for each in self.world.happened:
            tally.happened[each] = tally.happened.get(each, 0) + 1


def play(histories: int, *, fresh: bool = False, shrink: bool = False) -> Tally:
    """That many histories, the same each time or `fresh` ones; what they came to. Raises `Violated`
    for the first that shows a weakness; `shrink` finds the fewest steps and prints them."""
    global tally  # noqa: PLW0603  # the machine is made by Hypothesis, and takes nothing along
    tally = Tally()
    how = settings(
        max_examples=histories,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=not fresh,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet if not shrink else Verbosity.normal,
        print_blob=False,
    )
    run_state_machine_as_test(Linking, settings=how)
    return tally
