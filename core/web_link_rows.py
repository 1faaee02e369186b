"""Sign-ins on the web as rows. Every step of one is a single statement, which one caller wins."""

from __future__ import annotations

from functools import partial

from sqlalchemy import bindparam, case, delete, insert, select

from core import schema
from core.offer import State
from core.steps import step

TRIES = 3
"""Of the typed letters, then the attempt ends (`promises.md` 4.3)."""

_w, _s = schema.web_link.c, schema.oidc_state.c
ALL = tuple(schema.web_link.columns)
OPEN = _w.state.in_((State.ISSUED, State.SIGNED_IN, State.ASKED))
_LIVE = _w.expires_at > bindparam("now")
_THIS = _w.id == bindparam("attempt")
_step = partial(step, schema.web_link, gives=ALL)
_HERS = _w.session_hash == bindparam("session")

START = insert(schema.web_link)
BY_TOKEN = select(*ALL).where(_w.token_hash == bindparam("digest"))
BY_ID = select(*ALL).where(_THIS)
BY_PUBLIC_ID = select(*ALL).where(_w.public_id == bindparam("public_id"))
OPEN_OF = select(*ALL).where(_w.identity_id == bindparam("identity"), OPEN, _LIVE)
BEGIN = insert(schema.oidc_state)
CLAIM = (
    delete(schema.oidc_state)
    .where(
        _s.state_hash == bindparam("state"),
        _s.session_hash == bindparam("session"),
        _s.created_at > bindparam("since"),
    )
    .returning(_s.web_link_id)
)
SIGN_IN = _step(
    _THIS,
    _w.state == State.ISSUED,
    _LIVE,
    state=State.SIGNED_IN,
    issuer=bindparam("iss"),
    subject=bindparam("sub"),
    name=bindparam("called"),
    session_hash=bindparam("session"),
    expires_at=bindparam("until"),
)
CONSENT = _step(
    _THIS,
    _HERS,
    _w.state == State.SIGNED_IN,
    _LIVE,
    state=State.ASKED,
    code_hash=bindparam("code"),
    tries=0,
    expires_at=bindparam("until"),
)
FINISH = _step(
    _w.identity_id == bindparam("identity"),
    _w.state == State.ASKED,
    _w.code_hash == bindparam("code"),
    _LIVE,
    state=State.DONE,
)
MISS = _step(
    _w.identity_id == bindparam("identity"),
    _w.state == State.ASKED,
    _LIVE,
    tries=_w.tries + 1,
    state=case((_w.tries + 1 >= TRIES, State.DENIED), else_=_w.state),
)
AWAITED = select(_w.id).where(_THIS, _HERS, _w.state == State.ASKED, _LIVE)
PROVE = _step(_THIS, _HERS, _w.state == State.ASKED, _LIVE, state=State.DONE)
CANCEL = _step(
    _THIS,
    OPEN,
    # Until somebody has signed in, whoever has the link may end it; then only that browser.
    _w.session_hash.in_(("", bindparam("session"))),
    state=State.DENIED,
)
VOID_OF = _step(_w.identity_id == bindparam("identity"), OPEN, state=State.VOID)
EXPIRE = _step(_w.expires_at < bindparam("now"), OPEN, state=State.EXPIRED)
_OF_IDENTITY = select(_w.id).where(_w.identity_id == bindparam("identity"))
LEAVE_STATES = delete(schema.oidc_state).where(_s.web_link_id.in_(_OF_IDENTITY))
LEAVE = delete(schema.web_link).where(_w.identity_id == bindparam("identity"))
FORGET_STATES = delete(schema.oidc_state).where(_s.created_at < bindparam("before"))
FORGET = delete(schema.web_link).where(_w.expires_at < bindparam("before"))
