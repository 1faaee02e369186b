"""A browser's session during a sign-in: one signed cookie, and what follows from it and our key.

So looking at a page writes nothing, and nothing that is secret is in the database."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta

from core.ids import Ids
from core.letters import spelled
from core.ports import Clock
from core.signed import Purpose, Signer
from core.visits import Seen

COOKIE_LIFE = timedelta(minutes=30)
"""Three steps of ten minutes (`core.web_links.VALID_FOR`); the attempt itself may end earlier."""
FORM_LIFE = timedelta(minutes=10)
CONSENT = "consent"
"""The action that says yes to just what the page shows."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser and the attempt that it has before it."""

    attempt: str
    """The digest of the attempt's token."""
    secret: str

    @property
    def digest(self) -> str:
        """What the database knows the session by."""
        return Ids.digest(self.secret)


class Sessions:
    """Makes and reads cookies and form tokens."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        """`key` is SECRET_KEY. Raises ValueError below 32 bytes."""
        self._key = key
        self._signer = Signer(key)
        self._clock = clock

    def new(self, attempt: str) -> Session:
        """A session that nobody had before."""
        return Session(attempt, secrets.token_urlsafe(32))

    def cookie(self, session: Session) -> str:
        """What the browser keeps."""
        claims = {"t": session.attempt, "s": session.secret}
        return self._signer.sign(Purpose.SIGN_IN, claims, COOKIE_LIFE, self._clock.now())

    def read(self, cookie: str) -> Session | None:
        """The session of a cookie; None for anything that is none of ours, or too old."""
        claims = self._signer.read(Purpose.SIGN_IN, cookie, self._clock.now())
        return Session(str(claims["t"]), str(claims["s"])) if claims else None

    def form(self, session: Session, action: str, seen: Seen) -> str:
        """A form's token: for this session and action, and for a consent what is seen."""
        shown = _digest_of(seen) if action == CONSENT else ""
        claims = {"s": session.digest, "do": action, "seen": shown}
        return self._signer.sign(_purpose(action), claims, FORM_LIFE, self._clock.now())

    def sent(self, session: Session, action: str, form: str) -> str | None:
        """A form of this session that came back: what it showed, to be given to `shows`; None
        where it is none of this session and action."""
        claims = self._signer.read(_purpose(action), form, self._clock.now())
        if claims is None or (claims["s"], claims["do"]) != (session.digest, action):
            return None
        return str(claims["seen"])

    @staticmethod
    def shows(seen: Seen, sent: str) -> bool:
        """Whether a form showed just this: another name, chat or state is another question."""
        return sent in ("", _digest_of(seen))

    def letters(self, session: Session) -> str:
        """The eight letters of a session, the same each time."""
        made = self._mac("letters", f"{session.attempt}\n{session.secret}")
        return spelled(int.from_bytes(made, "big"))

    def derived(self, what: str, state: str) -> str:
        """43 characters of A-Z a-z 0-9 - _ that only we can make from a state."""
        return urlsafe_b64encode(self._mac(what, state)).rstrip(b"=").decode()

    def _mac(self, what: str, of: str) -> bytes:
        return hmac.digest(self._key, f"sign-in {what}\n{of}".encode(), "sha256")


def _purpose(action: str) -> Purpose:
    return Purpose.CONSENT if action == CONSENT else Purpose.CSRF


def _digest_of(seen: Seen) -> str:
    said = (seen.state, seen.platform, seen.place, seen.person, seen.issuer, seen.name)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
