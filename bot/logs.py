"""Logging: one line per event on standard error, as text or JSON, without secrets.

Secrets come in by other people's hands: libraries log URLs with tokens and whole request bodies,
and exceptions quote both. So redaction sits where every record passes, on the root handler, and
knows both the values in use and what such values look like. A record may carry the reference that
a person was given, `extra={"ref": ...}`, and a traceback that is text already, `"trace"`.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, NamedTuple, TextIO
from urllib.parse import quote

HIDDEN = "[redacted]"
LINE_LIMIT = 16_000
"""Characters of a message, and of a traceback, that are kept."""

CAPS = {
    "httpx": logging.WARNING,  # INFO has each URL, and Telegram's have the token
    "httpcore": logging.WARNING,
    "telegram": logging.WARNING,
    "slack_bolt": logging.WARNING,  # INFO has rejected bodies whole
    "slack_sdk": logging.WARNING,
    "dbos": logging.WARNING,
    "alembic": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "aiohttp.server": logging.CRITICAL,  # ERROR quotes malformed requests; ours go through bot.web
}
"""The least level that each of these loggers gets through. Held on the handler, too: Bolt copies
the root's level onto its loggers, which undoes a level set on their parent."""


class _Shape(NamedTuple):
    """What a kind of secret looks like. Where that begins with fixed text, it is quickly known to
    be absent. For the others there are signs, quick to search for, of which each such secret has
    one: only where one is found is the shape looked for. A traceback without any costs a tenth."""

    pattern: re.Pattern[str]
    signs: tuple[re.Pattern[str], ...]


# Every repetition is bounded, so that a hostile line costs time linear in its length.
_SHAPES: tuple[tuple[str, ...], ...] = (  # each with its signs
    # Telegram bot token, also in a URL
    (r"[0-9]{6,20}(?::|%3[Aa])[A-Za-z0-9_-]{30,128}", r":[\w-]{30}", r"%3[Aa][\w-]{30}"),
    (r"xox(?<=\bxox)[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{6,512}",),  # Slack tokens
    (r"xapp-(?<=\bxapp-)[A-Za-z0-9-]{6,512}",),
    (r"whsec_(?<=\bwhsec_)[A-Za-z0-9+/=_-]{6,256}",),  # webhook signing secrets
    # link codes, and the same in a deep link
    (r"(?<![\w-])[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}(?![\w-])", r"-[0-9A-Za-z]{4}-"),
    (r"[il]_(?<=(?<![\w-])[il]_)[0-9A-Za-z]{12}(?![\w-])", r"_[0-9A-Za-z]{12}"),
    (r"/link/[A-Za-z0-9_-]{16,64}",),  # sign-in links
    # what an issuer sends a browser back with
    (r"(?<=[?&])(?:code|state)=[^&\s\"'<>]{8,4096}", r"code=", r"state="),
    # letters of a sign-in
    (
        r"(?<![\w-])[B-DF-HJ-NP-TV-XZ]{4}[ -][B-DF-HJ-NP-TV-XZ]{4}(?![\w-])",
        r" [B-DF-HJ-NP-TV-XZ]{4}",
        r"-[B-DF-HJ-NP-TV-XZ]{4}",
    ),
)
_shapes = tuple(
    _Shape(re.compile(pattern), tuple(map(re.compile, signs))) for pattern, *signs in _SHAPES
)
_known: set[str] = set()
_longest_first: tuple[str, ...] = ()
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}


def redact(values: Iterable[str]) -> None:
    """Never let these values into a log. Adds to what is known; values under 6 characters are
    left out, since hiding them would hide words."""
    global _longest_first  # noqa: PLW0603  # one process, one set of secrets
    for value in values:
        if len(value) >= 6:
            _known.update(
                (value, quote(value, safe=""), json.dumps(value)[1:-1], repr(value)[1:-1])
            )
    _longest_first = tuple(sorted(_known, key=len, reverse=True))


def clean(text: str) -> str:
    """The text without secrets."""
    for value in _longest_first:
        text = text.replace(value, HIDDEN)
    for shape in _shapes:
        if not shape.signs or any(sign.search(text) for sign in shape.signs):
            text = shape.pattern.sub(HIDDEN, text)
    return text


class _Redacting(logging.Filter):
    """Makes a record's message, exception and reference final, without secrets, or stops it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < _cap(record.name):
            return False
        try:
            message = record.getMessage()
        except Exception:  # the caller's arguments do not fit; logging must not raise for that
            message = str(record.msg)
        record.msg, record.args = clean(message).translate(_CONTROL)[:LINE_LIMIT], None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = record.exc_text or getattr(record, "trace", None)
        if record.exc_text:
            record.exc_text = clean(record.exc_text)[-LINE_LIMIT:]
        record.stack_info = None
        record.ref = clean(str(getattr(record, "ref", ""))).translate(_CONTROL)
        return True


def _cap(name: str) -> int:
    return max((cap for top, cap in CAPS.items() if f"{name}.".startswith(f"{top}.")), default=0)


class _Text(logging.Formatter):
    """`2026-11-25T16:00:00.000Z WARNING bot.web what happened ref=7K3F-92`, tracebacks indented."""

    def format(self, record: logging.LogRecord) -> str:
        ref = getattr(record, "ref", "")
        lines = [
            f"{_time(record)} {record.levelname} {record.name} {record.getMessage()}"
            + (f" ref={ref}" if ref else "")
        ]
        lines += (record.exc_text or "").splitlines()
        return "\n    ".join(lines)


class _Json(logging.Formatter):
    """One object per line: time, level, logger, message, and ref and error where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "ref": getattr(record, "ref", ""),
            "error": record.exc_text,
        }
        return json.dumps({name: value for name, value in line.items() if value})


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """The standard one prints the record as it came, secrets included."""
        sys.stderr.write(f"a log line of {record.name} could not be written\n")


def setup(form: Literal["text", "json"], stream: TextIO | None = None) -> None:
    """Send all logging of this process through one redacting handler, at INFO and above."""
    handler = _Handler(stream or sys.stderr)
    handler.addFilter(_Redacting())
    handler.setFormatter(_Json() if form == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name, cap in CAPS.items():
        logging.getLogger(name).setLevel(cap)
    # DBOS puts a handler of its own on its logger, past our redaction, unless there is one already.
    logging.getLogger("dbos").handlers[:] = [logging.NullHandler()]
    logging.getLogger("dbos").propagate = True
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("stopped by a defect", exc_info=(kind, error, trace))
