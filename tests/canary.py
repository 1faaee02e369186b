"""No link, code or token is seen by more than one, in whatever a test does (`promises.md` B11).

The whole suite runs under one `Watch`. It notes every secret as it is made, by looking over the
shoulder of what makes them, and after each test searches what came of it: what every platform
showed to more than one person, what the log would have written, the labels in the metrics, the
pages, and the `Referer` of every request to an aiohttp application. Only other processes, which
the tests of faults start, are out of its sight."""

from __future__ import annotations

import copy
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from aiohttp import web
from prometheus_client.metrics import MetricWrapperBase

from adapters.sandbox.model import BOT, Message
from adapters.sandbox.world import World
from bot import logs
from bot.metrics import Metrics
from bot.sessions import Sessions
from core.codes import shown
from core.ids import Ids

_RUN = re.compile(r"[0-9A-Za-z_-]{9,}")
STAND_INS = "/sandbox"
"""The paths below it are other people's: chats, an issuer, an app, Polar. Each shows its own."""


class Watch:
    """The secrets that were made, and where one may have been left."""

    def __init__(self) -> None:
        self.minted: dict[str, str] = {}
        """Each secret, as somebody could read it, and what it is."""
        self._lengths: set[int] = set()
        """Of all that were ever made: there may be a million, of a handful of lengths."""
        self.places: list[tuple[str, str]] = []
        """Where, and what was to be read there, since it was last searched."""
        self.log = _Log(self)

    def listen(self) -> None:
        """To the log, also where a test before this one set up logging of its own."""
        root = logging.getLogger()
        if self.log not in root.handlers:
            root.addHandler(self.log)
        root.setLevel(min(root.level, logging.INFO) or logging.INFO)  # as the program has it

    def leaks(self) -> list[str]:
        """What is where it must not be, in words, since this was last asked."""
        places, self.places = self.places, []
        return [
            f"{what} {secret} in {place}"
            for place, text in places
            for secret, what in self._in(text)
            if (place, what) != ("page", "letters")
        ]

    def _in(self, text: str) -> Iterator[tuple[str, str]]:
        """The secrets that a text holds. There are thousands by the end, so it is the text that is
        cut into what could be one."""
        for run in _RUN.findall(text):
            for length in self._lengths:
                for start in range(len(run) - length + 1):
                    part = run[start : start + length]
                    if part in self.minted:
                        yield part, self.minted[part]

    def known(self, secret: str) -> None:
        """Somebody gave it away, as this test has it: it is no secret any more."""
        self.minted.pop(secret)

    def code(self, code: str) -> None:
        self._made(code, "code")
        self._made(shown(code), "code")

    def token(self, token: str) -> None:
        self._made(token, "token")

    def letters(self, letters: str) -> None:
        self._made(f"{letters[:4]}-{letters[4:]}", "letters")

    def _made(self, secret: str, what: str) -> None:
        self.minted[secret] = what
        self._lengths.add(len(secret))

    def message(self, world: World, message: Message) -> None:
        chat = world.chats[message.chat]
        if len(chat.members) > 1 and message.ephemeral_for is None and message.author == BOT:
            self.places.append(("a chat of several", f"{message.blocks} {message.sent}"))

    async def answered(self, request: web.Request, response: web.StreamResponse) -> None:
        """A request to an application, and what it gets."""
        referer = request.headers.get("Referer", "")
        if not urlsplit(referer).path.startswith(STAND_INS):
            self.places.append(("a Referer", referer))
        page = isinstance(response, web.Response) and response.content_type == "text/html"
        if page and not request.path.startswith(STAND_INS):
            self.places.append(("page", response.text or ""))

    def metered(self, values: tuple[Any, ...]) -> None:
        """The labels of something counted: all in the metrics that can come from a person."""
        self.places.append(("metrics", " ".join(map(str, values))))


class _Log(logging.Handler):
    """What a record would be written as, had the program set up its logging."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch
        self._final = logs._Redacting()
        self._words = logs._Text()

    def emit(self, record: logging.LogRecord) -> None:
        record = copy.copy(record)  # others read it as it came
        if self._final.filter(record):
            self._watch.places.append(("the log", self._words.format(record)))


@contextmanager
def watching() -> Iterator[Watch]:
    """Look over the shoulder of all that happens in this process."""
    watch = Watch()
    root = logging.getLogger()
    level = root.level
    with ExitStack() as spies:
        for owner, name, see in (
            (Ids, "code", watch.code),
            (secrets, "token_urlsafe", watch.token),
            (Sessions, "letters", watch.letters),
        ):
            spies.enter_context(_spied(owner, name, lambda made, _, see=see: see(made)))
        for name in ("post", "edit"):
            see = _message_of(watch)
            spies.enter_context(_spied(World, name, see))
        # Reading the metrics of every service that a test left behind took half the suite's time.
        spies.enter_context(
            _spied(MetricWrapperBase, "labels", lambda _, args: watch.metered(args[1:]))
        )
        spies.enter_context(
            _spied(Metrics, "render", lambda made, _: watch.metered((made.decode(),)))
        )
        application = _spied(
            web.Application,
            "__init__",
            lambda _, args: args[0].on_response_prepare.append(watch.answered),
        )
        spies.enter_context(application)
        try:
            yield watch
        finally:
            root.removeHandler(watch.log)
            root.setLevel(level)


def _message_of(watch: Watch) -> Callable[[Any, tuple[Any, ...]], None]:
    return lambda _, args: watch.message(args[0], args[1])


@contextmanager
def _spied(owner: Any, name: str, see: Callable[[Any, tuple[Any, ...]], None]) -> Iterator[None]:
    """The function does what it does, and `see` gets what it gave, and what it was given."""
    function = getattr(owner, name)

    @wraps(function)
    def spied(*args: Any, **options: Any) -> Any:
        made = function(*args, **options)
        see(made, args)
        return made

    with patch.object(owner, name, spied):
        yield
