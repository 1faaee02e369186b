"""A service that tests start has its port for itself."""

from __future__ import annotations

import socket

import pytest

from tests import ports
from tests.ports import free_port


def test_it_is_of_those_that_no_connection_is_given(unused_tcp_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as given_by_the_system:
        assert {*range(ports.FIRST, ports.LAST + 1)} >= {unused_tcp_port, free_port()}
        assert given_by_the_system.getsockname()[1] > ports.LAST


def test_one_that_somebody_has_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, free = free_port(), free_port()
    tried = iter((taken, free))
    monkeypatch.setattr(ports._chance, "randint", lambda *_: next(tried))
    with socket.create_server(("127.0.0.1", taken)):
        assert free_port() == free
