"""A job that succeeds at once leaves nothing of a workflow behind; one that does not goes on as
DBOS has it, from the attempt that was made."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from dbos import _queue, _serialization, _sys_db
from sqlalchemy import text

from adapters.engine import database
from adapters.engine.direct import Direct
from core.errors import RetryLater
from core.ports import Payload
from tests.adapters.engine_kit import Sent, Store, postgres_server, started, store, tell, until, url

__all__ = ["postgres_server", "store", "url"]  # fixtures
JOBS = 20


def written(store: Store, what: str) -> list[tuple[Any, ...]]:
    """Rows of a table of the engine's."""
    prefix = "" if store.engine.dialect.name == "sqlite" else "dbos."
    with store.begin() as connection:
        return [tuple(row) for row in connection.execute(text(what.format(prefix)))]


STEPS = "SELECT function_id, function_name FROM {}operation_outputs"
STATES = "SELECT status FROM {}workflow_status"


@pytest.mark.parametrize("direct", [True, False])
async def test_what_succeeds_at_once_leaves_its_row_alone(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch, *, direct: bool
) -> None:
    """The control is DBOS's own way, which records a step of each."""
    if not direct:
        monkeypatch.setattr(Direct, "take", lambda own: None)
    sent = Sent()
    async with started(url, {"tell": sent}) as engine:
        with store.begin() as connection:
            for n in range(JOBS):
                engine.put(connection, tell(n, 1))
        await until(lambda: written(store, STATES) == [("SUCCESS",)] * JOBS)
    assert len(sent.all) == JOBS
    assert len(written(store, STEPS)) == (0 if direct else JOBS)


class AtFirst:
    """Fails once, and says how long it is to be left alone."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.tries = seconds, 0

    async def __call__(self, payload: Payload) -> None:
        self.tries += 1
        if self.tries == 1:
            raise RetryLater(self.seconds)


async def test_what_fails_at_first_is_one_recorded_attempt(url: str, store: Store) -> None:
    runner = AtFirst(0.05)
    async with started(url, {"tell": runner}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
        await until(lambda: written(store, STATES) == [("SUCCESS",)])
    assert runner.tries == 2
    assert written(store, STEPS)[0] == (1, "attempt")


async def test_what_is_resumed_by_hand_goes_on(url: str, store: Store) -> None:
    """DBOS's own tool counts the starts from nothing again, and keeps the steps."""
    runner = AtFirst(60.0)
    async with started(url, {"tell": runner}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
        await until(lambda: engine.counts()["retried"] == 1)
        client = database.client(url)
        try:
            await client.cancel_workflow_async("1:1")
            runner.seconds = 0.05
            await client.resume_workflow_async("1:1", queue_name="telegram")
            await until(lambda: written(store, STATES) == [("SUCCESS",)])
        finally:
            client.destroy()


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (_queue.execute_dequeued_workflow, ["dbos", "status", "owner_xid"]),
        (_sys_db.SystemDatabase.record_operation_result, ["result", "owner_xid"]),
        (_sys_db.SystemDatabase.check_operation_execution, ["workflow_id", "function_id"]),
        (_sys_db.SystemDatabase.dequeue_scopes, ["queue_name"]),
        (_serialization.deserialize_args, ["serialized_value", "serialization", "serializer"]),
        (_serialization.serialize_value, ["value", "serialization_type", "serializer"]),
    ],
)
def test_what_dbos_does_not_promise_is_as_we_know_it(
    function: Callable[..., Any], names: list[str]
) -> None:
    """Look at adapters/engine when this fails: a new version of DBOS is here."""
    assert [*names] == [each for each in inspect.signature(function).parameters if each in names]
