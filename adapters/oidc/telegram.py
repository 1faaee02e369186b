"""Telegram as an issuer ("Log In With Telegram"): who is signed in there.

The address that one of Telegram's `login_url` buttons leads to proves whoever opened it, and can be
passed on (`promises.md` T1). This cannot: the code that comes back is worth nothing without our
state, which is good once and in one browser, and the verifier of that state (PKCE).

What is known of it, none of it tried on Telegram itself:

* The flow: authorization code with PKCE (S256); client id and secret of a bot, and the addresses to
  come back to, at @BotFather; scopes `openid`, `profile`; no user info endpoint: claims come in the
  ID token. Source: https://core.telegram.org/bots/telegram-login.
* Its keys are four, one for each algorithm that @BotFather lets choose: RS256 unless changed,
  ES256, EdDSA, and ES256K, which we do not take (seen in May 2026: github.com/mctlhq/mctl-telegram,
  `internal/telegramoidc`).
* Who it is stands in `id`, which comes with `profile`, and not in `sub`, which is another number,
  the client's own (the page's "User data structure"; github.com/WatWowMap/ReactMap/pull/1251). The
  page has `id` as a number, tokens were seen with it as text (mctl-telegram). Both are taken, each
  in one spelling. Some code takes `sub` for the user: here nobody would be known by it, so it is
  not tried instead.
* The nonce: some check it (mctl-telegram), somebody measured that it is never there, nor among
  `claims_supported` (2026-08-25: github.com/trip2g/trip2g/issues/334). So it is sent; a token that
  has none is taken, one that has another is not. It is to keep the code of one sign-in out of
  another, which PKCE does, too: a code is exchanged for the verifier of the sign-in that it was
  given for (RFC 9700, 2.1.1 and 4.5.3). That an answer goes to no other browser is the state's
  (4.7.1), with the cookie that it is bound to.
* `state` has to be short: 334 bytes were too long (casdoor/casdoor/issues/5568). Ours has 43.
* Somebody may say yes in the app, on another device than the browser's; the app is given the
  browser, its region, and codes to compare (https://core.telegram.org/api/url-authorization).
* A token holds for about 30 seconds (mctl-telegram), so our clock has to be right.
"""

from __future__ import annotations

import re

from adapters.oidc.whose import Whose
from adapters.telegram_ids import SHARED
from core.addresses import Sender
from core.errors import SignInRefused
from core.ports import SignedIn

SCOPE = "openid profile"
USER = "id"
"""The claim of its ID tokens."""
_DIGITS = re.compile(r"[1-9][0-9]{0,15}")
_MOST = 2**52
"""Ids have at most 52 significant bits (Bot API, `User`)."""


def person(who: SignedIn) -> tuple[Sender]:
    """The person. Raises `SignInRefused` for a token that does not say who, and for an id that
    stands for many."""
    said = who.claims.get(USER)
    if isinstance(said, str) and _DIGITS.fullmatch(said):
        said = int(said)
    if type(said) is not int or not 0 < said < _MOST or said in SHARED:  # True is an int, too
        raise SignInRefused("telegram-claims")
    return (Sender("telegram", "", str(said)),)


TELEGRAM = Whose("https://oauth.telegram.org", SCOPE, person, echoes_nonce=False)
