"""What reads strangers' words, each as a function of bytes that raises where it breaks its word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson

from adapters.oidc import id_token, keys
from adapters.sandbox.telegram_html import parse_html
from adapters.slack.markup import read as read_markup
from adapters.slack.render import draw
from adapters.telegram.render import render
from bot import commands as _table  # fills the table  # noqa: F401
from bot.grammar import BUTTON_BYTES, GrammarError, to_line
from bot.logs import clean
from bot.quickadd import Context, length, lines, repeating, understand, when
from bot.reading import parse
from bot.unread import without_codes
from core import codes, letters, tokens
from core.addresses import Sender
from core.chat import Reply
from core.errors import SignInRefused
from core.signed import Purpose, Signer
from core.tokens import BadToken, Header, Key
from tests.adapters.hostile_text import FIELDS, reply_of
from tests.adapters.slack_strict import broken, live_markup
from tests.bot.quick_add_file import context_of
from tests.fakes import SettableClock
from tests.fuzz.bodies import FORM, JSON
from tests.fuzz.doors import of_polar, of_slack, of_telegram, storable

Target = Callable[[bytes], None]
NOW = SettableClock().now()
_SIGNER = Signer(b"k" * 32)
_KEY = Key(b"s" * 32, "HS256", "one")
_CONTEXTS: tuple[Context, ...] = (context_of("B"), context_of("L"))
_NEVER = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What letters and digits of a code are (Crockford's base 32)."""


def quick_add(data: bytes) -> None:
    """A line as a task: nothing is lost, and what it means can be kept."""
    text = data.decode("utf-8", "replace").replace("\0", "")
    for context in _CONTEXTS:
        said = understand(text, context)
        if text.strip() and not said.title.strip():
            raise AssertionError("a task without a title")
        for each in (said.title, said.category or "", said.person or "", said.rule, *said.labels):
            storable(each)
        when(text, context)
        length(text, context)
        repeating(text, context)
    lines(text)


def telegram(data: bytes) -> None:
    """An update."""
    of_telegram(data)


def slack(data: bytes) -> None:
    """A payload, as JSON or as a form, and the marked text in it."""
    of_slack(data, JSON)
    of_slack(data, FORM)
    text = data.decode("utf-8", "replace").replace("\0", "")
    line, _ = read_markup(text, lambda id, handle: Sender("slack", "T", id, handle, handle))
    storable(line)


def polar(data: bytes) -> None:
    """An event."""
    of_polar("evt_1", data)


def jwt(data: bytes) -> None:
    """A token: as it comes; with claims of a stranger's, rightly signed; and a set of keys."""
    text = data.decode("latin-1")
    for purpose in Purpose:
        if _SIGNER.read(purpose, text, NOW) is not None:
            raise AssertionError("a token that nobody signed")
    if (said := _object(data)) is None:
        return
    with suppress(BadToken, SignInRefused):
        _believed(tokens.encode(said, _KEY, "JWT"))
    with suppress(SignInRefused):
        keys.read(said)


def _believed(token: str) -> None:
    """An ID token that is believed is for us, of now, and of this sign-in."""

    async def find(_: Header) -> Key:
        return _KEY

    checking = id_token.check(token, find, issuer="https://i", client_id="us", nonce="n", now=NOW)
    try:
        checking.send(None)
    except StopIteration as ended:
        said = ended.value
        moment = NOW.timestamp()
        right = said["iss"] == "https://i" and said["nonce"] == "n" and "us" in str(said["aud"])
        if not right or not moment - 3600 < said["iat"] or not said["exp"] > moment - 60:
            raise AssertionError("an ID token that is not ours was believed") from None
    finally:
        checking.close()


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def grammar(data: bytes) -> None:
    """A line, typed or in a button: a command or a refusal; a command says itself again."""
    text = data.decode("utf-8", "replace").replace("\0", "")
    try:
        command = parse(text)
    except GrammarError:
        return
    line = to_line(command)
    storable(line)
    if len(line.encode()) > BUTTON_BYTES:
        return
    try:
        again = parse(line)
    except GrammarError as error:
        raise AssertionError(f"{line!r} does not read back") from error
    if to_line(again) != line:
        raise AssertionError(f"{line!r} reads back as {to_line(again)!r}")


def link_codes(data: bytes) -> None:
    """What may be a code is one in one spelling, and is shown to nobody else."""
    text = data.decode("utf-8", "replace").replace("\0", "")
    spelt = codes.normalise(text)
    if codes.looks_like_code(text):
        if len(spelt) != 12 or not set(spelt) <= set(_NEVER + "V"):
            raise AssertionError(f"{spelt!r} is taken for a code")
        if codes.normalise(codes.shown(spelt)) != spelt:
            raise AssertionError("a code that is shown is another one")
        if codes.shown(spelt) in clean(f"link {codes.shown(spelt)}"):
            raise AssertionError("a code in the log")
        if codes.shown(spelt) in without_codes(f"link {codes.shown(spelt)}"):
            raise AssertionError("a code in what is kept")
    read = letters.read(text)
    if read and (len(read) != letters.COUNT or set(read) - set(letters.CONSONANTS)):
        raise AssertionError(f"{read!r} is taken for letters")
    letters.looks_shown(text)
    storable(clean(text))


def rendering(data: bytes) -> None:
    """Whatever stands in a reply is text and nothing else, on both platforms."""
    parts = data.decode("utf-8", "replace").split("\n---\n")
    texts = dict(zip(FIELDS, parts, strict=False))
    if any(not each for each in texts.values()):
        return
    reply: Reply = reply_of(texts)
    for page in render(reply):
        read = parse_html(page.html)
        if {each["type"] for each in read.entities} - {"bold", "strikethrough"}:
            raise AssertionError("live markup on Telegram")
        if read.text.strip() != page.plain.strip():
            raise AssertionError("Telegram shows something else")
    drawn = draw(reply, "/task")
    if alive := live_markup(drawn):
        raise AssertionError(f"live markup on Slack: {alive}")
    if problem := broken(drawn):
        raise AssertionError(f"Slack would refuse it: {problem}")


TARGETS: Mapping[str, Target] = {
    each.__name__: each
    for each in (quick_add, telegram, slack, polar, jwt, grammar, link_codes, rendering)
}
