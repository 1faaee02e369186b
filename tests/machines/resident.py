"""A program on one of the machines: `python -m tests.machines.resident run ...` is `PROGRAM` with
these words, in the network `NAMESPACE`."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

from tests.machines.network import enter

if __name__ == "__main__":
    enter(Path(os.environ["NAMESPACE"]))
    runpy.run_module(os.environ["PROGRAM"], run_name="__main__", alter_sys=True)
