"""What the fuzzer starts from: genuine input of each kind, small enough to be changed quickly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from adapters.pages.cookies import COOKIE as SIGN_IN
from adapters.slack.install_pages import COOKIE as INSTALLING
from adapters.telegram.intake import read as read_update
from bot.grammar import to_line
from bot.recorded import kept_line
from bot.settings import NAMES as SETTINGS
from bot.verbs import Done, Edit, List, Snooze
from core.chat import Unread
from core.signed import Purpose, Signer
from core.task import Ref
from tests.adapters.hostile_text import HOSTILE
from tests.adapters.oidc_kit import jwk, private
from tests.bot.quick_add_file import rows
from tests.fuzz.bodies import genuine_polar
from tests.fuzz.browsers import MINE, WAYS
from tests.fuzz.doors import ME
from tests.fuzz.operators import RIGHT
from tests.fuzz.outside import NAMES
from tests.fuzz.targets import NOW
from tests.fuzz.visit import HOME, SEEN, SESSION, SESSIONS
from tests.hostile_payloads import genuine_slack, genuine_updates, packed


def _quick_add() -> Iterator[bytes]:
    for row in rows():
        yield row.text.encode()


def _telegram() -> Iterator[bytes]:
    for each in genuine_updates():
        yield json.dumps(each).encode()


def _slack() -> Iterator[bytes]:
    for each in genuine_slack():
        yield packed(each)[0]


def _polar() -> Iterator[bytes]:
    for each in genuine_polar():
        yield json.dumps(each).encode()


def _jwt() -> Iterator[bytes]:
    at = int(NOW.timestamp())
    ours = {"iss": "https://i", "aud": "us", "nonce": "n", "iat": at, "exp": at + 300, "sub": "1"}
    yield json.dumps(ours).encode()
    yield json.dumps(ours | {"aud": ["us", "them"], "azp": "us", "nbf": at}).encode()
    yield json.dumps({"keys": [jwk(private(each)) for each in ("EC", "OKP")]}).encode()
    yield Signer(b"other" * 8).sign(Purpose.CSRF, {"a": 1}, timedelta(hours=1), NOW).encode()


def _grammar() -> Iterator[bytes]:
    task = Ref(public_id="9k3f7q2m", revision=17)
    for each in (Done((task,)), Edit(task), List("#home", page=2), Snooze(task, "tomorrow")):
        yield to_line(each).encode()
    yield b'edit 1 title:"a \\"b\\" c" due:"fri 17:00"'
    yield b"done 1, 2 #3"


def _link_codes() -> Iterator[bytes]:
    yield from (b"AB2C-DE3F-GH4J", b"ab2cde3fgh4j", b"BCDF-GHJK", b"link ab2c de3f gh4j", b"oil0")


def _rendering() -> Iterator[bytes]:
    for each in HOSTILE:
        yield each[:200].encode("utf-8", "replace")
    yield "\n---\n".join(each[:40] for each in HOSTILE).encode("utf-8", "replace")


def _headers() -> Iterator[bytes]:
    at = str(int(NOW.timestamp()))
    yield f"evt_1\n{at}\nv1,{'A' * 43}=\n{at}\nv0={'0' * 64}\n203.0.113.9, 10.0.0.1".encode()
    yield f"evt-2\n{at}\nv1,AAAA v1a,BBBB\n{at}\nv0=\n2001:db8::7".encode()
    yield b"\n\n\n\n\n::ffff:192.0.2.1, fd00::1, [2001:db8::1%25eth0]"


def _issuers() -> Iterator[bytes]:
    there = "https://i.example.org"
    ours = {"issuer": there, "authorization_endpoint": f"{there}/a", "token_endpoint": f"{there}/t"}
    yield json.dumps({**ours, "jwks_uri": "https://keys.example.org:443/k"}).encode()
    known = {
        "sub": "U1ADA",
        "https://slack.com/user_id": "U1ADA",
        "https://slack.com/team_id": "T1A",
    }
    yield json.dumps({**known, "name": "Ada", "id": "1001", "email": "a@example.org"}).encode()


def _answers() -> Iterator[bytes]:
    yield b'200\n\n{"id": "s", "items": []}'
    yield b'429\n60\n{"ok": false, "parameters": {"retry_after": 3}}'
    yield b'422\n\n{"error": "PolarRequestValidationError", "detail": [{"loc": ["products", 0]}]}'
    yield b'403\n1\n{"error": "ExpiredCheckoutError"}'


def _settings() -> Iterator[bytes]:
    given = {
        "database_url": "postgresql://ada:p%40ss@127.0.0.1:5432/bot",
        "public_url": "https://bot.example.org/a",
        "trusted_proxies": "127.0.0.1, 10.0.0.0/8",
        "admins": "telegram:123456789, slack:T0123ABC/U0456DEF",
        "polar_products": "pro:1b-2c,teams:3",
        "polar_webhook_secret": "whsec_bm9ib2R5IGtub3dzIHRoaXM=",
    }
    yield from (bytes([NAMES.index(name)]) + each.encode() for name, each in given.items())


def _command_line() -> Iterator[bytes]:
    yield from (
        b"run\n--role\nweb",
        b"failed\n--most\n5",
        b"jobs\n--replay\nall",
        b"doctor\n--json",
    )


def _inputs_file() -> Iterator[bytes]:
    for each in (*genuine_updates()[:8], *genuine_slack()[:8]):
        yield json.dumps(each).encode()
    for number, each in enumerate(genuine_polar()[:4]):
        yield json.dumps({"webhook-id": f"evt_{number}", "body": each}).encode()
    made = read_update(genuine_updates()[0], ME).inbound
    if made is not None:
        yield kept_line(made).encode()
    yield kept_line(Unread("slack", "k1", json.dumps({"payload": genuine_slack()[0]}))).encode()


def _settings_words() -> Iterator[bytes]:
    yield from (
        b"from 22:00 to 8",
        b"10 pm - 7 uhr",
        b"berlin",
        b"2026-12",
        b"every 2 weeks",
        b"mon,thu",
    )
    yield from (b"month on last fri", b"year on 29 feb", b"https://bot.example.org/task/9k3f7q2m")


def _pages() -> Iterator[bytes]:
    for number, action in enumerate(WAYS.values()):
        form = "form=$&x=%41" if action else ""
        sent = ("code=c&state=$", f"{SIGN_IN}=$", HOME, "same-origin", "de-DE,en;q=0.5", form)
        yield "\n".join((chr(number), *sent)).encode()
    cookie, form = f"a=b; {SIGN_IN}={MINE}", SESSIONS.form(SESSION, "start", SEEN)
    yield f"\1\n\n{cookie}\nnull\nsame-origin\n\nform={form}".encode()


def _installs() -> Iterator[bytes]:
    for number in range(3):
        yield f"{chr(number)}\ncode=1.2a&state=$\n{INSTALLING}=$\nsame-origin\nen".encode()
    yield f"\0\nerror=access_denied&state=$\n{INSTALLING}=$".encode()


def _grants() -> Iterator[bytes]:
    ours = {"ok": True, "access_token": "xoxb-1", "token_type": "bot", "bot_user_id": "U0BOT"}
    by = {"app_id": "A0", "scope": "chat:write", "authed_user": {"id": "U1"}, "team": {"id": "T1"}}
    yield json.dumps({**ours, **by, "enterprise": {"id": "E1", "name": "Corp"}}).encode()
    yield json.dumps({**ours, "is_enterprise_install": True, "enterprise": {"id": "E1"}}).encode()
    whose = {"team_id": "T1", "user_id": "U0BOT", "bot_id": "B0BOT", "user": "fluxbot"}
    yield json.dumps({"ok": True, **whose, "team": "Acme", "enterprise_id": "E1"}).encode()
    yield b'{"ok": false, "error": "invalid_code"}'


def _environment() -> Iterator[bytes]:
    key, public = {"SECRET_KEY": "k" * 32}, {"PUBLIC_URL": "https://bot.example.org/a"}
    database = {"DATABASE_URL": "postgresql://ada:p%40ss@127.0.0.1:5432/bot?sslmode=require"}
    slack = {"SLACK_BOT_TOKEN": "-".join(("xoxb", "1", "abcdef")), "SLACK_SIGNING_SECRET": "f" * 32}
    polar = {"POLAR_ACCESS_TOKEN": "polar_oat_1", "POLAR_WEBHOOK_SECRET": "w" * 16}
    telegram = {"TELEGRAM_BOT_TOKEN": f"123456789:{'A' * 35}", "TELEGRAM_MODE": "polling"}
    for each in (
        {**key, **database, "ADMINS": "telegram:1, slack:T1/U1", "PORT": "0"},
        {**key, **public, **telegram, "TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"},
        {**slack, **polar, "POLAR_PRODUCTS": "pro:1b-2c", "SLACK_BASE_URL": "http://[::1]:9/api/"},
        {"DATABASE_URL": "sqlite:///data/a.db", "SLACK_UNFURL": "true", "SECRET_KEY_OLD": "k" * 8},
    ):
        yield b"\0".join(
            bytes([len(SETTINGS) + SETTINGS.index(name)]) + value.encode()
            for name, value in each.items()
        )


def _digests() -> Iterator[bytes]:
    yield f"{RIGHT}  saved\n".encode()
    yield f"{RIGHT.upper()} *saved\n".encode()
    yield b""


SEEDS: Mapping[str, Callable[[], Iterator[bytes]]] = {
    "quick_add": _quick_add,
    "telegram": _telegram,
    "slack": _slack,
    "polar": _polar,
    "jwt": _jwt,
    "grammar": _grammar,
    "link_codes": _link_codes,
    "rendering": _rendering,
    "headers": _headers,
    "issuers": _issuers,
    "answers": _answers,
    "settings": _settings,
    "command_line": _command_line,
    "inputs_file": _inputs_file,
    "settings_words": _settings_words,
    "pages": _pages,
    "installs": _installs,
    "grants": _grants,
    "environment": _environment,
    "digests": _digests,
}
