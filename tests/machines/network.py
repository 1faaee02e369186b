"""Machines, as network namespaces: each has a cable (veth) to one switch (a bridge), which stands
in the namespace that the tests move into.

Their addresses are of loopback, 127.77.0.0/24, routed over the cables (`route_localnet`): a service
speaks plain HTTP, and the stand-ins answer, on loopback only. 127.0.0.1 is each machine's own."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NAMESPACES = Path("/run/netns")
SWITCH = "switch"
PREFIX = "127.77.0."
HERE = f"{PREFIX}1"
"""Of the tests themselves, and so of the stand-ins and the load balancer."""
CLONE_NEWNET = 0x40000000
"""linux/sched.h"""


class NotPermitted(Exception):
    """Whoever runs the tests may not make namespaces here."""


@dataclass(frozen=True)
class Machine:
    """One namespace with one cable."""

    namespace: str
    address: str
    _cable: str
    _switch: str

    @property
    def path(self) -> Path:
        return NAMESPACES / self.namespace

    def cut_off(self) -> None:
        """A black hole: nothing sent arrives, either way, and nobody is told."""
        _ip("-n", self._switch, "link", "set", self._cable, "nomaster")

    def unplug(self) -> None:
        """The cable out of the switch: the machine's own side has no carrier."""
        _ip("-n", self._switch, "link", "set", self._cable, "down")

    def mend(self) -> None:
        """As before, of either."""
        _ip("-n", self._switch, "link", "set", self._cable, "master", SWITCH)
        _ip("-n", self._switch, "link", "set", self._cable, "up")


@dataclass
class Network:
    """The switch, and the machines that are plugged into it."""

    name: str
    machines: list[Machine] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return NAMESPACES / self.name

    def machine(self) -> Machine:
        """One more."""
        number = len(self.machines) + 2
        made = Machine(f"{self.name}-{number}", f"{PREFIX}{number}", f"cable{number}", self.name)
        self.machines.append(made)
        _namespace(made.namespace)
        _ip("-n", made.namespace, "link", "add", "eth0", "type", "veth",
            "peer", "name", f"cable{number}", "netns", self.name)  # fmt: skip
        _address(made.namespace, "eth0", made.address)
        made.mend()
        return made


@contextmanager
def network() -> Iterator[Network]:
    """A switch, with this thread in its namespace until the block ends, and the threads that it
    starts. Skips the test where that is not permitted."""
    made = Network(f"fluxbot{os.getpid()}")
    try:
        _namespace(made.name)
    except NotPermitted as why:
        pytest.skip(f"no network namespaces here: {why}")
    try:
        _ip("-n", made.name, "link", "add", SWITCH, "type", "bridge")
        _address(made.name, SWITCH, HERE)
        with inside(made.path):
            yield made
    finally:
        for each in [*(machine.namespace for machine in made.machines), made.name]:
            _ip("netns", "delete", each)


@contextmanager
def inside(namespace: Path) -> Iterator[None]:
    """This thread, and what it starts, in that namespace."""
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        enter(namespace)
        yield
    finally:
        _enter(before)
        os.close(before)


def enter(namespace: Path) -> None:
    """This thread into that namespace, for good."""
    there = os.open(namespace, os.O_RDONLY)
    _enter(there)
    os.close(there)


def _enter(descriptor: int) -> None:
    # `os.setns` came with Python 3.12.
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _namespace(name: str) -> None:
    """A new one, whose own loopback has one address and leaves the others to the cable."""
    _ip("netns", "add", name)
    with inside(NAMESPACES / name):
        Path("/proc/sys/net/ipv4/conf/all/route_localnet").write_text("1")
    _ip("-n", name, "link", "set", "lo", "up")
    _ip("-n", name, "address", "delete", "127.0.0.1/8", "dev", "lo")
    _ip("-n", name, "address", "add", "127.0.0.1/32", "dev", "lo")


def _address(namespace: str, device: str, address: str) -> None:
    _ip("-n", namespace, "address", "add", f"{address}/24", "dev", device)
    _ip("-n", namespace, "link", "set", device, "up")


def _ip(*words: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # ours
            ["ip", *words], capture_output=True, text=True, check=False  # noqa: S607  # of the system
        )  # fmt: skip
    except FileNotFoundError as error:
        raise NotPermitted(str(error)) from None
    if done.returncode:
        raise NotPermitted(f"ip {' '.join(words)}: {done.stderr.strip()}")
