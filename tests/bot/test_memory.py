"""What the garbage collector is spared."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

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


POOLS = """
import ctypes, sys, threading
from bot.memory import share_pools

if sys.argv[2:]:
    share_pools()
libc, together = ctypes.CDLL(None), threading.Barrier(9)

def work():
    libc.malloc(1000)
    together.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for each in threads:
    each.start()
together.wait()
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="not glibc's allocator")
def test_threads_share_what_is_free(tmp_path: Path) -> None:
    assert pools(tmp_path, "shared") == 2
    assert pools(tmp_path) > 4  # negative control


def pools(tmp_path: Path, *words: str) -> int:
    """How many eight threads have, in a process of its own."""
    info = tmp_path / "info"
    subprocess.run([sys.executable, "-c", POOLS, str(info), *words], check=True)  # noqa: S603  # ours
    return info.read_text().count("<heap nr")
