"""No secret reaches a log, whoever writes it and wherever in the record it stands."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import logs

CANARIES = {
    "telegram": "123456789:AAE" + "x" * 32,
    "telegram-in-url": "123456789%3AAAE" + "x" * 32,
    "slack-bot": "xoxb-" + "1234567890-abcDEF",
    "slack-rotated": "xoxe.xoxb-" + "1-abcDEF123",
    "slack-app": "xapp-" + "1-A0B1-2-abcdef",
    "webhook": "whsec_" + "c2VjcmV0c2VjcmV0",
    "link-code": "7K3F-92QX-M4TD",
    "deep-link": "l_7K3F92QXM4TD",
    "sign-in-link": "/link/" + "aB3_-" * 6,
    "issuer-code": "?code=" + "4/0Abc" * 3,
    "issuer-state": "&state=" + "Zx9-" * 4,
    "sign-in-letters": "BCDF-GHJK",
    "sign-in-words": "BCDF GHJK",
    "known": 'hunter22 "quoted" / ünï',
}

AROUND = re.compile(r"\(\?<?[=!](?:\[[^]]*\]|\((?:\[[^]]*\]|[^()])*\)|[^()\[])*\)")
"""What looks back or ahead, in an expression."""
Setup = Callable[[str], io.StringIO]


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setup]:
    root, loggers = logging.getLogger(), [logging.getLogger(name) for name in logs.CAPS]
    before = [(each, each.level, each.handlers[:], each.propagate) for each in (root, *loggers)]
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(logs, "_known", set())
    monkeypatch.setattr(logs, "_longest_first", logs._longest_first)
    stream = io.StringIO()

    def start(form: str) -> io.StringIO:
        logs.setup("json" if form == "json" else "text", stream)
        return stream

    yield start
    logging.captureWarnings(capture=False)
    for logger, level, handlers, propagate in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
        logger.propagate = propagate


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("name", CANARIES)
def test_a_secret_is_hidden_in_messages_arguments_exceptions_and_references(
    setup: Setup, form: str, name: str
) -> None:
    stream, secret = setup(form), CANARIES[name]
    logs.redact([CANARIES["known"]])
    log = logging.getLogger("anything")
    log.info("in the message " + secret)
    log.info("in %s and %r", secret, secret, extra={"ref": secret})
    try:
        try:
            raise ValueError(secret)
        except ValueError as cause:
            raise RuntimeError(f"again {secret}") from cause
    except RuntimeError:
        log.exception("in an exception")
    written = stream.getvalue()
    for spelling in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]):
        assert spelling not in written
    assert written.count(logs.HIDDEN) == 6


def test_negative_control_the_value_is_written_where_nothing_hides_it(setup: Setup) -> None:
    stream = setup("text")
    logging.getLogger("anything").info("a plain hunter22")
    assert "hunter22" in stream.getvalue()
    logs.redact(["hunter22"])
    logging.getLogger("anything").info("a plain hunter22")
    assert stream.getvalue().count("hunter22") == 1


@pytest.mark.parametrize(
    "text",
    [
        "12:30:45",
        "see 2026-11-25T16:00:00",
        "6f1c2a34-9b1d-4c55-8f00-1234567890ab",
        "ref 7K3F-92AB",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert logs.clean(text) == text


@pytest.mark.parametrize("name", ["httpx", "telegram.ext", "slack_bolt.AsyncApp", "dbos"])
def test_talkative_libraries_are_held_at_warning_whatever_level_they_set(
    setup: Setup, name: str
) -> None:
    stream, log = setup("text"), logging.getLogger(name)
    log.setLevel(logging.DEBUG)  # as Bolt does with its own loggers
    log.info("a rejected body")
    assert stream.getvalue() == ""
    log.warning("worth knowing")
    assert "worth knowing" in stream.getvalue()
    log.setLevel(logging.NOTSET)


def test_dbos_does_not_log_past_the_redaction(setup: Setup) -> None:
    stream = setup("text")
    import dbos._logger

    dbos._logger.init_logger()
    dbos._logger.dbos_logger.warning("job %s", CANARIES["telegram"])
    assert logs.HIDDEN in stream.getvalue()
    assert [type(each) for each in dbos._logger.dbos_logger.handlers] == [logging.NullHandler]


def test_a_record_is_one_line_of_text_that_nobody_can_forge(setup: Setup) -> None:
    stream = setup("text")
    logging.getLogger("bot").info("name: %s", "x\n2026 INFO forged\x1b[31m", extra={"ref": "7K3F"})
    (line,) = stream.getvalue().splitlines()
    assert line.endswith(r"INFO bot name: x\x0a2026 INFO forged\x1b[31m ref=7K3F")


def test_a_record_is_one_object_of_json(setup: Setup) -> None:
    stream = setup("json")
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("bot").exception("what", extra={"ref": "7K3F"})
    (line,) = stream.getvalue().splitlines()
    told = json.loads(line)
    assert told.pop("time").endswith("Z")
    assert told.pop("error").endswith("ValueError: why")
    assert told == {"level": "ERROR", "logger": "bot", "message": "what", "ref": "7K3F"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_that_is_text_already_is_written_without_secrets(
    setup: Setup, form: str
) -> None:
    stream = setup(form)
    trace = f"Traceback:\nValueError: {CANARIES['telegram']} is odd"
    logging.getLogger("bot").error("kept", extra={"ref": "7K3F", "trace": trace})
    written = stream.getvalue()
    assert f"ValueError: {logs.HIDDEN} is odd" in written
    assert CANARIES["telegram"] not in written


def test_arguments_that_do_not_fit_are_no_second_defect(
    setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = setup("text")
    logging.getLogger("bot").info("%d", "hunter22")
    assert "hunter22" not in stream.getvalue() + capsys.readouterr().err


def test_what_stops_the_program_is_logged_redacted(setup: Setup) -> None:
    stream = setup("json")
    error = RuntimeError(CANARIES["telegram"])
    sys.excepthook(RuntimeError, error, None)
    assert json.loads(stream.getvalue())["error"] == f"RuntimeError: {logs.HIDDEN}"


@pytest.mark.parametrize(
    "piece", ["1", "1:", "a-", "aaaa-", "xoxb-", "whsec_", "1234567:" + "A" * 29]
)
def test_a_hostile_line_costs_time_linear_in_its_length(piece: str) -> None:
    began = time.perf_counter()
    logs.clean(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - began < 2.0  # about 0.1 s; a quadratic pattern takes minutes


SIGNED = [each for each in logs._shapes if each.signs]


def has_a_sign(shape: logs._Shape, data: st.DataObject) -> bool:
    itself = AROUND.sub("", shape.pattern.pattern)  # Hypothesis can't draw what stands around it
    text = data.draw(st.from_regex(itself, fullmatch=True))
    return any(each.search(text) for each in shape.signs)


@pytest.mark.parametrize("shape", SIGNED, ids=lambda shape: shape.pattern.pattern)
@given(data=st.data())
def test_whatever_looks_like_a_secret_has_one_of_its_signs(
    shape: logs._Shape, data: st.DataObject
) -> None:
    assert has_a_sign(shape, data)


def test_negative_control_a_sign_that_only_some_have_is_noticed() -> None:
    token = SIGNED[0]._replace(signs=SIGNED[0].signs[:1])  # not that of one in a URL

    @given(data=st.data())
    def hold(data: st.DataObject) -> None:
        assert has_a_sign(token, data)

    with pytest.raises(AssertionError):
        hold()


def test_negative_control_a_sign_that_is_not_in_it_would_let_it_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token, shape = CANARIES["telegram"], SIGNED[0]
    monkeypatch.setattr(logs, "_shapes", (shape._replace(signs=(re.compile("not in it"),)),))
    assert logs.clean(token) == token
    monkeypatch.setattr(logs, "_shapes", (shape,))
    assert logs.clean(token) == logs.HIDDEN
