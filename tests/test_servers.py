"""The tests' own PostgreSQL ends with whoever started it, however that ends."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

_DIES = """
import os, signal
from tests import databases
server, _ = databases._postgres()
print(server.create(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.faults
def test_a_server_does_not_outlive_a_killed_run() -> None:
    dies = [sys.executable, "-c", _DIES]
    run = subprocess.run(dies, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    home = Path("/", *run.stdout.split("host=%2F")[1].split("%2Fdata")[0].split("%2F"))
    end = time.monotonic() + 20
    while home.exists():
        assert time.monotonic() < end
        time.sleep(0.1)
