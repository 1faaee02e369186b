"""What the command line does when whoever reads it has read enough."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path) -> None:
    """`python -m bot manifest | head`"""
    reading, writing = os.pipe()
    os.close(reading)
    root = str(Path(__file__).parents[2])
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "manifest"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, stdout=writing,
            stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")
