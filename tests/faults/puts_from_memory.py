"""The service that claims what has come due in one commit, and puts the job that tells it in
another. A control: a kill between the two has to lose digests and drawings."""

from __future__ import annotations

import sys
import threading

from sqlalchemy import Connection, create_engine

from adapters.engine.outbox import Outbox
from bot.cli import main
from core.ports import Job

LATER = 0.5
"""Seconds between the two, so that a kill finds the gap."""
TICKED = {"home", "digest"}
"""Jobs that follow from a tick."""
_put = Outbox.put


def _put_later(self: Outbox, connection: Connection, job: Job) -> None:
    if job.name not in TICKED:
        _put(self, connection, job)
        return

    def write() -> None:
        engine = create_engine(self._url)
        with engine.begin() as other:
            _put(self, other, job)
        engine.dispose()

    late = threading.Timer(LATER, write)
    late.daemon = True
    late.start()


if __name__ == "__main__":
    Outbox.put = _put_later  # type: ignore[method-assign]  # what the control is about
    sys.exit(main())
