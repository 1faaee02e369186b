"""The service's event loop, with and without uvloop."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from bot import loop
from tests.faults.supervisor import ROOT

ASK = """
import asyncio, sys
if {without}:
    sys.modules["uvloop"] = None
from bot import loop

async def name():
    await asyncio.to_thread(int)
    return type(asyncio.get_running_loop()).__module__

print(loop.run(name()))
"""


async def fails() -> None:
    await asyncio.sleep(0)
    raise ZeroDivisionError


def loop_of(*, without: bool) -> str:
    code = ASK.format(without=without)
    ran = subprocess.run(  # noqa: S603  # our own text
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_it_is_uvloop_where_that_is_installed() -> None:
    pytest.importorskip("uvloop")
    assert loop_of(without=False) == "uvloop"


def test_it_is_python_s_own_elsewhere() -> None:
    assert loop_of(without=True).startswith("asyncio")


def test_what_is_raised_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        loop.run(fails())
