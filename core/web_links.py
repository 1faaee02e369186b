"""Connecting a chat by signing in on the web (`promises.md` Appendix A).

An attempt begins in a chat, goes on in a browser, and ends in that chat: whoever signed in there
sees eight letters and types them here. So the one who holds the chat and the one who signed in are
the same person, or talk to each other; a link that somebody passed on connects nothing (T1).

`issued -> signed-in -> asked -> done`, or `denied`, `void`, `expired`. Looking changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable

from core import newcomers
from core import web_link_rows as sql
from core.audit import Deed
from core.connecting import Connected, connect
from core.errors import LinkRefused
from core.events import SignInUnfinished
from core.identity import Identity
from core.joining import Way, login
from core.letters import kept
from core.offer import State
from core.ports import SignedIn
from core.web_link import WebLink, one, read

if TYPE_CHECKING:
    from core.work import Work

VALID_FOR = timedelta(minutes=10)
"""Of a link, and again of each step that a person takes (`product.md` 1.7)."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of an attempt."""

    attempt: WebLink
    connected: Connected


class WebLinks:
    """The attempts, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def start(self, identity: Identity) -> tuple[str, str]:
        """A token for a URL, and the attempt's public id; the attempt before it is void. Raises
        `LinkRefused` as `newcomers.may_connect` does."""
        # Of two at once the second waits here, and finds the attempt of the first.
        self._work.lock_accounts(identity.account_id)
        newcomers.may_connect(self._work, identity)
        self._end(sql.VOID_OF, State.VOID, {"identity": identity.id})
        token, public_id = self._work.ids.token(), self._work.ids.public(12)
        self._work.run(
            sql.START,
            {
                "public_id": public_id,
                "token_hash": self._work.ids.digest(token),
                "identity_id": identity.id,
                "state": State.ISSUED.value,
                "created_at": self._work.now,
                "expires_at": self._work.now + VALID_FOR,
            },
        )
        return token, public_id

    def look(self, digest: str) -> WebLink | None:
        """The attempt whose token has this digest, in whatever state."""
        return one(self._work.run(sql.BY_TOKEN, {"digest": digest}).first())

    def find(self, public_id: str) -> WebLink | None:
        """The same by its public id."""
        return one(self._work.run(sql.BY_PUBLIC_ID, {"public_id": public_id}).first())

    def open_of(self, identity: int) -> WebLink | None:
        """The attempt that a chat has open."""
        values = {"identity": identity, "now": self._work.now}
        return one(self._work.run(sql.OPEN_OF, values).first())

    def begin(self, attempt: int, state: str, session: str) -> None:
        """A browser goes to the issuer; `state` and `session` are digests. Raises `LinkRefused`."""
        row, now = self._work.run(sql.BY_ID, {"attempt": attempt}).first(), self._work.now
        if row is None or row.state != State.ISSUED or row.expires_at <= now:
            raise LinkRefused("gone")
        born = {"state_hash": state, "web_link_id": attempt, "session_hash": session}
        self._work.run(sql.BEGIN, {**born, "created_at": now})

    def claim(self, state: str, session: str) -> int:
        """A browser came back from the issuer, once; its attempt. Raises `LinkRefused`."""
        values = {"state": state, "session": session, "since": self._work.now - VALID_FOR}
        attempt = self._work.run(sql.CLAIM, values).scalar()
        if attempt is None:
            raise LinkRefused("gone")
        return int(attempt)

    def signed_in(self, attempt: int, who: SignedIn, session: str) -> WebLink:
        """Somebody signed in; from here on only `session`, the digest of a new one, goes on. The
        first who signs in has the attempt. Raises `LinkRefused`."""
        said = {"iss": who.issuer, "sub": who.subject, "called": who.name[:128]}
        found = self._step(sql.SIGN_IN, {"attempt": attempt, "session": session, **said})
        if known := login(self._work, who.issuer, who.subject):
            self._record(known.account, found)
        return found

    def consent(self, attempt: int, session: str, letters: str) -> WebLink:
        """They agree on the page, which shows them these letters: now the chat is asked for them.
        Raises `LinkRefused`."""
        values = {"attempt": attempt, "session": session, "code": kept(self._work.ids, letters)}
        found = self._step(sql.CONSENT, values)
        self._work.prompts.redraw(found.public_id, State.ASKED)
        return found

    def finish(self, identity: Identity, letters: str, *, replaces: str = "") -> Finished | WebLink:
        """The letters were typed into the chat: it and the sign-in are connected. Where they are
        wrong, a try is used up, which must be kept: so this raises nothing, and gives the attempt.
        `replaces`: the message that the answer takes the place of. Raises `LinkRefused`, also
        where no letters are awaited."""
        values = {"identity": identity.id, "now": self._work.now}
        row = self._work.run(sql.FINISH, {**values, "code": kept(self._work.ids, letters)}).first()
        if row is None:
            return self._missed(values)
        return self.connected(identity, read(row), answered=identity.id, replaces=replaces)

    def connected(
        self, identity: Identity, found: WebLink, *, answered: int, replaces: str = ""
    ) -> Finished:
        """The chat and whoever signed in belong together, for whoever made sure of it. `answered`:
        the identity that whoever calls tells. Raises `LinkRefused`."""
        self._work.prompts.redraw(found.public_id, State.DONE, but=(identity.chat_id, replaces))
        who = {"issuer": found.issuer, "subject": found.subject, "name": found.name}
        done = connect(self._work, identity, Way.WEB, **who, answered=answered)
        if not done.known:
            self._record(done.account, found)
        return Finished(found, done)

    def cancel(self, attempt: int, session: str) -> None:
        """The browser says no; once somebody signed in, only theirs can. Raises `LinkRefused`."""
        if not self._end(sql.CANCEL, State.DENIED, {"attempt": attempt, "session": session}):
            raise LinkRefused("gone")

    def void_of(self, identity: int) -> bool:
        """End what a chat has open. Whether there was anything."""
        return self._end(sql.VOID_OF, State.VOID, {"identity": identity}) > 0

    def expire(self) -> int:
        """End what nobody went on with in time; how many."""
        return self._end(sql.EXPIRE, State.EXPIRED, {"now": self._work.now})

    def leave(self, identity: int) -> None:
        """An identity goes, and its attempts with it."""
        self._work.run(sql.LEAVE_STATES, {"identity": identity})
        self._work.run(sql.LEAVE, {"identity": identity})

    def forget(self) -> None:
        """Drop attempts that ended over a day ago."""
        before = {"before": self._work.now - timedelta(days=1)}
        self._work.run(sql.FORGET_STATES, before)
        self._work.run(sql.FORGET, before)

    def _step(self, statement: Executable, values: dict[str, Any]) -> WebLink:
        when = {"now": self._work.now, "until": self._work.now + VALID_FOR}
        row = self._work.run(statement, {**values, **when}).first()
        if row is None:
            raise LinkRefused("gone")
        return read(row)

    def _missed(self, values: dict[str, Any]) -> WebLink:
        row = self._work.run(sql.MISS, values).first()
        if row is None:
            raise LinkRefused("gone")
        found = read(row)
        if found.state is State.DENIED:
            self._work.prompts.redraw(found.public_id, State.DENIED)
            self._tell(found)
        return found

    def _end(self, statement: Executable, state: State, values: dict[str, Any]) -> int:
        ended = [read(row) for row in self._work.run(statement, values)]
        for each in ended:
            self._work.prompts.redraw(each.public_id, state)
            self._tell(each)
        return len(ended)

    def _tell(self, ended: WebLink) -> None:
        """Somebody had signed in, and their own chats do not know yet who wanted to connect."""
        known = login(self._work, ended.issuer, ended.subject) if ended.subject else None
        found = self._work.accounts.identity(ended.identity)
        if known is None or found is None or found[0].id == known.account:
            return
        event = SignInUnfinished(ended.id, ended.identity)
        self._work.notices.tell(event, known.account, actor=found[1].name)

    def _record(self, account: int, to: WebLink) -> None:
        self._work.audit.record(Deed.SIGNED_IN, account, {"issuer": to.issuer, "name": to.name})
