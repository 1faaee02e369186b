"""Two people with two chats each, their browsers, an issuer, the operator's app and a crawler, who
connect chats in every way there is. Whatever the service lets pass is checked against what people
did (`tests/core/linking_facts.py`): what nobody did on purpose connects nothing."""

# long: one method for each thing that a person can do

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from core import (
    carrying_out,
    connecting,
    joining,
    partings,
    proving,
    signing_off,
    taking_back,
    unlinking,
)
from core.addresses import Sender
from core.connecting import Connected
from core.identity import Identity
from core.ids import Ids
from core.joining import Way
from core.letters import spelled
from core.link import Item
from core.lists import Filter
from core.offer import State as Outcome
from core.ports import SignedIn
from core.rights import Actor
from core.sql import Overtaken
from core.task import Draft
from core.web_links import Finished
from core.work import Work
from tests.core.linking_facts import (
    A_DAY,
    TEN_MINUTES,
    AppTry,
    CodeTry,
    Facts,
    Joining,
    Node,
    State,
    Visit,
    WebTry,
)
from tests.memory import Memory

T = TypeVar("T")
ISSUER = "https://id.example.org"
PEOPLE = ("victim", "attacker")
CHATS = (
    ("victim", Sender("telegram", "", "1001", "Vera", "vera")),
    ("victim", Sender("slack", "T1", "U1", "Vera", "vera")),
    ("attacker", Sender("telegram", "", "1002", "Mal", "mal")),
    ("attacker", Sender("slack", "T1", "U2", "Mal", "mal")),
)
Secret = CodeTry | AppTry | WebTry | tuple[WebTry, str] | State
NODES = """
SELECT 'identity', id, account_id FROM identity UNION SELECT 'login', id, account_id FROM login"""
OWNERS = "SELECT public_id, owner_id FROM task WHERE deleted_at IS NULL"
NUMBERS = "SELECT account_id, number, task_id FROM concern ORDER BY 1, 2"
COUNTS = "SELECT id, open_tasks, merged_into, timezone, language FROM account ORDER BY 1"
MISCOUNTED = """
SELECT a.id FROM account a WHERE a.open_tasks <> (SELECT count(*) FROM task t
  WHERE t.owner_id = a.id AND t.status IN ('pending', 'in progress') AND t.deleted_at IS NULL)
UNION SELECT t.owner_id FROM task t WHERE NOT EXISTS
  (SELECT 1 FROM concern n WHERE n.task_id = t.id AND n.account_id = t.owner_id)"""
TWICE = """
SELECT account_id FROM link_attempt WHERE state = 'issued' GROUP BY 1 HAVING count(*) > 1
UNION SELECT identity_id FROM web_link WHERE state IN ('issued', 'signed-in', 'asked')
  GROUP BY 1 HAVING count(*) > 1
UNION SELECT min(id) FROM app_link WHERE state = 'issued' GROUP BY subject HAVING count(*) > 1"""
UNENDED = """
SELECT count(*) FROM (
  SELECT expires_at FROM link_attempt WHERE state IN ('issued', 'asked') UNION ALL
  SELECT expires_at FROM web_link WHERE state IN ('issued', 'signed-in', 'asked') UNION ALL
  SELECT expires_at FROM app_link WHERE state IN ('issued', 'asked')) WHERE expires_at < ?"""
ATTEMPTS = """
SELECT token_hash, state, session_hash, tries FROM web_link UNION ALL
SELECT state_hash, session_hash, '', 0 FROM oidc_state ORDER BY 1"""


class Violated(AssertionError):
    """The service let pass what nobody did on purpose."""


@dataclass(frozen=True)
class Me:
    """A chat at this moment."""

    person: str
    identity: Identity
    account: int

    @property
    def id(self) -> int:
        return self.identity.id

    @property
    def actor(self) -> Actor:
        return Actor(self.account, self.person, self.id, self.identity.chat_id, True)


class World:
    """Everybody, and what they know."""

    def __init__(self, memory: Memory) -> None:
        memory.restart()
        self.memory = memory
        self.facts = Facts()
        self.known: list[tuple[Secret, set[str]]] = []
        """Secrets, and who knows them."""
        self.visits: list[tuple[str, Visit]] = []
        """Whose browsers have which pages open."""
        self.asked: list[CodeTry | AppTry] = []
        """What somebody was asked to agree to; the buttons stay."""
        self.happened: set[str] = set()
        self._numbers = itertools.count(1)
        self._audited = 0

    @property
    def now(self) -> datetime:
        return self.memory.clock.at

    def _must(self, justified: bool, what: str) -> None:
        if not justified:
            raise Violated(what)
        self.happened.add(what)

    def _try(self, function: Callable[[Work], T]) -> T | None:
        """Some act; None where it is refused."""
        self.memory.clock.advance(seconds=1)
        try:
            return self.memory.allowed(function)
        except Overtaken:
            raise Violated("rows do not fit, and nobody else is writing") from None

    def me(self, chat: int) -> Me:
        """Somebody writes in a chat of theirs: whoever is not known there begins anew."""
        person, sender = CHATS[chat]
        account, identity, _ = self.memory.run(lambda work: work.accounts.recognise(sender))
        node = ("identity", identity.id)
        if node not in self.facts.where:
            self._must(account.id not in {*self.facts.where.values()}, "begins anew")
            self.facts.where[node] = account.id
            self.facts.changes += 1
        return Me(person, identity, account.id)

    def picture(self) -> Any:
        """What people could notice a difference in."""
        return [sorted(self.memory.rows(each)) for each in (NODES, OWNERS, NUMBERS)], [
            row for row in self.memory.rows(COUNTS) if row[1:] != (0, None, "", "")
        ]

    # -- by a code -------------------------------------------------------------------------------

    def issue(self, chat: int) -> CodeTry | None:
        """Ask for a code; None where it is refused."""
        me = self.me(chat)
        got = self._try(lambda work: work.linking.issue(me.identity))
        if self._new(me, got) or got is None:
            return None
        self.facts.end(each for each in self.facts.codes if each.account == me.account)
        made = CodeTry(got.code, got.attempt, me.id, me.account, self.now + TEN_MINUTES)
        self.facts.codes.append(made)
        self.known.append((made, {me.person}))
        return made

    def _new(self, me: Me, done: object) -> bool:
        """Whether somebody who came less than a day ago was refused what connects more; nobody else
        is, and they always are."""
        new = self.facts.newcomer(("identity", me.id), self.now)
        if new or done is None:
            self._must(new and done is None, "who is new connects no more")
        return new

    def enter(self, chat: int, code: CodeTry | AppTry) -> None:
        """Send a code to the bot."""
        me = self.me(chat)
        if isinstance(code, AppTry):
            done: Any = self._try(lambda work: work.app_links.redeem(me.identity, code.code))
        else:
            done = self._try(lambda work: work.linking.redeem(me.identity, code.code))
        if done is None:
            return
        live = not code.over and not code.entered and self.now < code.until
        self._must(live, "a code is entered that is live")
        if isinstance(code, CodeTry):
            self._must(code.account != me.account, "a code of somebody else is entered")
            blocked = (code.account, me.id) in self.facts.blocks
            self._must(not blocked, "a code of somebody who did not block them is entered")
            self.facts.end(each for each in self.facts.codes if each.entered == me.id)
        code.entered, code.until = me.id, self.now + TEN_MINUTES
        self.asked.append(code)

    def shout(self, code: CodeTry | AppTry) -> None:
        """Somebody sends a code where others read it."""
        self._try(lambda w: w.linking.void(code.code) or w.app_links.void(code.code))
        self.facts.end([code])

    def agree(self, chat: int, attempt: CodeTry | AppTry) -> None:
        """Press yes; on a button that was never shown here, too, as whoever knows its name can."""
        me = self.me(chat)
        if isinstance(attempt, AppTry):
            self._agree_to_app(me, attempt)
            return
        before = self.picture()
        done = self._try(lambda work: work.linking.agree(me.identity, attempt.name))
        if done is None:
            return
        live = not attempt.over and self.now < attempt.until
        self._must(me.id in (attempt.source, attempt.entered), "yes is said by a side of it")
        if done[1] is None:
            target = me.id == attempt.entered
            self._must(target and live, "yes that joins nobody yet is of who entered it")
            if not attempt.agreed:
                attempt.agreed, attempt.until = True, self.now + TEN_MINUTES
            return
        both = me.id == attempt.source and attempt.agreed
        self._must(live and both, "two yeses join two chats")
        attempt.over = "done"
        joins = self.facts.where["identity", attempt.entered]
        if joins != attempt.account:
            self._must(not self._takes_along(attempt.entered), "who was there takes others along")
            self.facts.join(done[1].link, joins, attempt.account, self.now, before)

    def deny(self, chat: int, attempt: CodeTry | AppTry) -> None:
        """Press no."""
        me = self.me(chat)
        if isinstance(attempt, AppTry):
            end = lambda w: w.app_links.end(me.identity, attempt.name, Outcome.DENIED)  # noqa: E731  # as the others
            done: Any = self._try(end)
            mine = me.id == attempt.entered
        else:
            done = self._try(lambda work: work.linking.deny(me.identity, attempt.name))
            mine = me.id in (attempt.source, attempt.entered)
        if done is not None:
            live = not attempt.over and self.now < attempt.until
            self._must(mine and live, "no is said by a side of it")
            attempt.over = "denied"

    def block(self, chat: int, attempt: CodeTry) -> None:
        """Press no, and never again."""
        me = self.me(chat)
        if self._try(lambda work: work.linking.block(me.identity, attempt.name)) is None:
            return
        live = not attempt.over and self.now < attempt.until
        self._must(me.id == attempt.source and live, "whoever showed the code blocks")
        attempt.over = "blocked"
        if attempt.entered:
            theirs = self.facts.chats(self.facts.where["identity", attempt.entered])
            self.facts.blocks |= {(me.account, each) for each in theirs}

    # -- by signing in on the web ----------------------------------------------------------------

    def start(self, chat: int) -> WebTry | None:
        """Ask for a link to sign in; None where it is refused."""
        me = self.me(chat)
        got = self._try(lambda work: work.web_links.start(me.identity))
        if self._new(me, got) or got is None:
            return None
        self.facts.end(each for each in self.facts.webs if each.source == me.id)
        row = self.memory.rows("SELECT id FROM web_link WHERE public_id = ?", got[1])[0][0]
        made = WebTry(got[0], row, got[1], me.id, self.now + TEN_MINUTES)
        self.facts.webs.append(made)
        self.known.append((made, {me.person}))
        return made

    def stop(self, chat: int) -> None:
        """Stop it in the chat."""
        me = self.me(chat)
        self._try(lambda work: work.web_links.void_of(me.id))
        self.facts.end(each for each in self.facts.webs if each.source == me.id)

    def crawl(self, web: WebTry) -> None:
        """Whoever fetches every link that is sent looks, again and again."""
        before = self.memory.rows(ATTEMPTS)
        for _ in range(20):
            self._try(lambda work: work.web_links.look(Ids.digest(web.token)))
            guess = str(next(self._numbers))
            self._try(lambda work, mine=guess: work.web_links.claim(mine, mine))
            self._try(lambda work, mine=guess: work.web_links.consent(web.row, mine, mine))
        self._must(before == self.memory.rows(ATTEMPTS), "looking changes nothing")

    def open(self, person: str, web: WebTry) -> Visit:
        """Open a link in one's browser."""
        visit = Visit(web, self._fresh())
        before = self.memory.rows(ATTEMPTS)
        self._try(lambda work: work.web_links.look(Ids.digest(web.token)))
        self._must(before == self.memory.rows(ATTEMPTS), "opening changes nothing")
        self.visits.append((person, visit))
        return visit

    def begin(self, person: str, visit: Visit) -> State | None:
        """Go to the issuer."""
        web, secret = visit.web, self._fresh()

        def began(work: Work) -> bool:
            work.web_links.begin(web.row, secret, visit.session)
            return True

        if not self._try(began):
            return None
        live = not web.over and not web.signed and self.now < web.until
        self._must(live, "a sign-in is begun that nobody finished")
        state = State(secret, visit.session, self.now + TEN_MINUTES)
        self.known.append((state, {person}))
        return state

    def come_back(self, person: str, visit: Visit, state: State, who: str) -> None:
        """Come from the issuer, signed in as somebody, with a state that one knows."""
        web = visit.web
        claimed = self._try(lambda w: w.web_links.claim(state.secret, visit.session))
        if claimed is None:
            return
        mine = state.session == visit.session and not state.spent and self.now < state.until
        self._must(mine, "a browser comes back that was sent")
        state.spent, fresh = True, self._fresh()
        said = SignedIn(ISSUER, who, who)
        if self._try(lambda w: w.web_links.signed_in(claimed, said, fresh)) is None:
            return
        live = not web.over and not web.signed and self.now < web.until
        self._must(live and claimed == web.row, "the first who signs in has the attempt")
        web.signed, web.session, visit.session = who, fresh, fresh
        web.until = self.now + TEN_MINUTES

    def consent(self, person: str, visit: Visit) -> None:
        """Agree on the page, which then shows the letters."""
        web, letters = visit.web, self._letters(visit)
        if self._try(lambda w: w.web_links.consent(web.row, visit.session, letters)) is None:
            return
        hers = bool(web.signed) and web.session == visit.session
        live = not web.over and not web.letters and self.now < web.until
        self._must(hers and live, "who signed in agrees on the page")
        web.letters, web.until, web.misses = letters, self.now + TEN_MINUTES, 0
        self.known.append(((web, letters), {person}))

    def cancel(self, visit: Visit) -> None:
        """Cancel on the page."""
        web = visit.web

        def cancelled(work: Work) -> bool:
            work.web_links.cancel(web.row, visit.session)
            return True

        if self._try(cancelled):
            hers = web.session in ("", visit.session)
            self._must(hers and not web.over, "who may cancel a sign-in does")
            web.over = "cancelled"

    def type(self, chat: int, letters: str) -> None:
        """Type letters into a chat."""
        me, before = self.me(chat), self.picture()
        awaited = [each for each in self.facts.webs if each.source == me.id and each.letters]
        live = [each for each in awaited if not each.over and self.now < each.until]
        done = self._try(lambda work: work.web_links.finish(me.identity, letters))
        if isinstance(done, Finished):
            right = [each for each in live if each.letters == letters]
            self._must(bool(right), "letters connect the chat that waits for them")
            right[0].over = "done"
            self._connected(me, done.connected, right[0].signed, before)
        elif done is not None:
            self._must(len(live) == 1 and live[0].letters != letters, "letters are wrong")
            live[0].misses += 1
            if live[0].misses >= 3:
                live[0].over = "guessed at"
            ended = done.state is Outcome.DENIED
            self._must(ended == (live[0].misses >= 3), "three wrong tries are the last")

    def prove(self, person: str, visit: Visit, platform: str, back: Visit | None = None) -> None:
        """Show at a platform whose browser it is, in one that is signed in there as its person.
        `back`: another browser, that the address there was handed on to, and that comes back."""
        web, secret, last = visit.web, self._fresh(), back or visit
        chat = next(
            n for n, each in enumerate(CHATS) if each[0] == person and each[1].platform == platform
        )
        sender, me, before = CHATS[chat][1], self.me(chat), self.picture()

        def proved(work: Work) -> Finished:
            proving.begin(work, web.row, secret, visit.session)
            claimed = work.web_links.claim(secret, last.session)
            return proving.prove(work, claimed, last.session, (sender,))

        live = not web.over and self.now < web.until
        done = self._try(proved)
        if done is None:
            return
        agreed = bool(web.letters) and web.session == visit.session == last.session
        mine = web.source == me.id
        self._must(live and agreed and mine, f"whose chat on {platform} it is proves it")
        web.over = "done"
        self._connected(me, done.connected, web.signed, before)

    # -- by the operator's app -------------------------------------------------------------------

    def app(self, person: str) -> None:
        """Ask for a code in the app."""
        got = self._try(lambda work: work.app_links.issue(ISSUER, person, person))
        assert got is not None
        self.facts.end(each for each in self.facts.apps if each.who == person)
        name = self.memory.rows("SELECT public_id FROM app_link ORDER BY id DESC LIMIT 1")[0][0]
        made = AppTry(got[0], name, person, self.now + TEN_MINUTES)
        self.facts.apps.append(made)
        self.known.append((made, {person}))

    def _agree_to_app(self, me: Me, asked: AppTry) -> None:
        before = self.picture()

        def agreed(work: Work) -> Connected:
            work.app_links.end(me.identity, asked.name, Outcome.DONE)
            said = {"issuer": ISSUER, "subject": asked.who, "name": asked.who}
            return connecting.connect(work, me.identity, Way.APP, **said)

        done = self._try(agreed)
        if done is not None:
            live = not asked.over and self.now < asked.until
            self._must(live and asked.entered == me.id, "who was asked by the app agrees")
            asked.over = "done"
            self._connected(me, done, asked.who, before)

    def _connected(self, me: Me, connected: Connected, who: str, before: Any) -> None:
        """The chat and whoever signed in are one account's."""
        found = self.memory.rows("SELECT id FROM login WHERE subject = ?", who)
        self._must(bool(found), "who is connected has a sign-in")
        login = ("login", found[0][0])
        there = self.facts.where.get(login)
        if there != me.account:
            self._must(not self._takes_along(me.id), "who was there takes others along")
        if there is None:
            self.facts.lead(connected.link, login, me.account, self.now)
        elif there != me.account:
            new = self.facts.newcomer(login, self.now)
            self._must(not new, "a sign-in of before lets somebody in")
            assert connected.joined is not None
            self.facts.join(connected.joined.link, me.account, there, self.now, before)

    def _takes_along(self, identity: int) -> bool:
        """Whether somebody would who came less than a day ago."""
        return self.facts.newcomer(("identity", identity), self.now)

    # -- what follows ----------------------------------------------------------------------------

    def move(self, chat: int, link: Joining) -> None:
        """Let the tasks of the account that was left come along."""
        me = self.me(chat)
        if self._try(lambda work: (joining.move(work, me.identity, link.name), True)) is None:
            return
        mine = self.facts.current(link.into) == me.account and not link.undone
        self._must(mine and link.origin > 0, "who was joined lets tasks come along")
        if link.moved_at is None:
            self._must(not self.facts.of(link.origin), "tasks of nobody else come along")
            theirs = ("identity", me.id) in link.nodes or self.now - link.at > A_DAY
            self._must(theirs, "who brought them lets tasks come along, for a day")
            self.facts.move(link, self.now)

    def move_back(self, chat: int, link: Joining) -> None:
        """Let them stay apart again."""
        me = self.me(chat)
        if self._try(lambda work: taking_back.move_back(work, me.identity, link.name)) is None:
            return
        mine = self.facts.current(link.into) == me.account and not link.undone
        moved = link.moved_at
        soon = moved is None or self.now - moved <= A_DAY
        self._must(mine and soon, "who was joined lets tasks go back, for a day")
        self._not_after(me, link)
        self.facts.move_back(link)

    def undo(self, chat: int, link: Joining) -> None:
        """Take it all back."""
        me = self.me(chat)
        if self._try(lambda work: taking_back.undo(work, me.identity, link.name)) is None:
            return
        mine = self.facts.current(link.into) == me.account and not link.undone
        self._must(mine and self.now - link.at <= A_DAY, "who was joined undoes it, for a day")
        self._not_after(me, link)
        untouched = link.change == self.facts.changes and link.origin
        self.facts.undo(link)
        if untouched:
            self._must(self.picture() == link.before, "after undo everything is as before")

    def _not_after(self, me: Me, link: Joining) -> None:
        late = self.facts.came_after(("identity", me.id), link, self.now)
        self._must(not late, "who came later takes nothing of before back")

    def unlink(self, chat: int, node: Node) -> None:
        """Let a chat or a sign-in go."""
        me, (kind, row) = self.me(chat), node
        act = unlinking.unlink if kind == "identity" else signing_off.unlink_login
        if self._try(lambda work: act(work, me.account, row, by=me.id)) is None:
            self._ask(me, node)
            return
        mine = self.facts.where.get(node) == me.account
        last = kind == "identity" and len(self.facts.chats(me.account)) == 1
        self._must(mine and not last, "somebody lets a chat of their own go")
        new = node != ("identity", me.id) and self.facts.newcomer(
            ("identity", me.id), self.now, to=node
        )
        self._must(not new, "who is new sends nobody away")
        self.facts.unlink(node, me.id, self.now)

    def _ask(self, me: Me, node: Node) -> None:
        """Ask for it to be disconnected, as whoever is new can."""
        kind, row = node
        done = self._try(lambda work: partings.ask(work, me.identity, Item(kind), row))
        if done is None:
            return
        mine = self.facts.where.get(node) == me.account and node != ("identity", me.id)
        may = self.facts.ask(me.id, node, self.now)
        self._must(mine and may, "who is new asks for somebody to be sent away")

    def keep(self, chat: int, node: Node) -> None:
        """Say that somebody stays for whom somebody new asked."""
        me, (kind, row) = self.me(chat), node
        kept = self._try(lambda work: (partings.keep(work, me.identity, Item(kind), row), True))
        if kept is None:
            return
        asked = self.facts.asked(me.account, node)
        new = self.facts.newcomer(("identity", me.id), self.now, to=node)
        if new and node != ("identity", me.id):  # of what they asked themselves
            asked = [each for each in asked if each.asker == me.id]
        self._must(bool(asked), "who was there before keeps somebody")
        for each in asked:
            each.kept = True

    def add(self, chat: int) -> None:
        """Add a task."""
        me = self.me(chat)
        made = self._try(lambda work: work.tasks.add(me.actor, Draft("Buy milk")))
        assert made is not None
        self.facts.tasks[made.public_id] = me.account
        self.facts.changes += 1

    def tell(self, secret: Secret, knows: set[str]) -> None:
        """Pass on what one knows; whoever hears it has it as news."""
        self.known.remove((secret, knows))
        self.known.append((secret, {*PEOPLE}))

    def wait(self, minutes: float, *, sweeps: bool) -> None:
        """Time passes; whether the service gets to ending what has expired."""
        self.memory.clock.advance(minutes=minutes)
        if sweeps:
            self.memory.run(_sweep)
            unended = self.memory.rows(UNENDED, f"{self.now:%Y-%m-%d %H:%M:%S.%f}")[0][0]
            self._must(unended == 0, "attempts end")
            while self.memory.run(carrying_out.carry_out):
                pass
            if self.facts.carry_out(self.now):
                self._must(True, "what was asked for is done after a day")

    # -- what must hold --------------------------------------------------------------------------

    def check(self) -> None:
        """Everybody is where what was done on purpose put them, and nothing is lost."""
        real = {(kind, row): account for kind, row, account in self.memory.rows(NODES)}
        if real != self.facts.where:
            raise Violated(f"{real} is not {self.facts.where}")
        owners = dict(self.memory.rows(OWNERS))
        if owners != self.facts.tasks:
            raise Violated(f"the owners are {owners}, not {self.facts.tasks}")
        if (wrong := self.memory.rows(MISCOUNTED)) or (wrong := self.memory.rows(TWICE)):
            raise Violated(f"miscounted or open twice: {wrong}")
        audited = self.memory.rows("SELECT count(*) FROM audit")[0][0]
        if audited != self._audited:
            self._audited = audited
            self.check_reading()

    def check_reading(self) -> None:
        """The record holds, and each chat reads the tasks of its account and no other."""
        if self.memory.run(lambda work: work.audit.broken()) is not None:
            raise Violated("the record is broken")
        every = Filter(open=None)
        for account in {*self.facts.where.values()}:
            page = self.memory.run(lambda work, a=account: work.lists.page(a, every, most=99))
            read = {each.public_id for each in page.tasks}
            if read != {task for task, owner in self.facts.tasks.items() if owner == account}:
                raise Violated(f"{account} reads {read}")

    def _fresh(self) -> str:
        return Ids.digest(f"session {next(self._numbers)}")

    @staticmethod
    def _letters(visit: Visit) -> str:
        return spelled(int(Ids.digest(f"letters {visit.session}"), 16))


def _sweep(work: Work) -> None:
    for each in (work.linking, work.web_links, work.app_links):
        each.expire()
        each.forget()


__all__ = ["CHATS", "PEOPLE", "Violated", "World"]
