"""What the garbage collector is spared."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc
from bot.memory import loading, set_aside_what_stays

with loading():
    assert not gc.isenabled()
    import decimal
loaded = gc.get_freeze_count()
assert gc.isenabled()
assert loaded > 1000
made = [[] for _ in range(1000)]
set_aside_what_stays()
assert gc.get_freeze_count() > loaded
try:
    with loading():
        raise ImportError
except ImportError:
    assert gc.isenabled()
"""


def test_what_is_loaded_is_never_looked_through_again() -> None:
    """In a process of its own: a test's own objects shall not be kept for ever."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)  # noqa: S603, PLW1510  # judged below
    assert (done.returncode, done.stderr) == (0, "")
