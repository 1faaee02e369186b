"""The in-memory twin behaves as the engine does where tests rely on it."""

from __future__ import annotations

from datetime import timedelta

from core.errors import GiveUp, RetryLater
from core.ports import Job, Payload
from tests.adapters.engine_kit import Store, postgres_server, rolled_back, store, url
from tests.fakes import MemoryEngine, SettableClock

__all__ = ["postgres_server", "store", "url"]  # fixtures


async def test_the_twin(url: str, store: Store) -> None:
    clock, sent, blocked = SettableClock(), [], True
    engine = MemoryEngine(url, clock)

    async def run(payload: Payload) -> None:
        if payload["n"] == 2 and blocked:
            raise GiveUp("blocked")
        if payload["n"] == 4 and not engine.waits:
            raise RetryLater(30)
        sent.append(payload["n"])

    await engine.start({"tell": run})
    with rolled_back(store) as connection:
        engine.put(connection, Job("lost", "tell"))
    with store.begin() as connection:
        for n in (4, 2, 1, 1):
            engine.put(connection, Job(f"j{n}", "tell", {"n": n}, "slack", "c", n))
        connection.exec_driver_sql("SAVEPOINT handler")
        engine.put(connection, Job("j3", "tell", {"n": 3}, "slack", "c", 3))
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT handler")
    assert [job.id for job in engine.pending()] == ["j1", "j2", "j4"]
    before = clock.now()
    assert await engine.drain() == 3
    assert (sent, engine.waits) == ([1, 4], [30.0])
    assert clock.now() - before == timedelta(seconds=30)
    assert [(each.id, each.error) for each in await engine.dead_letters()] == [("j2", "blocked")]
    blocked = False
    assert await engine.replay(["j1", "j2"]) == 1
    assert await engine.drain() == 1
    assert sent == [1, 4, 2]
    assert await engine.forget(clock.advance(seconds=1)) == 3
    await engine.stop()
